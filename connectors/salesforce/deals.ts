import type { CrmDeal, LeadRef } from '../../src/domain/crm.ts';
import { queryTogether, type Row } from './query.ts';
import { ConvertedLeadRow, OpportunityRow, RoleRow } from './schemas.ts';
import { chunks, listOf } from './soql.ts';
import type { PageContext, Source } from './source.ts';

/** Ids per IN list; the list travels in a batch's body, one subrequest each. */
const IDS_PER_QUERY = 200;

/** The stream of Opportunities, with the people they belong to. */
export const dealsSource: Source<'deal'> = {
  stream: { name: 'deals', kind: 'deal' },
  object: 'Opportunity',
  fields: ['IsDeleted', 'StageName', 'IsClosed', 'IsWon', 'CloseDate', 'CreatedDate'],
  optional: ['AccountId', 'Amount'],
  reader: async (rows, context) => {
    const leads = await leadsOfDeals(
      rows.map(({ Id }) => Id),
      context,
    );
    return (row) => [dealOf(row, leads.get(row.Id) ?? [])];
  },
};

/**
 * The people of each opportunity: its contact roles, or the lead it was converted from where nobody entered roles.
 *
 * The account is no fallback: everyone who works there would have bought.
 */
async function leadsOfDeals(
  ids: readonly string[],
  { org, signal }: PageContext,
): Promise<ReadonlyMap<string, readonly LeadRef[]>> {
  const leads = new Map<string, LeadRef[]>();
  const add = (id: string, lead: LeadRef) => leads.set(id, [...(leads.get(id) ?? []), lead]);
  if ((await org.fields('OpportunityContactRole')) !== null) {
    const select = 'SELECT Id, OpportunityId, ContactId FROM OpportunityContactRole WHERE OpportunityId IN';
    for (const row of await queryTogether(org.client, lists(select, ids), signal)) {
      const { OpportunityId, ContactId } = RoleRow.parse(row);
      if (ContactId !== null) add(OpportunityId, { object: 'contact', crmId: ContactId });
    }
  }
  const without = ids.filter((id) => !leads.has(id));
  if ((await org.fields('Lead'))?.has('ConvertedOpportunityId')) {
    const select = 'SELECT Id, ConvertedOpportunityId FROM Lead WHERE ConvertedOpportunityId IN';
    for (const row of await queryTogether(org.client, lists(select, without), signal)) {
      const { Id, ConvertedOpportunityId } = ConvertedLeadRow.parse(row);
      add(ConvertedOpportunityId, { object: 'lead', crmId: Id });
    }
  }
  return leads;
}

function lists(select: string, ids: readonly string[]): string[] {
  return [...chunks(ids, IDS_PER_QUERY)].map((some) => `${select} ${listOf(some)}`);
}

function dealOf(row: Row, leads: readonly LeadRef[]): CrmDeal {
  const deal = OpportunityRow.parse(row);
  return {
    crmId: deal.Id,
    modifiedAt: deal.SystemModstamp,
    leads,
    companyId: deal.AccountId,
    outcome: deal.IsWon ? 'won' : deal.IsClosed ? 'lost' : 'open',
    stage: deal.StageName,
    amount: deal.Amount,
    createdAt: deal.CreatedDate,
    closedAt: deal.IsClosed ? closedAt(deal.CloseDate, deal.CreatedDate) : null,
    isDeleted: deal.IsDeleted,
  };
}

/** CloseDate is a day without a time: noon UTC is that day nearly everywhere, but never before the deal began. */
function closedAt(day: string | null, createdAt: Date): Date {
  if (day === null) return createdAt;
  return new Date(Math.max(Date.parse(`${day}T12:00:00Z`), createdAt.getTime()));
}
