import { z } from 'zod';
import type { AccountCheck } from '../../src/domain/account.ts';
import { leadObjects, type Mapping } from '../../src/domain/mapping.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { SALESFORCE_API_VERSION, type SalesforceClient } from './client.ts';
import { MAPPED_OBJECTS } from './describe.ts';
import type { Org, SalesforceObject } from './org.ts';
import { sendBatch } from './query.ts';

const Versions = z.array(z.looseObject({ version: z.string() }));
const Organizations = z.looseObject({ records: z.array(z.looseObject({ TimeZoneSidKey: z.string().nullish() })) });
const Limits = z.looseObject({
  DailyApiRequests: z.looseObject({ Max: z.number(), Remaining: z.number() }).optional(),
});

/** Asks who we are, what is left of the day, and what stands in the way of a run. */
export async function check(
  org: Org,
  { mapping, signal }: { readonly mapping: Mapping; readonly signal: AbortSignal },
): Promise<AccountCheck> {
  const { client } = org;
  const { organizationId, instanceUrl } = await client.session();
  // The id alone leads to the record; Lightning's own address would want the object's API name.
  const account = { accountId: organizationId, recordUrl: `${instanceUrl}/{id}` };
  const versionFault = await versionFaultOf(client, signal);
  if (versionFault !== null)
    return { ...account, timeZone: 'UTC', dailyCalls: client.dailyCalls, faults: [versionFault] };

  org.forget();
  const faults = await hiddenObjects(org, mapping);
  const { timeZone, dailyCalls } = await settingsOf(client, signal);
  // The header of every answer tells them; `/limits` needs a permission that an integration user may lack.
  return { ...account, timeZone, dailyCalls: client.dailyCalls ?? dailyCalls, faults };
}

/** Objects that a run cannot do without, beside the leads' own. */
const NEEDED_OBJECTS: readonly SalesforceObject[] = ['Account', 'Opportunity', 'Task', 'Event', 'User'];

async function hiddenObjects(org: Org, mapping: Mapping): Promise<readonly LeadScoringError[]> {
  const faults: LeadScoringError[] = [];
  for (const object of [...leadObjects(mapping).map((lead) => MAPPED_OBJECTS[lead]), ...NEEDED_OBJECTS]) {
    if ((await org.fields(object)) !== null) continue;
    faults.push(new LeadScoringError('CRM_SCOPE_MISSING', `Read access to ${object} is missing`));
  }
  return faults;
}

async function versionFaultOf(client: SalesforceClient, signal: AbortSignal): Promise<LeadScoringError | null> {
  const call = { method: 'GET', path: '/services/data', operation: 'read' } as const;
  const { body } = await client.send(call, Versions, signal);
  if (body.some(({ version }) => version === SALESFORCE_API_VERSION)) return null;
  const latest = body.at(-1)?.version ?? 'none';
  const message = `The org does not speak API version ${SALESFORCE_API_VERSION} (its latest: ${latest})`;
  return new LeadScoringError('CRM_PROTOCOL', message);
}

/** The org's default zone; a user who may not read Organization or the limits still gets a usable answer. */
async function settingsOf(client: SalesforceClient, signal: AbortSignal) {
  const organization = `/query?q=${encodeURIComponent('SELECT Id, TimeZoneSidKey FROM Organization')}`;
  const { body } = await sendBatch(client, [organization, '/limits'], z.unknown(), signal);
  const [organizations, limits] = [Organizations.safeParse(body[0]), Limits.safeParse(body[1])];
  const requests = limits.data?.DailyApiRequests;
  return {
    timeZone: organizations.data?.records[0]?.TimeZoneSidKey ?? 'UTC',
    dailyCalls: requests === undefined ? null : { limit: requests.Max, left: requests.Remaining },
  };
}
