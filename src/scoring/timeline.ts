import type { Engagement } from '../domain/lead.ts';

/**
 * Puts engagements in the order of the contract: `occurredAt`, then `id` by UTF-16 code unit, each id once.
 *
 * Of several with one id the earliest stands; at one instant the one of the smallest JSON text with sorted keys.
 *
 * @returns The list itself where it is in order already: callers pass the same one for many instants.
 */
export function timelineOf(engagements: readonly Engagement[]): readonly Engagement[] {
  if (growsThroughout(engagements)) return engagements;
  const ordered = isOrdered(engagements) ? engagements : [...engagements].sort(byOrder);
  const seen = new Set(ordered.map(({ id }) => id));
  if (seen.size === ordered.length) return ordered;
  seen.clear();
  return ordered.filter(({ id }) => {
    const known = seen.size;
    return seen.add(id).size > known;
  });
}

/** Whether one engagement stands behind another in the timeline. */
export function isLater(a: Engagement, b: Engagement): boolean {
  const difference = a.occurredAt.getTime() - b.occurredAt.getTime();
  return difference > 0 || (difference === 0 && a.id > b.id);
}

/** Whether ids grow with time, as those of a CRM mostly do: what only grows is in order and does not repeat. */
function growsThroughout(engagements: readonly Engagement[]): boolean {
  for (let index = 1; index < engagements.length; index += 1) {
    const engagement = engagements[index]!;
    const before = engagements[index - 1]!;
    if (engagement.occurredAt.getTime() < before.occurredAt.getTime() || engagement.id <= before.id) return false;
  }
  return true;
}

function isOrdered(engagements: readonly Engagement[]): boolean {
  for (let index = 1; index < engagements.length; index += 1) {
    if (!isLater(engagements[index]!, engagements[index - 1]!)) return false;
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
