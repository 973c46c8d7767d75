import type { Attributes, AttributeValue, Engagement } from '../domain/lead.ts';
import { instantMsOf, isMissing } from '../domain/values.ts';
import { type CompiledComparison, compileComparison } from './compile-comparison.ts';
import type { Condition } from './condition.ts';

/** What a condition is asked at: the instant of scoring, and where wrong types are counted. */
export interface Asking {
  readonly asOfMs: number;
  wrongType(attribute: string): void;
}

/** A condition made ready for one sort of subject. */
export interface CompiledCondition<S> {
  holds(subject: S, asking: Asking): boolean;
  /** Tells `visit` every instant at which the answer for a subject may change by itself. */
  turns(subject: S, visit: (atMs: number) => void): void;
}

/** How to read a named attribute of a subject. */
type Reader<S> = (name: string) => (subject: S) => AttributeValue | undefined;

/** Reads a lead's attributes, the name taken whole. */
export const leadReader: Reader<Attributes> = (name) =>
  // A plain object bears names of its own, such as `constructor`, that nobody put there.
  name in Object.prototype
    ? (attributes) => (Object.hasOwn(attributes, name) ? attributes[name] : undefined)
    : (attributes) => attributes[name];

/** Reads `type`, `channel`, `campaign` or `properties.KEY` of an engagement. */
export const engagementReader: Reader<Engagement> = (name) => {
  if (name === 'type') return ({ type }) => type;
  if (name === 'channel') return ({ channel }) => channel;
  if (name === 'campaign') return ({ campaign }) => campaign;
  const read = leadReader(name.slice('properties.'.length));
  return ({ properties }) => read(properties);
};

/** Turns a checked condition into closures, its operands folded, parsed and compiled once. */
export function compileCondition<S>(condition: Condition, reader: Reader<S>): CompiledCondition<S> {
  if ('all' in condition) return conjunction(condition.all.map((part) => compileCondition(part, reader)));
  if ('any' in condition) {
    const parts = condition.any.map((part) => compileCondition(part, reader));
    return {
      holds: (subject, asking) => parts.some((part) => part.holds(subject, asking)),
      turns: (subject, visit) => {
        for (const part of parts) part.turns(subject, visit);
      },
    };
  }
  if ('not' in condition) {
    const part = compileCondition(condition.not, reader);
    return { holds: (subject, asking) => !part.holds(subject, asking), turns: part.turns };
  }
  return compileTest(condition.attribute, compileComparison(condition), reader);
}

/** A single comparison of a named attribute. */
export function compileTest<S>(
  attribute: string,
  comparison: CompiledComparison,
  reader: Reader<S>,
): CompiledCondition<S> {
  const read = reader(attribute);
  const { windowMs } = comparison;
  return {
    holds: (subject, asking) => {
      const value = read(subject);
      if (isMissing(value)) return comparison.holdsIfMissing;
      const verdict = comparison.holds(value, asking.asOfMs);
      if (verdict !== undefined) return verdict;
      asking.wrongType(attribute);
      return comparison.holdsIfWrong;
    },
    turns: (subject, visit) => {
      if (windowMs === null) return;
      const instantMs = instantMsOf(read(subject));
      if (instantMs === undefined) return;
      visit(instantMs);
      visit(instantMs + windowMs);
    },
  };
}

function conjunction<S>(parts: readonly CompiledCondition<S>[]): CompiledCondition<S> {
  return {
    holds: (subject, asking) => parts.every((part) => part.holds(subject, asking)),
    turns: (subject, visit) => {
      for (const part of parts) part.turns(subject, visit);
    },
  };
}

/** Every attribute a condition names, each once, in order of appearance. */
export function attributesOf(condition: Condition): readonly string[] {
  if ('all' in condition) return [...new Set(condition.all.flatMap(attributesOf))];
  if ('any' in condition) return [...new Set(condition.any.flatMap(attributesOf))];
  return 'not' in condition ? attributesOf(condition.not) : [condition.attribute];
}
