import type { Engagement } from '../domain/lead.ts';
import { type Asking, compileCondition, engagementFinder } from './compile-condition.ts';
import type { Occurrence } from './model.ts';
import { Readings } from './reading.ts';
import type { Names } from './sight.ts';

/** A type of engagement by its number, and which of that type count. */
export interface CompiledOccurrence {
  readonly type: number;
  /** `null` where all count. */
  readonly where: CompiledWhere | null;
}

/** Which engagements of a type count. */
export interface CompiledWhere {
  holds(engagement: Engagement, asking: Asking): boolean;
  /** Every instant at which an engagement may begin or cease to count by its own instants. */
  turnsMs(engagement: Engagement): readonly number[];
}

/** Prepares `{ type, where }` of a rule. */
export function compileOccurrence({ type, where }: Occurrence, names: Names): CompiledOccurrence {
  const number = names.numberOf(type);
  if (where === undefined) return { type: number, where: null };
  const readings = new Readings(engagementFinder);
  const condition = compileCondition(where, readings);
  return {
    type: number,
    where: {
      holds: (engagement, asking) => condition.holds(readings.take(engagement), asking),
      turnsMs: (engagement) => condition.turnsMs(readings.take(engagement)),
    },
  };
}
