import type { FieldLimit } from '../domain/field-description.ts';
import type { AttributeValue } from '../domain/lead.ts';

/**
 * A value as the CRM's field can hold it, so that it reads back as it was written.
 *
 * Numbers are rounded to the field's digits. A text that is too long is cut if `isProse`; an id or a word cut short
 * would be another one.
 * @returns `undefined` if the field cannot hold it.
 */
export function fitted(
  value: AttributeValue,
  limit: FieldLimit | undefined,
  { isProse }: { readonly isProse: boolean },
): AttributeValue | undefined {
  if (limit === undefined) return value;
  const { longest = Number.POSITIVE_INFINITY, options, digits, isNeverEmpty = false } = limit;
  if (value === null) return isNeverEmpty ? false : null;
  if (typeof value === 'number') return digits === undefined ? value : rounded(value, digits);
  if (typeof value === 'boolean') return value;
  if (typeof value === 'object') return value.every((entry) => options?.includes(entry) ?? true) ? value : undefined;
  if (options !== undefined && !options.includes(value)) return undefined;
  if (value.length <= longest) return value;
  return isProse ? shortened(value, longest) : undefined;
}

function rounded(value: number, { whole, part }: NonNullable<FieldLimit['digits']>): number | undefined {
  const shown = Number(value.toFixed(part)) + 0; // turns −0 into 0
  return Math.abs(shown) < 10 ** whole ? shown : undefined;
}

/** Whole reasons as long as there is room; a single one that is longer is cut between two characters. */
function shortened(text: string, longest: number): string {
  const [first = '', ...others] = text.split(' · ');
  if (first.length > longest) return cut(first, longest);
  let kept = first;
  for (const reason of others) {
    if (kept.length + 3 + reason.length > longest) break;
    kept = `${kept} · ${reason}`;
  }
  return kept;
}

function cut(text: string, longest: number): string {
  let kept = '';
  for (const character of text) {
    if (kept.length + character.length + 1 > longest) break;
    kept += character;
  }
  return `${kept}…`.slice(0, longest);
}
