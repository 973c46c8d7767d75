import type { Engagement } from '../domain/lead.ts';

/** An engagement with its place in the timeline. */
export interface Moment {
  readonly atMs: number;
  /** 0 for the first of all; two moments of one instant differ in it. */
  readonly place: number;
  readonly engagement: Engagement;
}

/**
 * Puts engagements in the order of the contract: `occurredAt`, then `id` by UTF-16 code unit, each id once.
 *
 * Of several with one id the earliest stands; at one instant the one of the smallest JSON text with sorted keys.
 */
export function timelineOf(engagements: readonly Engagement[]): readonly Moment[] {
  const ordered = isOrdered(engagements) ? engagements : [...engagements].sort(byOrder);
  const seen = new Set<string>();
  const timeline: Moment[] = [];
  for (const engagement of ordered) {
    const known = seen.size;
    if (seen.add(engagement.id).size === known) continue;
    timeline.push({ atMs: engagement.occurredAt.getTime(), place: known, engagement });
  }
  return timeline;
}

/** Whether the order is strict already, which most callers' is; it spares the copy. */
function isOrdered(engagements: readonly Engagement[]): boolean {
  for (let index = 1; index < engagements.length; index += 1) {
    if (byOrder(engagements[index - 1]!, engagements[index]!) >= 0) return false;
  }
  return true;
}

function byOrder(a: Engagement, b: Engagement): number {
  const difference = a.occurredAt.getTime() - b.occurredAt.getTime();
  if (difference !== 0) return difference;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  const [textA, textB] = [sortedJson(a), sortedJson(b)];
  if (textA === textB) return 0;
  return textA < textB ? -1 : 1;
}

function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, child: unknown) => {
    if (typeof child !== 'object' || child === null || Array.isArray(child)) return child;
    const entries = Object.entries(child);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
