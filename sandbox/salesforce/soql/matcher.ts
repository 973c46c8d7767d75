import { ApiError } from '../api-error.ts';
import { canonicalId } from '../ids.ts';
import type { Field } from '../schema/field.ts';
import type { Value } from '../value.ts';
import { type Comparison, type Literal, malformed } from './condition.ts';
import { type DateRange, dateRangeOf } from './date-range.ts';

/** Whether a value satisfies a comparison. */
export type Matcher = (value: Value) => boolean;

/** Something to compare with: a value, or the interval of a date literal. */
type Operand = Value | DateRange;

const NUMBERS = new Set(['int', 'double', 'currency', 'percent']);

/**
 * The matcher of a comparison with literals on a field. Text compares without case, as Salesforce does.
 *
 * @throws {ApiError} `INVALID_FIELD` for a literal of the wrong type, `INVALID_QUERY_FILTER_OPERATOR` for a bad id
 */
export function matcherOf({ operator, literals }: Comparison, field: Field, now: Date): Matcher {
  const operands = literals.map((literal) => operandOf(literal, field, now));
  const [operand = null] = operands;
  const isExact = ['id', 'reference', 'date', 'datetime'].includes(field.type);
  switch (operator) {
    case '=':
      return equals(operand);
    case '!=':
      return not(equals(operand));
    case 'IN':
      return anyOf(operands);
    case 'NOT IN':
      return not(anyOf(operands));
    case 'LIKE':
      return like(String(operand));
    case '<':
      return ordered(operand, isExact, (order) => order < 0, 'start');
    case '>=':
      return ordered(operand, isExact, (order) => order >= 0, 'start');
    case '>':
      return ordered(operand, isExact, (order) => order > 0, 'last');
    case '<=':
      return ordered(operand, isExact, (order) => order <= 0, 'last');
    default:
      throw malformed(`operator ${operator} is not supported by the sandbox`);
  }
}

/** The form in which values compare: text without case, an empty text as none. */
export function comparable(value: Value): string | number | boolean | null {
  if (value === null || typeof value === 'object') return null;
  if (typeof value !== 'string') return value;
  return value === '' ? null : value.toLowerCase();
}

/** −1, 0 or 1 of two comparable values that are not null. */
export function orderOf(one: string | number | boolean, other: string | number | boolean): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

function operandOf(literal: Literal, field: Field, now: Date): Operand {
  if (literal.type === 'NULL') return null;
  const wanted = NUMBERS.has(field.type) ? 'number' : field.type;
  const value = readLiteral(literal, wanted, now);
  if (value !== undefined) return value;
  const kinds: Record<string, string> = { datetime: 'dateTime', number: 'double', picklist: 'string' };
  const kind = kinds[wanted] ?? wanted;
  const quotes = ['date', 'datetime', 'number', 'boolean'].includes(wanted) ? 'not be' : 'be';
  const message = `value of filter criterion for field '${field.name}' must be of type ${kind} and should ${quotes} enclosed in quotes`;
  throw new ApiError(400, 'INVALID_FIELD', message);
}

/** `undefined` when the literal is of another type than wanted. */
function readLiteral({ type, text, count }: Literal, wanted: string, now: Date): Operand | undefined {
  const isDateRange = type === 'DATE_LITERAL' || type === 'DATE_N_LITERAL';
  switch (wanted) {
    case 'number':
      return ['INTEGER', 'DECIMAL'].includes(type) ? Number(text) : undefined;
    case 'boolean':
      return type === 'BOOLEAN' ? text.toUpperCase() === 'TRUE' : undefined;
    case 'datetime':
      if (isDateRange) return dateRangeOf(text, count, now);
      return type === 'DATETIME' ? wireInstant(text) : undefined;
    case 'date':
      if (isDateRange) return dateRangeOf(text, count, now);
      return type === 'DATE' ? text : undefined;
    case 'id':
    case 'reference':
      return type === 'STRING' ? idLiteral(unquoted(text)) : undefined;
    default:
      return type === 'STRING' ? unquoted(text) : undefined;
  }
}

function idLiteral(text: string): string {
  const id = text === '' ? '' : canonicalId(text);
  if (id === null) throw new ApiError(400, 'INVALID_QUERY_FILTER_OPERATOR', `invalid ID field: ${text}`);
  return id;
}

/** Keeps milliseconds, which stored instants never have: `> …00.500` then passes the next second only. */
function wireInstant(text: string): string {
  const time = Date.parse(text.replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  if (Number.isNaN(time)) throw malformed(`line 1: invalid dateTime ${text}`);
  return new Date(time).toISOString().replace('Z', '+0000');
}

function unquoted(text: string): string {
  return text.slice(1, -1).replace(/\\(u[0-9a-fA-F]{4}|.)/g, (whole, escaped: string) => {
    if (escaped === '%' || escaped === '_') return whole; // LIKE reads these itself
    if (escaped.length === 5) return String.fromCharCode(Number.parseInt(escaped.slice(1), 16));
    return { n: '\n', N: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }[escaped] ?? escaped;
  });
}

function equals(operand: Operand): Matcher {
  if (isRange(operand)) return (value) => within(value, operand);
  const wanted = comparable(operand);
  return (value) => comparable(value) === wanted;
}

function anyOf(operands: readonly Operand[]): Matcher {
  if (operands.some(isRange)) {
    const matchers = operands.map(equals);
    return (value) => matchers.some((matches) => matches(value));
  }
  const wanted = new Set(operands.map((operand) => comparable(operand as Value)));
  return (value) => wanted.has(comparable(value));
}

function ordered(
  operand: Operand,
  isExact: boolean,
  holds: (order: number) => boolean,
  edge: 'start' | 'last',
): Matcher {
  if (operand === null) return () => false;
  if (isRange(operand)) {
    const bound = edge === 'start' ? operand.start : operand.end - 1;
    return (value) => {
      const time = timeOf(value);
      return time !== null && holds(Math.sign(time - bound));
    };
  }
  const formOf = isExact ? (value: Value) => value as string | null : comparable; // ids and instants keep their case
  const wanted = formOf(operand);
  return (value) => {
    const form = formOf(value);
    return form !== null && wanted !== null && holds(orderOf(form, wanted));
  };
}

function like(pattern: string): Matcher {
  const source = pattern
    .split(/(\\[%_]|%|_)/)
    .map((part) => (part === '%' ? '.*' : part === '_' ? '.' : RegExp.escape(part.replace(/^\\([%_])$/, '$1'))))
    .join('');
  const expression = new RegExp(`^${source}$`, 'is');
  return (value) => typeof value === 'string' && expression.test(value);
}

function not(matcher: Matcher): Matcher {
  return (value) => !matcher(value);
}

function isRange(operand: Operand): operand is DateRange {
  return typeof operand === 'object' && operand !== null && 'start' in operand && 'end' in operand;
}

function within(value: Value, { start, end }: DateRange): boolean {
  const time = timeOf(value);
  return time !== null && time >= start && time < end;
}

function timeOf(value: Value): number | null {
  if (typeof value !== 'string') return null;
  return Date.parse(value.length === 10 ? `${value}T00:00:00Z` : value.replace('+0000', 'Z'));
}
