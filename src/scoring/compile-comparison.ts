import { RE2JS } from 're2js';
import { instantMsOf, numberOf } from '../domain/values.ts';
import { type Comparison, OPERATORS, type Operator } from './condition.ts';
import { fold } from './fold.ts';
import { daysToMs } from './points.ts';
import type { Reading } from './reading.ts';

/** Answers whether a value that is not missing satisfies; `undefined` where its type cannot. */
type Verdict = (reading: Reading, as: AsOf) => boolean | undefined;

/** An instant of scoring; an object, because a bare number would be boxed anew for every call. */
export interface AsOf {
  readonly asOfMs: number;
}
type Scalar = string | number | boolean;

/** A comparison with its operand prepared: folded, parsed, compiled. */
export interface CompiledComparison {
  readonly verdict: Verdict;
  /** What it answers for a missing value. */
  readonly holdsIfMissing: boolean;
  /** What it answers for a wrong type: true for the plain opposites only. */
  readonly holdsIfWrong: boolean;
  /** Window in milliseconds after which the answer changes by itself; `null` if it never does. */
  readonly windowMs: number | null;
}

/** Prepares the one comparison among the keys of a condition or of a table's row. */
export function compileComparison(comparison: Comparison): CompiledComparison {
  const operator = OPERATORS.find((candidate) => comparison[candidate] !== undefined)!; // the schema demands one
  const opposite = operator === 'notEquals' || operator === 'notIn';
  const days = comparison.withinDays ?? comparison.olderThanDays;
  return {
    verdict: verdicts[operator](comparison),
    holdsIfMissing: opposite || comparison.exists === false,
    holdsIfWrong: opposite,
    windowMs: days === undefined ? null : daysToMs(days),
  };
}

const verdicts: Record<Operator, (comparison: Comparison) => Verdict> = {
  equals: ({ equals }) => equalsAny([equals!]),
  notEquals: ({ notEquals }) => negated(equalsAny([notEquals!])),
  in: (comparison) => equalsAny(comparison.in!),
  notIn: ({ notIn }) => negated(equalsAny(notIn!)),
  contains: ({ contains }) => {
    const operand = fold(contains!);
    return ({ folded, value }) => {
      if (folded !== undefined) return folded.includes(operand);
      return Array.isArray(value) ? value.some((element) => fold(element) === operand) : undefined;
    };
  },
  startsWith: ({ startsWith }) => {
    const operand = fold(startsWith!);
    return ({ folded }) => folded?.startsWith(operand);
  },
  endsWith: ({ endsWith }) => {
    const operand = fold(endsWith!);
    return ({ folded }) => folded?.endsWith(operand);
  },
  matches: ({ matches }) => {
    const pattern = RE2JS.compile(matches!, RE2JS.CASE_INSENSITIVE);
    return ({ value }) => (typeof value === 'string' ? pattern.test(value.trim().normalize('NFKC')) : undefined);
  },
  gt: ({ gt }) => ordered(gt!, (value, bound) => value > bound),
  gte: ({ gte }) => ordered(gte!, (value, bound) => value >= bound),
  lt: ({ lt }) => ordered(lt!, (value, bound) => value < bound),
  lte: ({ lte }) => ordered(lte!, (value, bound) => value <= bound),
  between: ({ between }) => {
    const [from, to] = between!;
    const isAbove = ordered(from, (value, bound) => value >= bound);
    const isBelow = ordered(to, (value, bound) => value <= bound);
    return (reading, as) => (isAbove(reading, as) === false ? false : isBelow(reading, as));
  },
  exists:
    ({ exists }) =>
    () =>
      exists!,
  olderThanDays: ({ olderThanDays }) => aged(olderThanDays!, (ageMs, windowMs) => ageMs >= windowMs),
  withinDays: ({ withinDays }) => aged(withinDays!, (ageMs, windowMs) => ageMs >= 0 && ageMs < windowMs),
};

/** Text with text by folding, numbers by value, also where one is written as text; booleans with booleans only. */
function equalsAny(operands: readonly Scalar[]): Verdict {
  const [first] = operands;
  if (operands.length === 1 && typeof first === 'string' && numberOf(first) === undefined) return equalsText(first);
  const texts = new Set(operands.filter((operand) => typeof operand === 'string').map(fold));
  const numbers = new Set(operands.filter((operand) => typeof operand === 'number'));
  const numbersAsText = new Set(operands.map((operand) => numberOf(operand)));
  const booleans = new Set(operands.filter((operand) => typeof operand === 'boolean'));
  return (reading) => {
    const { value, folded } = reading;
    if (folded !== undefined) {
      if (texts.has(folded)) return true;
      const number = numbers.size === 0 ? undefined : reading.number;
      if (number !== undefined) return numbers.has(number);
      return texts.size === 0 ? undefined : false;
    }
    if (typeof value === 'number') return numbersAsText.has(value) || (hasNumber(numbersAsText) ? false : undefined);
    if (typeof value === 'boolean') return booleans.size === 0 ? undefined : booleans.has(value);
    return undefined;
  };
}

/** The commonest case by far, without a set. */
function equalsText(operand: string): Verdict {
  const text = fold(operand);
  return ({ folded }) => (folded === undefined ? undefined : folded === text);
}

function hasNumber(numbers: ReadonlySet<number | undefined>): boolean {
  return numbers.size > (numbers.has(undefined) ? 1 : 0);
}

function negated(verdict: Verdict): Verdict {
  return (reading, as) => {
    const answer = verdict(reading, as);
    return answer === undefined ? undefined : !answer;
  };
}

function ordered(operand: string | number, isOn: (value: number, bound: number) => boolean): Verdict {
  const bound = numberOf(operand);
  if (bound !== undefined) {
    return ({ number }) => (number === undefined ? undefined : isOn(number, bound));
  }
  const instantMs = instantMsOf(operand)!; // the schema demands the one or the other
  return ({ value }) => {
    const comparedMs = instantMsOf(value);
    return comparedMs === undefined ? undefined : isOn(comparedMs, instantMs);
  };
}

function aged(days: number, isOn: (ageMs: number, windowMs: number) => boolean): Verdict {
  const windowMs = daysToMs(days);
  return ({ value }, { asOfMs }) => {
    const instantMs = instantMsOf(value);
    return instantMs === undefined ? undefined : isOn(asOfMs - instantMs, windowMs);
  };
}
