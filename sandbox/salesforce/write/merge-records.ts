import { ApiError } from '../api-error.ts';
import { canonicalId, parseId } from '../ids.ts';
import type { Org } from '../org.ts';
import { instantText } from '../value.ts';
import { rowsOf } from './convert-lead.ts';
import { livingRow } from './write-record.ts';

/**
 * Merges two leads, or two contacts, as a user does: the loser is deleted and names the winner as its master; its
 * activities and campaign members go over.
 *
 * @throws {ApiError} unless they are two, both stand, are of one kind, and none was converted
 */
export function mergeRecords(org: Org, winnerId: string, loserId: string): string {
  const object = parseId(canonicalId(winnerId) ?? '')?.object;
  if (object !== 'Lead' && object !== 'Contact')
    throw new ApiError(400, 'MALFORMED_ID', `malformed id ${winnerId}`, []);
  const table = org.table(object);
  const winner = livingRow(table, winnerId);
  const loser = livingRow(table, loserId);
  if (winner === loser) throw new ApiError(400, 'MERGE_FAILED', 'a record cannot be merged with itself', []);
  if ([winner, loser].some((row) => table.value(row, 'IsConverted') === true)) {
    throw new ApiError(400, 'CANNOT_UPDATE_CONVERTED_LEAD', 'cannot reference converted lead', []);
  }
  const masterId = table.idOf(winner);
  const stamp = org.nowSeconds();
  moveChildren(org, table.idOf(loser), masterId);
  const audit = { LastModifiedDate: instantText(stamp), LastModifiedById: org.userId };
  table.change(loser, { IsDeleted: true, MasterRecordId: masterId, ...audit }, stamp);
  table.change(winner, audit, stamp);
  return masterId;
}

function moveChildren(org: Org, loserId: string, winnerId: string): void {
  const stamp = org.nowSeconds();
  for (const name of ['Task', 'Event'] as const) {
    const table = org.table(name);
    for (const row of rowsOf(table, 'WhoId', loserId)) table.change(row, { WhoId: winnerId }, stamp);
  }
  const members = org.table('CampaignMember');
  for (const field of ['LeadId', 'ContactId', 'LeadOrContactId']) {
    for (const row of rowsOf(members, field, loserId)) members.change(row, { [field]: winnerId }, stamp);
  }
}
