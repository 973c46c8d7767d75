import type { Deal, Person } from '../../world/world.ts';
import { idOf, parseId } from '../ids.ts';
import type { WorldRows } from '../table.ts';
import { dateText, type Fields, instantText, secondsOf } from '../value.ts';
import { auditOf, userOwnerId, type WorldOrg } from './world-org.ts';

/** How an outcome stands in the org: stage, probability in percent, forecast category. */
const STAGE_OF = {
  open: { stage: 'Qualification', probability: 50, forecast: 'Pipeline' },
  won: { stage: 'Closed Won', probability: 100, forecast: 'Closed' },
  lost: { stage: 'Closed Lost', probability: 0, forecast: 'Omitted' },
} as const;

/** Days after which an open opportunity is expected to close. */
const OPEN_DAYS = 90;
const DAY_S = 86_400;

/** Accounts: the companies. Row number = company. */
export function accountRows(org: WorldOrg): WorldRows {
  const { world } = org;
  return {
    bound: world.companyCount,
    count: world.companyCount,
    has: (row) => row < world.companyCount,
    stampOf: (row) => secondsOf(world.company(row).createdAt),
    fieldsOf: (row) => {
      const company = world.company(row);
      const ownerId = userOwnerId(org, world.reps.length === 0 ? null : row % world.reps.length);
      return {
        Name: company.name,
        Website: `https://${company.domain}`,
        Industry: company.industry.charAt(0).toUpperCase() + company.industry.slice(1),
        NumberOfEmployees: company.employees,
        AnnualRevenue: company.revenue,
        BillingCountry: company.country,
        OwnerId: ownerId,
        ...stamps(secondsOf(company.createdAt), secondsOf(company.createdAt), ownerId),
      };
    },
    quick: (_row, field) => (field === 'IsDeleted' ? false : undefined),
    rowsNaming: () => [],
  };
}

/** Opportunities: the deals. Row number = person. */
export function opportunityRows(org: WorldOrg): WorldRows {
  const { world } = org;
  return dealRows(org, (person, deal) => {
    const { stage, probability, forecast } = STAGE_OF[deal.outcome];
    const ownerId = userOwnerId(org, person.rep);
    const companyName = person.company === null ? person.lastName : world.company(person.company).name;
    const closesAt = deal.closedAt === null ? secondsOf(deal.createdAt) + OPEN_DAYS * DAY_S : secondsOf(deal.closedAt);
    return {
      Name: `${companyName}-`,
      AccountId: person.company === null ? null : idOf('Account', person.company),
      StageName: stage,
      Probability: probability,
      ForecastCategory: forecast,
      Amount: deal.amount,
      CloseDate: dateText(closesAt),
      LeadSource: person.source,
      IsClosed: deal.outcome !== 'open',
      IsWon: deal.outcome === 'won',
      LastStageChangeDate: instantText(dealStamp(deal)),
      OwnerId: ownerId,
      ...stamps(secondsOf(deal.createdAt), dealStamp(deal), ownerId),
    };
  });
}

/** The contact of each deal. Row number = person. */
export function contactRoleRows(org: WorldOrg): WorldRows {
  const rows = dealRows(org, (person, deal) => ({
    OpportunityId: idOf('Opportunity', person.n),
    ContactId: idOf('Contact', person.n),
    Role: 'Decision Maker',
    IsPrimary: true,
    ...stamps(secondsOf(deal.createdAt), dealStamp(deal), userOwnerId(org, person.rep)),
  }));
  return {
    ...rows,
    rowsNaming: (field, id) => {
      const named = parseId(id);
      return (field === 'OpportunityId' || field === 'ContactId') && named !== null && rows.has(named.row)
        ? [named.row]
        : [];
    },
  };
}

function dealRows(org: WorldOrg, fields: (person: Person, deal: Deal) => Fields): WorldRows {
  const { world, census } = org;
  return {
    bound: census.size,
    count: census.counts.deals,
    has: (row) => row < census.size && census.hasDeal(row),
    stampOf: (row) => dealStamp(world.person(row).deal!),
    fieldsOf: (row) => {
      const person = world.person(row);
      return fields(person, person.deal!);
    },
    quick: (_row, field) => (field === 'IsDeleted' ? false : undefined),
    rowsNaming: (field) => (field === 'AccountId' ? undefined : []),
  };
}

function dealStamp(deal: Deal): number {
  return secondsOf(deal.closedAt ?? deal.createdAt);
}

function stamps(createdS: number, changedS: number, ownerId: string): Fields {
  return {
    IsDeleted: false,
    CreatedDate: instantText(createdS),
    LastModifiedDate: instantText(changedS),
    ...auditOf(ownerId),
  };
}
