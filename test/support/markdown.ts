/** The rows of the first table under a heading, each a map from column to cell; code marks are taken off a cell that is all code. */
export function tableUnder(text: string, heading: string): readonly Readonly<Record<string, string>>[] {
  const section = sectionOf(text, heading);
  const lines = section.slice(section.findIndex((line) => line.startsWith('|')));
  const end = lines.findIndex((line) => !line.startsWith('|'));
  const [head = [], , ...rows] = lines.slice(0, end === -1 ? undefined : end).map(cellsOf);
  return rows.map((cells) => Object.fromEntries(head.map((column, index) => [column, cells[index] ?? ''])));
}

/** The lines between a heading and the next of the same or a higher level. */
export function sectionOf(text: string, heading: string): readonly string[] {
  const lines = text.split('\n');
  const start = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading);
  if (start === -1) throw new Error(`There is no heading "${heading}"`);
  const level = lines[start]?.indexOf(' ') ?? 0;
  const after = lines.slice(start + 1);
  const end = after.findIndex((line) => /^#+ /.test(line) && line.indexOf(' ') <= level);
  return end === -1 ? after : after.slice(0, end);
}

/** What stands between fences of a language. */
export function fencesOf(text: string, language: string): readonly string[] {
  const fences = text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm);
  return [...fences].filter(([, tag]) => tag === language).map(([, , content = '']) => content);
}

function cellsOf(line: string): readonly string[] {
  const cells = line.replace(/^\||\|$/g, '').split(/(?<!\\)\|/);
  return cells.map((cell) => {
    const text = cell.trim().replaceAll('\\|', '|');
    return /^`[^`]*`$/.test(text) ? text.slice(1, -1) : text;
  });
}
