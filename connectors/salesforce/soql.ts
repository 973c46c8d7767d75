/** A text literal: quotes and backslashes would end it, line breaks are not allowed in one (design 2.2). */
export function quoted(text: string): string {
  return `'${text.replace(/[\\'"\n\r\t]/g, (character) => ESCAPES[character] ?? character)}'`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A datetime literal of whole seconds, which is all that a stamp has. */
export function instantLiteral(instant: Date): string {
  return `${instant.toISOString().slice(0, 19)}Z`;
}

/** `('a','b')`; Salesforce bounds it by length only. */
export function listOf(texts: readonly string[]): string {
  return `(${texts.map(quoted).join(',')})`;
}

/** The elements in slices of at most `size`. */
export function* chunks<T>(elements: readonly T[], size: number): Generator<T[]> {
  for (let start = 0; start < elements.length; start += size) yield elements.slice(start, start + size);
}
