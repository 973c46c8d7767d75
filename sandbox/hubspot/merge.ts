import { notFound, refused } from './hubspot-error.ts';
import type { Portal } from './portal.ts';
import { MERGE_SOURCE } from './value-source.ts';

/**
 * Merges two contacts into a contact with a NEW id: the winner's values, the loser's where the winner has none.
 *
 * Both old ids then stand in `hs_merged_object_ids`; links of both lead to the new contact.
 * @throws {HubspotError} 404 if either is not there, 400 if they are the same
 */
export function mergeContacts(portal: Portal, winner: number, loser: number): number {
  const table = portal.tables.contacts;
  if (!table.isLive(winner) || !table.isLive(loser)) throw notFound('resource not found');
  if (winner === loser) throw refused('A contact cannot be merged with itself');
  const kept = table.read(winner)!.fields;
  const filled = Object.entries(table.writtenTo(loser)).filter(([name]) => !kept[name]);
  const values = { ...Object.fromEntries(filled), ...table.writtenTo(winner) };
  const createdMs = Math.min(table.read(winner)!.createdMs, table.read(loser)!.createdMs);
  const id = table.create(values, MERGE_SOURCE, createdMs);
  portal.people.merge(id, winner, loser);
  const absorbed = portal.people.absorbedBy(id).join(';');
  table.write(id, { hs_merged_object_ids: absorbed }, MERGE_SOURCE);
  table.destroy(winner);
  table.destroy(loser);
  return id;
}
