import Table from 'cli-table3';

/** Prints one JSON document on stdout. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints rows under a heading on stdout; says so if there are none. */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
  none = 'none',
): void {
  if (rows.length === 0) {
    process.stdout.write(`${none}\n`);
    return;
  }
  const isColoured = process.stdout.isTTY === true;
  const style = { head: isColoured ? ['bold'] : [], border: [], compact: true };
  const table = new Table({ head: [...head], style, colAligns: [...alignments(rows)] });
  const widths = widthsWithin(process.stdout.columns ?? Number.POSITIVE_INFINITY, [head, ...rows]);
  for (const row of rows) table.push(row.map((cell, column) => wrapped(String(cell), widths[column]!)));
  process.stdout.write(`${table.toString()}\n`);
}

/** Letters for each column by which a table fits into its terminal: the widest are wrapped, the others stay. */
export function widthsWithin(most: number, rows: readonly (readonly (string | number)[])[]): readonly number[] {
  const [first = []] = rows;
  const widths = first.map((_, column) => Math.max(...rows.map((row) => String(row[column]).length)));
  let excess = widths.reduce((sum, width) => sum + width + BORDER, 1) - most;
  while (excess > 0 && Math.max(...widths) > NARROWEST) {
    widths[widths.indexOf(Math.max(...widths))]! -= 1;
    excess -= 1;
  }
  return widths;
}

/** A blank on either side and a line. */
const BORDER = 3;
const NARROWEST = 12;

/** Text on lines of a width, broken between words, and within only those that are longer. */
export function wrapped(text: string, width: number): string {
  const words = text.split(' ').flatMap((word) => word.match(new RegExp(`.{1,${Math.max(1, width)}}`, 'gsu')) ?? ['']);
  return words.reduce((lines, word) => {
    const isFull = lines.length - lines.lastIndexOf('\n') - 1 + 1 + word.length > width;
    return `${lines}${isFull ? '\n' : ' '}${word}`;
  });
}

/** Columns of figures stand to the right, so that they can be compared. */
function alignments(rows: readonly (readonly (string | number)[])[]): readonly ('left' | 'right')[] {
  const [first = []] = rows;
  return first.map((_, column) => (rows.every((row) => /^[\d,.]/.test(String(row[column]))) ? 'right' : 'left'));
}

/** A number as a person reads it: `9,240`. */
export const count = (value: number): string => value.toLocaleString('en-US');

/** `{ unchanged: 3, moved: 1 }` as `unchanged 3, moved 1`. */
export function reasons(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([reason, number]) => `${reason} ${count(number)}`)
    .join(', ');
}

/** An instant as a person reads it: `2026-11-27 05:00 UTC`. */
export const minuteOf = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Says something about the work to the person who waits: on stderr, apart from the answer. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
