/** A value as it goes over the wire. An instant is text `2026-11-02T10:00:00.000+0000`, a date `2026-11-02`. */
export type Value = string | number | boolean | null | { readonly [part: string]: string | number | null };

/** Field name → value. */
export type Fields = Record<string, Value>;

/** Whole seconds since 1970: Salesforce keeps its stamps so. */
export function secondsOf(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

/** Wire form of an instant given in seconds since 1970. */
export function instantText(seconds: number): string {
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.000+0000`;
}

/** Wire form of the day (UTC) of an instant given in seconds since 1970. */
export function dateText(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** Seconds since 1970 of an ISO-8601 instant with any offset; `null` if it is none. */
export function parseInstant(text: string): number | null {
  const match = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}:?\d{2})$/.exec(text);
  if (match === null) return null;
  const offset = match[2]!.length === 5 ? `${match[2]!.slice(0, 3)}:${match[2]!.slice(3)}` : match[2]!;
  const time = Date.parse(`${match[1]}${offset}`);
  return Number.isNaN(time) ? null : time / 1000;
}
