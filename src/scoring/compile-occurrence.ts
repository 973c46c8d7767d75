import type { Engagement } from '../domain/lead.ts';
import { type Asking, compileCondition, engagementReader } from './compile-condition.ts';
import type { Occurrence } from './model.ts';
import type { TypeIndex } from './sight.ts';

/** A type of engagement by its number, and which of that type count. */
export interface CompiledOccurrence {
  readonly type: number;
  counts(engagement: Engagement, asking: Asking): boolean;
  /** Tells `visit` every instant at which an engagement may begin or cease to count by its own instants. */
  turns(engagement: Engagement, visit: (atMs: number) => void): void;
}

/** Prepares `{ type, where }` of a rule. */
export function compileOccurrence({ type, where }: Occurrence, types: TypeIndex): CompiledOccurrence {
  const condition = where === undefined ? undefined : compileCondition(where, engagementReader);
  return {
    type: types.numberOf(type),
    counts: condition?.holds ?? (() => true),
    turns: condition?.turns ?? (() => undefined),
  };
}
