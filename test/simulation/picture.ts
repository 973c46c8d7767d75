import type {
  Crm,
  CrmCampaign,
  CrmCompany,
  CrmConnector,
  CrmEngagement,
  CrmLead,
  RecordKind,
  Stream,
} from '../../src/domain/crm.ts';
import type { Attributes, Engagement } from '../../src/domain/lead.ts';
import type { House } from './house.ts';

/** A lead as its CRM shows it now, with all that decides its score. */
export interface LeadPicture {
  readonly record: CrmLead;
  readonly createdAt: Date;
  /** Those of the company, and over them the lead's own. */
  readonly attributes: Attributes;
  readonly engagements: readonly Engagement[];
}

/** So that looking on does not use up the calls that the product may make in the same ten seconds. */
const QUIET_MS = 11_000;

/**
 * Every living lead of a CRM by `object id`, read from the CRM's own lists from the beginning: no store, no search and
 * no cursor have part in it.
 */
export async function pictureOf(house: House, crm: Crm): Promise<ReadonlyMap<string, LeadPicture>> {
  const connector = house.onlooker(crm);
  house.conductor.pass(QUIET_MS);
  const read = await house.network.backstage(async () => ({
    leads: await all<CrmLead>(connector, 'lead'),
    companies: await all<CrmCompany>(connector, 'company'),
    campaigns: await all<CrmCampaign>(connector, 'campaign'),
    engagements: await all<CrmEngagement>(connector, 'engagement'),
  }));
  house.conductor.pass(QUIET_MS);

  const companies = new Map(read.companies.map((company) => [company.crmId, company.attributes]));
  const campaigns = new Map(read.campaigns.map(({ crmId, name }) => [crmId, name]));
  const byEmail = emailOwners(house, crm);
  const pictures = new Map<string, LeadPicture & { readonly engagements: Engagement[] }>();
  for (const record of read.leads) {
    if (record.isDeleted || record.movedTo !== null) continue;
    const attributes = { ...companies.get(record.companyId ?? ''), ...record.attributes };
    pictures.set(keyOf(record), { record, createdAt: record.createdAt, attributes, engagements: [] });
  }
  for (const { leads, email, ...engagement } of read.engagements.filter(({ isDeleted }) => !isDeleted)) {
    const keys = new Set([...leads.map(keyOf), ...(email === undefined ? [] : [byEmail.get(email) ?? ''])]);
    const { id, type, occurredAt, channel = null, properties } = engagement;
    const campaign = campaigns.get(engagement.campaign ?? '') ?? engagement.campaign ?? null;
    for (const key of keys)
      pictures.get(key)?.engagements.push({ id, type, occurredAt, channel, campaign, properties });
  }
  return pictures;
}

export const keyOf = ({ object, crmId }: { readonly object: string; readonly crmId: string }): string =>
  `${object} ${crmId}`;

/** Who stands for the owner of each address now. */
function emailOwners({ sandbox }: House, crm: Crm): ReadonlyMap<string, string> {
  const twin = sandbox.twin(crm);
  const people = Array.from({ length: sandbox.world.size }, (_, n) => n);
  return new Map(people.map((n) => [sandbox.world.person(n).email.toLowerCase(), `contact ${twin.leadId(n)}`]));
}

async function all<T>(connector: CrmConnector, kind: RecordKind): Promise<T[]> {
  const records: unknown[] = [];
  for (const stream of connector.streams.filter((each) => each.kind === kind)) {
    for await (const page of connector.pull(stream as Stream, null, never)) records.push(...page.records);
  }
  return records as T[]; // records of the kind that was asked for
}

const never = new AbortController().signal;
