import type { CrmEngagement, LeadRef } from '../../src/domain/crm.ts';
import { leadRefOf } from './people.ts';
import { queryTogether } from './query.ts';
import { EmailMessageRow, EmailRelationRow } from './schemas.ts';
import { chunks, listOf } from './soql.ts';
import type { PageContext, Source } from './source.ts';

/** Ids per IN list; the list travels in a batch's body, one subrequest each. */
const IDS_PER_QUERY = 200;

/** The stream of e-mails, where the org has Enhanced Email. */
export const emailMessagesSource: Source<'engagement'> = {
  stream: { name: 'email-messages', kind: 'engagement' },
  object: 'EmailMessage',
  fields: ['Incoming', 'MessageDate', 'CreatedDate', 'IsDeleted'],
  optional: ['ActivityId', 'IsOpened', 'FirstOpenedDate'],
  isOptional: true,
  reader: async (rows, context) => {
    const people = await peopleOf(
      rows.map(({ Id }) => Id),
      context,
    );
    return (row) => engagementsOf(EmailMessageRow.parse(row), people.get(row.Id) ?? []);
  },
};

async function peopleOf(ids: readonly string[], { org, signal }: PageContext) {
  const people = new Map<string, LeadRef[]>();
  if ((await org.fields('EmailMessageRelation')) === null) return people;
  const select =
    'SELECT Id, EmailMessageId, RelationId, RelationType FROM EmailMessageRelation WHERE EmailMessageId IN';
  const soqls = [...chunks(ids, IDS_PER_QUERY)].map((some) => `${select} ${listOf(some)}`);
  for (const row of await queryTogether(org.client, soqls, signal)) {
    const { EmailMessageId, RelationId } = EmailRelationRow.parse(row);
    const lead = leadRefOf(RelationId);
    const known = people.get(EmailMessageId) ?? [];
    // A person may stand in To and in Cc of the same message.
    if (lead !== null && !known.some(({ crmId }) => crmId === lead.crmId)) people.set(EmailMessageId, [...known, lead]);
  }
  return people;
}

/** A message that came is a reply; one that went out was sent (unless its Task says so already), and perhaps opened. */
function engagementsOf(message: EmailMessageRow, leads: readonly LeadRef[]): CrmEngagement[] {
  if (leads.length === 0) return [];
  const shared = {
    channel: 'email',
    properties: {},
    leads,
    modifiedAt: message.SystemModstamp,
    isDeleted: message.IsDeleted,
  };
  const id = `email-message:${message.Id}`;
  const at = message.MessageDate ?? message.CreatedDate;
  if (message.Incoming) return [{ ...shared, id, type: 'email_reply', occurredAt: at }];
  const sent: CrmEngagement[] =
    message.ActivityId === null ? [{ ...shared, id, type: 'email_sent', occurredAt: at }] : [];
  if (!message.IsOpened) return sent;
  return [...sent, { ...shared, id: `${id}:open`, type: 'email_open', occurredAt: message.FirstOpenedDate ?? at }];
}
