import { z } from 'zod';
import type { AccountCheck } from '../../src/domain/account.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { Call, HubspotClient } from './client.ts';
import { PATHS } from './paths.ts';
import { Account } from './schemas.ts';

/** Asks who the account is, and what we may read and write there. */
export async function check(client: HubspotClient, signal: AbortSignal): Promise<AccountCheck> {
  const call = { operation: 'read', method: 'GET', path: PATHS.account } as const;
  const { portalId, timeZone, uiDomain } = (await client.send(call, Account, signal)).body;
  client.timeZone = timeZone;
  const faults = new Map<string, LeadScoringError>();
  for (const probe of PROBES) {
    const fault = await faultOf(client, probe, signal);
    if (fault !== null) faults.set(fault.message, fault);
  }
  return {
    accountId: portalId,
    timeZone,
    recordUrl: `https://${uiDomain}/contacts/${portalId}/{object}/{id}`,
    dailyCalls: client.dailyCalls,
    faults: [...faults.values()],
  };
}

/** The scope that a probe lacks; other refusals of one mean nothing. */
async function faultOf(client: HubspotClient, probe: Call, signal: AbortSignal): Promise<LeadScoringError | null> {
  try {
    await client.send(probe, z.unknown(), signal);
    return null;
  } catch (error) {
    if (!(error instanceof LeadScoringError)) throw error;
    if (error.code === 'CRM_SCOPE_MISSING') return error;
    if (error.recovery === 'quarantine') return null;
    throw error;
  }
}

const OBJECTS = ['contacts', 'companies', 'deals', 'calls', 'emails', 'meetings', 'notes', 'tasks', 'communications'];
/** Reading one record of each object, and writing none, tells which scopes are missing. */
const PROBES: readonly Call[] = [
  ...OBJECTS.map((object) => ({
    operation: 'read' as const,
    method: 'GET' as const,
    path: PATHS.objects(object),
    query: { limit: '1' },
  })),
  { operation: 'read', method: 'GET', path: PATHS.owners, query: { limit: '1' } },
  { operation: 'read', method: 'GET', path: PATHS.forms, query: { limit: '1' } },
  // A batch without inputs changes nothing; HubSpot looks at the scope before it looks at the inputs.
  { operation: 'idempotent', method: 'POST', path: PATHS.batch('contacts', 'update'), body: { inputs: [] } },
];
