import type { AttributeValue } from './lead.ts';

/** Whether a value counts as not there: no such key, null, text empty after trimming, an empty list. */
export function isMissing(value: AttributeValue | undefined): value is null | undefined | '' | readonly [] {
  if (value === undefined || value === null) return true;
  if (typeof value === 'string') return !startsPlainly(value) && value.trim() === '';
  return typeof value === 'object' && value.length === 0;
}

/** Whether a text begins with a visible ASCII character, as most do: it spares them the trimming. */
function startsPlainly(text: string): boolean {
  const code = text.charCodeAt(0);
  return code > 0x20 && code < 0x7f;
}

/** The number a value is or, as text, spells in decimal notation (" 500 ", "+500", "5e2"); otherwise `undefined`. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return undefined;
  const trimmed = value.trim();
  return NUMBER.test(trimmed) ? Number(trimmed) : undefined;
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Epoch milliseconds of an instant's text: `YYYY-MM-DD` (its midnight) or `YYYY-MM-DDThh:mm[:ss[.fff]]` with `Z`, an
 * offset (colon optional) or nothing, which is UTC too. Digits beyond milliseconds are cut.
 *
 * @returns `undefined` for any other text (30 February, bare years) and any other type (epoch numbers).
 */
export function instantMsOf(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const match = INSTANT.exec(value.trim());
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHour, offsetMinute] = match;
  const midnight = midnightMs(Number(year), Number(month), Number(day));
  if (midnight === undefined || hour === undefined) return midnight;
  const time =
    Number(hour) * 3_600_000 +
    Number(minute) * 60_000 +
    Number(second ?? 0) * 1000 +
    Number((fraction ?? '').slice(0, 3).padEnd(3, '0'));
  if (sign === undefined) return midnight + time;
  const offset = Number(offsetHour) * 3_600_000 + Number(offsetMinute) * 60_000;
  return midnight + time - (sign === '-' ? -offset : offset);
}

const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)(?:T([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d+))?)?(?:Z|([+-])([01]\d|2[0-3]):?([0-5]\d))?)?$/;

function midnightMs(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day); // Date.UTC would read the years 0 to 99 as 1900 to 1999
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.getTime() : undefined;
}
