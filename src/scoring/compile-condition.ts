import type { Attributes, Engagement } from '../domain/lead.ts';
import { instantMsOf } from '../domain/values.ts';
import { type AsOf, type CompiledComparison, compileComparison } from './compile-comparison.ts';
import type { Condition } from './condition.ts';
import type { Finder, Reading, Readings } from './reading.ts';

/** What a condition is asked at: the instant of scoring, and where wrong types are counted. */
export interface Asking extends AsOf {
  wrongType(attribute: string): void;
}

/** Asks as of an instant and counts nothing. */
export function askingAt(asOfMs: number): Asking {
  return { asOfMs, wrongType: () => undefined };
}

/** A condition made ready; it is asked about the readings for which it was compiled. */
export interface CompiledCondition {
  holds(subject: readonly Reading[], asking: Asking): boolean;
  /** Every instant at which the answer for a subject may change by itself. */
  turnsMs(subject: readonly Reading[]): readonly number[];
}

/** Finds a lead's attribute, the name taken whole. */
export const leadFinder: Finder<Attributes> = (name) =>
  // A plain object bears names of its own, such as `constructor`, that nobody put there.
  name in Object.prototype
    ? (attributes) => (Object.hasOwn(attributes, name) ? attributes[name] : undefined)
    : (attributes) => attributes[name];

/** Finds `type`, `channel`, `campaign` or `properties.KEY` of an engagement. */
export const engagementFinder: Finder<Engagement> = (name) => {
  if (name === 'type') return ({ type }) => type;
  if (name === 'channel') return ({ channel }) => channel;
  if (name === 'campaign') return ({ campaign }) => campaign;
  const find = leadFinder(name.slice('properties.'.length));
  return ({ properties }) => find(properties);
};

/** Makes a checked condition ready, its operands folded, parsed and compiled once. */
export function compileCondition<S>(condition: Condition, readings: Readings<S>): CompiledCondition {
  const ready = (part: Condition) => compileCondition(part, readings);
  if ('all' in condition) return new Group(condition.all.map(ready), true);
  if ('any' in condition) return new Group(condition.any.map(ready), false);
  if ('not' in condition) return new Opposite(ready(condition.not));
  return compileTest(condition.attribute, compileComparison(condition), readings);
}

/** A single comparison of a named attribute. */
export function compileTest<S>(
  attribute: string,
  comparison: CompiledComparison,
  readings: Readings<S>,
): CompiledCondition {
  return new Test(attribute, readings.slotOf(attribute), comparison);
}

class Test implements CompiledCondition {
  readonly #attribute: string;
  readonly #slot: number;
  readonly #comparison: CompiledComparison;

  constructor(attribute: string, slot: number, comparison: CompiledComparison) {
    this.#attribute = attribute;
    this.#slot = slot;
    this.#comparison = comparison;
  }

  holds(subject: readonly Reading[], asking: Asking): boolean {
    const reading = subject[this.#slot]!;
    const comparison = this.#comparison;
    if (reading.isMissing) return comparison.holdsIfMissing;
    const verdict = comparison.verdict(reading, asking);
    if (verdict !== undefined) return verdict;
    asking.wrongType(this.#attribute);
    return comparison.holdsIfWrong;
  }

  turnsMs(subject: readonly Reading[]): readonly number[] {
    const { windowMs } = this.#comparison;
    const instantMs = windowMs === null ? undefined : instantMsOf(subject[this.#slot]!.value);
    return windowMs === null || instantMs === undefined ? [] : [instantMs, instantMs + windowMs];
  }
}

/** Several conditions, of which all or at least one must hold. */
class Group implements CompiledCondition {
  readonly #parts: readonly CompiledCondition[];
  readonly #needsAll: boolean;

  constructor(parts: readonly CompiledCondition[], needsAll: boolean) {
    this.#parts = parts;
    this.#needsAll = needsAll;
  }

  holds(subject: readonly Reading[], asking: Asking): boolean {
    return this.#needsAll
      ? this.#parts.every((part) => part.holds(subject, asking))
      : this.#parts.some((part) => part.holds(subject, asking));
  }

  turnsMs(subject: readonly Reading[]): readonly number[] {
    return this.#parts.flatMap((part) => part.turnsMs(subject));
  }
}

class Opposite implements CompiledCondition {
  readonly #part: CompiledCondition;

  constructor(part: CompiledCondition) {
    this.#part = part;
  }

  holds(subject: readonly Reading[], asking: Asking): boolean {
    return !this.#part.holds(subject, asking);
  }

  turnsMs(subject: readonly Reading[]): readonly number[] {
    return this.#part.turnsMs(subject);
  }
}

/** Every attribute a condition names, each once, in order of appearance. */
export function attributesOf(condition: Condition): readonly string[] {
  if ('all' in condition) return [...new Set(condition.all.flatMap(attributesOf))];
  if ('any' in condition) return [...new Set(condition.any.flatMap(attributesOf))];
  return 'not' in condition ? attributesOf(condition.not) : [condition.attribute];
}
