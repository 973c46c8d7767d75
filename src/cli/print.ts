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
  for (const row of rows) table.push([...row]);
  process.stdout.write(`${table.toString()}\n`);
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
