import type { AttributeValue } from '../../src/domain/lead.ts';
import type { Condition } from '../../src/scoring/condition.ts';

/** Whether a condition holds, by the letter of the contract, sections 2 and 9. Patterns must suit RegExp and RE2 alike. */
export function referenceCondition(
  condition: Condition,
  read: (name: string) => AttributeValue | undefined,
  asOf: number,
): boolean {
  if ('all' in condition) return !condition.all.some((part) => !referenceCondition(part, read, asOf));
  if ('any' in condition) return condition.any.filter((part) => referenceCondition(part, read, asOf)).length > 0;
  if ('not' in condition) return !referenceCondition(condition.not, read, asOf);
  const value = read(condition.attribute);
  const isThere =
    value !== undefined &&
    value !== null &&
    !(typeof value === 'string' && value.trim().length === 0) &&
    !(Array.isArray(value) && value.length === 0);
  const c = condition;
  if (c.exists !== undefined) return c.exists === isThere;
  if (c.notEquals !== undefined) return !(isThere && isEqual(value, c.notEquals));
  if (c.notIn !== undefined) return !(isThere && c.notIn.some((operand) => isEqual(value, operand)));
  if (!isThere) return false;
  if (c.equals !== undefined) return isEqual(value, c.equals);
  if (c.in !== undefined) return c.in.some((operand) => isEqual(value, operand));
  if (c.contains !== undefined) {
    if (Array.isArray(value)) return value.map(folded).includes(folded(c.contains));
    return typeof value === 'string' && folded(value).includes(folded(c.contains));
  }
  if (c.startsWith !== undefined) return typeof value === 'string' && folded(value).indexOf(folded(c.startsWith)) === 0;
  if (c.endsWith !== undefined) return typeof value === 'string' && folded(value).endsWith(folded(c.endsWith));
  if (c.matches !== undefined) {
    return typeof value === 'string' && new RegExp(c.matches, 'iu').test(value.trim().normalize('NFKC'));
  }
  if (c.gt !== undefined) return compared(value, c.gt, (x, y) => x > y);
  if (c.gte !== undefined) return compared(value, c.gte, (x, y) => x >= y);
  if (c.lt !== undefined) return compared(value, c.lt, (x, y) => x < y);
  if (c.lte !== undefined) return compared(value, c.lte, (x, y) => x <= y);
  if (c.between !== undefined) {
    const [low, high] = c.between;
    return compared(value, low, (x, y) => x >= y) && compared(value, high, (x, y) => x <= y);
  }
  const instant = asInstant(value);
  if (instant === undefined) return false;
  if (c.withinDays !== undefined) return asOf - Math.round(c.withinDays * 86_400_000) < instant && instant <= asOf;
  return instant <= asOf - Math.round(c.olderThanDays! * 86_400_000);
}

function isEqual(value: AttributeValue | undefined, operand: string | number | boolean): boolean {
  if (typeof value === 'string' && typeof operand === 'string') return folded(value) === folded(operand);
  if (typeof value === 'boolean' || typeof operand === 'boolean') return value === operand;
  const [x, y] = [asNumber(value), asNumber(operand)];
  return x !== undefined && y !== undefined && x === y;
}

function compared(value: unknown, operand: string | number, test: (x: number, y: number) => boolean): boolean {
  const parse = asNumber(operand) === undefined ? asInstant : asNumber;
  const x = parse(value);
  return x !== undefined && test(x, parse(operand)!);
}

function folded(text: string): string {
  // The dotless i is put aside while upper case would turn it into an I.
  const aside = text.trim().normalize('NFKC').replaceAll('ı', '\u{F0000}');
  return aside.toLowerCase().toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('\u{F0000}', 'ı');
}

function asNumber(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || !/^\s*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$/.test(value))
    return undefined;
  return Number.parseFloat(value);
}

function asInstant(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const text = value.trim();
  const shape = /^(\d{4}-\d{2}-\d{2})(T(\d{2}:\d{2})(:\d{2})?(\.\d+)?(Z|[+-]\d{2}:?\d{2})?)?$/.exec(text);
  if (shape === null) return undefined;
  const [, day, time, minutes, seconds, fraction, zone = 'Z'] = shape;
  if (fraction !== undefined && seconds === undefined) return undefined;
  const midnight = new Date(`${day}T00:00:00.000Z`);
  if (Number.isNaN(+midnight) || midnight.toISOString().slice(0, 10) !== day) return undefined;
  if (time === undefined) return +midnight;
  if (minutes!.startsWith('24')) return undefined;
  const millis = `${(fraction ?? '.').slice(1, 4)}000`.slice(0, 3);
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const parsed = Date.parse(`${day}T${minutes}${seconds ?? ':00'}.${millis}${offset}`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
