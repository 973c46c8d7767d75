import type { AttributeValue } from '../domain/lead.ts';
import { instantMsOf, numberOf } from '../domain/values.ts';
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
  yield witness(null);
  yield* operands.map(witness);
  for (const pattern of demands.flatMap(({ test }) => test.matches ?? [])) yield witness(plainTextOf(pattern));
  const strange = '\u{F0000}'.repeat(longest(texts) + 1);
  const pieces = piecesOf(demands);
  yield* [' ', strange].flatMap((glue) => freeTexts(pieces, glue));
  const numbers = numbersAround(operands);
  yield* numbers.map(witness);
  yield* [true, false].map(witness);
  yield witness(pieces.within.length > 0 ? pieces.within : ['any']);
  for (const text of texts) yield* sameFoldedText(text).map(witness);
  const zeros = '0'.repeat(longest(texts) + 1);
  if (operands.some((operand) => numberOf(operand) !== undefined)) {
    yield* numbers.map((number) => witness(String(number)));
    yield* numbers.map((number) => oneOfMany(numberText(number, zeros)));
  }
  yield* instantsAround(demands, asOfMs).map((instantMs) => oneOfMany(instantText(instantMs, zeros)));
}

/** Instants of scoring at which to try: with every demanded instant at every demanded age, a little less and more. */
export function instantsOfScoring(demands: readonly Demand[]): readonly number[] {
  const [datesMs, agesMs] = [boundInstantsOf(demands), agesOf(demands)];
  if (datesMs.length === 0 || agesMs.length === 0) return [LAST_MS - 1];
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

function operandsOf(test: Comparison): readonly (string | number | boolean)[] {
  const { equals, notEquals, notIn, contains, startsWith, endsWith, gt, gte, lt, lte, between } = test;
  const single = [equals, notEquals, contains, startsWith, endsWith, gt, gte, lt, lte];
  const lists = [test.in, notIn, between].flatMap((list) => list ?? []);
  return [...single.filter((operand) => operand !== undefined), ...lists];
}

function longest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, length), 0);
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

function numberText(number: number, zeros: string): string {
  const digits = Number.isFinite(number) ? String(Math.abs(number)) : '1e999';
  return `${number < 0 ? '-' : ''}${zeros}${digits}`;
}

/** Pieces of text that must be there. */
interface Pieces {
  readonly first: string;
  readonly within: readonly string[];
  readonly last: string;
}

function piecesOf(demands: readonly Demand[]): Pieces {
  const wanted = demands.filter(({ holds }) => holds).map(({ test }) => test);
  const longestOf = (texts: readonly string[]) =>
    texts.reduce((a, b) => (fold(b).length > fold(a).length ? b : a), '').trim();
  return {
    first: longestOf(wanted.flatMap(({ startsWith }) => startsWith ?? [])),
    within: wanted.flatMap(({ contains }) => contains?.trim() ?? []),
    last: longestOf(wanted.flatMap(({ endsWith }) => endsWith ?? [])),
  };
}

/** Texts of the pieces alone, where the glue is in none of them: what such a text holds too much, every text does. */
function freeTexts({ first, within, last }: Pieces, glue: string): readonly Witness[] {
  const parts = [first, ...within, last].filter((part) => part !== '');
  if (parts.length === 0) return [witness(glue === ' ' ? 'any' : glue)];
  const ends = [first === '' ? glue : '', last === '' ? glue : ''];
  return [witness(parts.join(glue)), witness(`${ends[0]}${parts.join(glue)}${ends[1]}`)];
}

/** Other texts that fold alike: of an instant and of a number one may be none, or the other way round. */
function sameFoldedText(text: string): readonly string[] {
  const plain = text.trim().normalize('NFKC');
  return [
    plain,
    plain.toUpperCase(),
    plain.replaceAll(/[!-~]/g, (sign) => String.fromCodePoint(sign.codePointAt(0)! + 0xfee0)),
  ];
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
