import type { AttributeValue } from '../domain/lead.ts';
import { instantMsOf, isMissing, numberOf } from '../domain/values.ts';
import type { Comparison } from './condition.ts';
import type { Demand } from './demands.ts';
import { fold } from './fold.ts';
import { DAY_MS, daysToMs } from './points.ts';

/** A value to try. */
export interface Witness {
  readonly value: AttributeValue;
  /** Whether it stands for other spellings too, of which comparisons of text may say something else. */
  readonly isOneOfMany: boolean;
}

/**
 * Values to try on some demands: if any value meets them all, one of these does, unless a pattern or a piece of a
 * number's text decides. The plainest come first.
 *
 * Every comparison divides the values into few sorts: numbers below, at and above a bound, instants likewise, texts
 * that fold to an operand or to none. One of each sort is enough.
 */
export function* witnessesOf(demands: readonly Demand[], asOfMs: number): Generator<Witness> {
  const operands = demands.flatMap(({ test }) => operandsOf(test));
  const texts = operands.filter((operand) => typeof operand === 'string');
  const pieces = piecesOf(demands);
  yield witness(null);
  yield* operands.map(witness);
  for (const pattern of demands.flatMap(({ test }) => test.matches ?? [])) yield witness(plainTextOf(pattern));
  for (const glue of [' ', '\u{F0000}']) yield* freeTexts(pieces, glue).map(witness);
  const numbers = numbersAround(operands);
  yield* numbers.map(witness);
  yield witness(pieces.within);
  for (const text of texts) yield* sameFoldedTexts(text).map(witness);
  const zeros = '0'.repeat(Math.max(0, ...texts.map(({ length }) => length)) + 1);
  // Where nothing asks for a number or an instant, those that a text spells are texts as any other.
  if (operands.some((operand) => numberOf(operand) !== undefined)) {
    yield* numbers.map((number) => witness(String(number)));
    yield* numbers.map((number) => oneOfMany(`${number < 0 ? '-' : ''}${zeros}${Math.abs(number)}`));
  }
  yield* instantsAround(demands, asOfMs).map((instantMs) => oneOfMany(instantText(instantMs, zeros)));
}

/** Instants of scoring at which to try: with every demanded instant at every demanded age, a little less and more. */
export function instantsOfScoring(demands: readonly Demand[]): readonly number[] {
  const [datesMs, agesMs] = [boundInstantsOf(demands), agesOf(demands)];
  if (datesMs.length === 0 || agesMs.length === 0) return [LAST_MS];
  return [
    ...new Set(datesMs.flatMap(around).flatMap((dateMs) => agesMs.flatMap(around).map((ageMs) => dateMs + ageMs))),
  ];
}

function witness(value: AttributeValue): Witness {
  return { value, isOneOfMany: false };
}

function oneOfMany(value: string): Witness {
  return { value, isOneOfMany: true };
}

/** What values are compared with as a whole. */
function operandsOf(test: Comparison): readonly (string | number | boolean)[] {
  const { equals, notEquals, notIn, gt, gte, lt, lte, between } = test;
  const single = [equals, notEquals, gt, gte, lt, lte].filter((operand) => operand !== undefined);
  return [...single, ...[test.in, notIn, between].flatMap((list) => list ?? [])];
}

/** What a simple pattern finds. */
function plainTextOf(pattern: string): string {
  return pattern.replaceAll(/[\^$]|\\[bAz]/g, '').replaceAll(/\\(\W)/g, '$1');
}

/** Every number among the operands, its neighbours, one between each two and one beyond all. */
function numbersAround(operands: readonly unknown[]): readonly number[] {
  const named = operands.map(numberOf).filter((number) => number !== undefined);
  const ends = [Number.NEGATIVE_INFINITY, -Number.MAX_VALUE, Number.MAX_VALUE, Number.POSITIVE_INFINITY];
  const sorted = [...named, ...ends].toSorted((a, b) => a - b);
  const between = sorted.slice(1).map((number, index) => number / 2 + sorted[index]! / 2);
  return [...new Set([...named.flatMap((number) => [number, number + 1, number - 1]), ...between, ...ends])];
}

/** Pieces of text that must be there. */
interface Pieces {
  readonly first: string;
  readonly within: readonly string[];
  readonly last: string;
}

function piecesOf(demands: readonly Demand[]): Pieces {
  const wanted = demands.filter(({ holds }) => holds).map(({ test }) => test);
  return {
    first: longest(wanted.flatMap(({ startsWith }) => startsWith ?? [])),
    within: wanted.flatMap(({ contains }) => contains ?? []),
    last: longest(wanted.flatMap(({ endsWith }) => endsWith ?? [])),
  };
}

function longest(texts: readonly string[]): string {
  return texts.reduce((a, b) => (fold(b).length > fold(a).length ? b : a), '');
}

/**
 * Texts of the pieces alone, where the glue is in none of them: what such a text holds too much, every text does.
 * Without a piece a plain word will do, or the glue, since the word might hold what is denied.
 */
function freeTexts({ first, within, last }: Pieces, glue: string): readonly string[] {
  const parts = [first, ...within, last].filter((part) => part !== '');
  if (parts.length === 0) return [isMissing(glue) ? 'any' : glue];
  const text = parts.join(glue);
  return [text, `${first === '' ? glue : ''}${text}${last === '' ? glue : ''}`];
}

/** Other texts that fold alike: of an instant and of a number one may be none, or the other way round. */
function sameFoldedTexts(text: string): readonly string[] {
  const plain = text.normalize('NFKC');
  return [plain, plain.toUpperCase(), plain.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)))];
}

const around = (ms: number): readonly number[] => [ms, ms + 1, ms - 1];

function boundInstantsOf(demands: readonly Demand[]): readonly number[] {
  return demands
    .flatMap(({ test }) => operandsOf(test))
    .map(instantMsOf)
    .filter((ms) => ms !== undefined);
}

/** Lengths of the windows, and the age of what happens now; empty where nothing asks for an age. */
function agesOf(demands: readonly Demand[]): readonly number[] {
  const days = demands.map(({ test }) => test.withinDays ?? test.olderThanDays).filter((age) => age !== undefined);
  return days.length === 0 ? [] : [0, ...days.map(daysToMs)];
}

function instantsAround(demands: readonly Demand[], asOfMs: number): readonly number[] {
  const instantsMs = [...boundInstantsOf(demands), ...agesOf(demands).map((ageMs) => asOfMs - ageMs)];
  return instantsMs.flatMap(around).filter((ms) => ms >= FIRST_MS && ms <= LAST_MS);
}

const OFFSET_MS = DAY_MS - 60_000;
/** What can be written at all: `0000-01-01T00:00+23:59` to `9999-12-31T23:59:59.999-23:59`. */
const FIRST_MS = Date.parse('0000-01-01') - OFFSET_MS;
const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z') + OFFSET_MS;

/** An instant in a spelling that no operand bears; its offset lets it reach as far as an instant can be written. */
function instantText(instantMs: number, zeros: string): string {
  const sign = instantMs < 0 ? 1 : -1;
  const local = new Date(instantMs + sign * OFFSET_MS);
  return local.toISOString().replace('Z', `${zeros}${sign > 0 ? '+' : '-'}23:59`);
}
