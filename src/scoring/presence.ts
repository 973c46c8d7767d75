import type { Engagement } from '../domain/lead.ts';
import { askingAt } from './compile-condition.ts';
import type { CompiledOccurrence, CompiledWhere } from './compile-occurrence.ts';
import { piecesOf, type Span } from './outlook.ts';
import type { Sight } from './sight.ts';

/** A time in which an engagement counts for a rule. */
export interface Presence extends Span {
  /** When it happened. */
  readonly datedMs: number;
}

/** When the engagements of an occurrence count after `asOf`, each for a window from when it happened; by their dates. */
export function presencesOf(
  { type, where }: CompiledOccurrence,
  windowMs: number,
  everything: Sight,
  asOfMs: number,
): readonly Presence[] {
  const presences: Presence[] = [];
  for (const engagement of everything.ofType(type)) {
    const datedMs = engagement.occurredAt.getTime();
    const whole = { datedMs, fromMs: datedMs, untilMs: datedMs + windowMs };
    const spans = where === null ? [whole] : spansWhere(where, engagement, whole);
    for (const { fromMs, untilMs } of spans) if (untilMs > asOfMs) presences.push({ datedMs, fromMs, untilMs });
  }
  return presences;
}

function spansWhere(where: CompiledWhere, engagement: Engagement, whole: Span): readonly Span[] {
  const pieces = piecesOf(whole, where.turnsMs(engagement));
  return pieces.filter(({ fromMs }) => where.holds(engagement, askingAt(fromMs)));
}
