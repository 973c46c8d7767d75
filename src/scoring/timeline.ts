import type { Engagement } from '../domain/lead.ts';

/**
 * Puts engagements in the order of the contract: `occurredAt`, then `id` by UTF-16 code unit, each id once.
 *
 * Of several with one id the earliest stands; at one instant the one of the smallest JSON text with sorted keys.
 *
 * @returns The list itself where it is in order already: callers pass the same one for many instants.
 */
export function timelineOf(engagements: readonly Engagement[]): readonly Engagement[] {
  const ordered = isOrdered(engagements) ? engagements : [...engagements].sort(byOrder);
  if (hasEachIdOnce(ordered)) return ordered;
  const seen = new Set<string>();
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

function isOrdered(engagements: readonly Engagement[]): boolean {
  for (let index = 1; index < engagements.length; index += 1) {
    if (!isLater(engagements[index]!, engagements[index - 1]!)) return false;
  }
  return true;
}

function hasEachIdOnce(engagements: readonly Engagement[]): boolean {
  let index = 1;
  // The ids of a CRM mostly grow with time, and what only grows does not repeat.
  while (index < engagements.length && engagements[index]!.id > engagements[index - 1]!.id) index += 1;
  return index >= engagements.length || new Set(engagements.map(({ id }) => id)).size === engagements.length;
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
