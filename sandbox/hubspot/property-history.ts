import { refused } from './hubspot-error.ts';
import type { ObjectType } from './object-types.ts';
import type { Portal } from './portal.ts';
import { isoOf } from './record.ts';

/** Records per call whose history is told; HubSpot's own limit (message as seen in public reports, 2023 to 2025). */
const MOST_WITH_HISTORY = 50;
const MOST_VERSIONS = 20;

/** Refuses a call that asks for the history of too many records. @throws {HubspotError} 400 */
export function assertFewEnough(count: number, names: readonly string[]): void {
  if (names.length === 0 || count <= MOST_WITH_HISTORY) return;
  const message = `The maximum number of inputs supported in a batch request for property histories is ${MOST_WITH_HISTORY}.`;
  throw refused(`${message} Please reduce the number of items and try again`);
}

/** The part of an answer that tells how properties got their values, newest first; nothing where none was asked for. */
export function historyOf(portal: Portal, type: ObjectType, id: number, names: readonly string[]): object {
  if (names.length === 0) return {};
  const known = names.filter((name) => portal.definitions[type].find(name) !== null);
  const entries = known.map((name) => {
    const [first, last] = portal.settings.losesHistory ? [1, MOST_VERSIONS + 1] : [0, MOST_VERSIONS];
    const versions = portal.tables[type].history(id, name).slice(first, last);
    return [
      name,
      versions.map(({ value, atMs, source }) => ({ value: value ?? '', timestamp: isoOf(atMs), ...source })),
    ];
  });
  return { propertiesWithHistory: Object.fromEntries(entries) };
}
