import { ApiError } from '../api-error.ts';
import { dateText } from '../value.ts';
import { type Change, valueAfter } from './change.ts';
import { missingFields } from './values.ts';

/** A campaign member: one person, once a campaign, with a status of that campaign. */
export function memberRule(change: Change): void {
  if (change.row === null) identify(change);
  const { org, values } = change;
  if (values.Status === undefined) return;
  const statuses = org.table('CampaignMemberStatus');
  const campaignId = valueAfter(change, 'CampaignId');
  const status = [...statuses.rows()].find(
    (row) => statuses.value(row, 'CampaignId') === campaignId && statuses.value(row, 'Label') === values.Status,
  );
  values.HasResponded = status !== undefined && statuses.value(status, 'HasResponded') === true;
  if (values.HasResponded && valueAfter(change, 'FirstRespondedDate') === null) {
    values.FirstRespondedDate = dateText(org.nowSeconds());
  }
}

function identify({ org, table, values }: Change): void {
  const personId = values.ContactId ?? values.LeadId;
  if (typeof personId !== 'string') throw missingFields(['LeadId', 'ContactId']);
  values.LeadOrContactId = personId;
  const type = values.ContactId === undefined || values.ContactId === null ? 'Lead' : 'Contact';
  values.Type = type;
  values.Status ??= 'Sent';
  const field = type === 'Lead' ? 'LeadId' : 'ContactId';
  const isMember = (table.rowsNaming(field, personId) ?? []).some(
    (row) =>
      !table.isDeleted(row) &&
      table.value(row, field) === personId &&
      table.value(row, 'CampaignId') === values.CampaignId,
  );
  if (isMember) throw new ApiError(400, 'DUPLICATE_VALUE', 'Already a campaign member.', []);
  const people = org.table(type);
  const [row] = org.rowsNaming(people, people.sobject.fields.get('id')!, personId) ?? [];
  values.Name = row === undefined ? null : people.value(row, 'Name');
}
