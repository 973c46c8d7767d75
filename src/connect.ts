import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { App } from './app.ts';
import type { ConnectionRequest } from './cli/cli-app.ts';
import { budgetName, connectorForPerson, makeConnector } from './connectors.ts';
import type { Crm, CrmConnector } from './domain/crm.ts';
import { callsReturn } from './domain/daily-quota.ts';
import type { Mapping } from './domain/mapping.ts';
import { LeadScoringError } from './errors.ts';
import { modelReader } from './models.ts';
import * as store from './store/connections.ts';
import { handOnCalls } from './store/daily-calls.ts';
import { keepFieldLimits } from './store/mappings.ts';
import { publishedModels } from './store/models.ts';
import { type ConnectionCheck, checkConnection } from './sync/check-connection.ts';
import { parseMapping } from './sync/parse-mapping.ts';

const MAPPINGS = path.join(import.meta.dirname, '..', 'config', 'mappings');
const CHECK_LIMIT_MS = 120_000;

/**
 * Asks the account who it is, and stores the connection with its credentials sealed.
 *
 * Faults that a person can mend in the CRM do not prevent the connection; they are answered.
 * @throws {LeadScoringError} `MAPPING_INVALID`, `CONNECTION_EXISTS`, and what the account's check throws.
 */
export async function addConnection(app: App, request: ConnectionRequest): Promise<ConnectionCheck> {
  const { name, crm, baseUrl, credentials } = request;
  const { mapping, mappingText } = readMappingFile(request.mappingFile ?? path.join(MAPPINGS, `${crm}.yaml`), crm);
  const source = { crm, baseUrl, mapping, credentials, account: `new ${name}`, dailyShare: null };
  const connector = makeConnector(app, source);
  const account = await checkNow(app, connector, mapping);
  const { accountId, timeZone, recordUrl } = account;
  const { id } = await store.addConnection(app.db, app.vault, {
    name,
    crm,
    baseUrl,
    mapping,
    mappingText,
    accountId,
    timeZone,
    recordUrl,
    credentials,
  });
  await keepFieldLimits(app.db, id, account.limits);
  const known = { name: budgetName(crm, accountId), dailyShare: null, returnsAt: callsReturn(crm, timeZone) };
  await handOnCalls(app.db, budgetName(crm, source.account), known, app.now());
  return account;
}

/**
 * Gives a connection new credentials, once they have proved to be of the same account.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`; `CONFIG_INVALID` if they are of another account.
 */
export async function renewConnection(app: App, name: string, credentials: object): Promise<ConnectionCheck> {
  const { id, crm, baseUrl, mapping, accountId } = await store.connectionNamed(app.db, name);
  const connector = makeConnector(app, { crm, baseUrl, mapping, credentials, account: accountId, dailyShare: null });
  const account = await checkNow(app, connector, mapping);
  if (account.accountId !== accountId) {
    throw new LeadScoringError(
      'CONFIG_INVALID',
      `The credentials are of account ${account.accountId}, not ${accountId}`,
    );
  }
  await store.updateCredentials(app.db, app.vault, id, async () => credentials);
  await store.setHalted(app.db, id, null);
  return account;
}

/**
 * Asks a connection's account who we are, and compares the mapping; if nothing is wrong, it counts as halted no more.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`, and what the account's check throws.
 */
export async function testConnection(app: App, name: string): Promise<ConnectionCheck> {
  const connection = await store.connectionNamed(app.db, name);
  const check = await checkNow(app, await connectorForPerson(app, connection), connection.mapping);
  await keepFieldLimits(app.db, connection.id, check.limits);
  if (check.faults.length + check.absent.length === 0) await store.setHalted(app.db, connection.id, null);
  return check;
}

/** Looks at an account and a mapping together, with the published models. */
export async function checkNow(app: App, connector: CrmConnector, mapping: Mapping): Promise<ConnectionCheck> {
  const models = modelReader(app.env.MODELS_DIR)(await publishedModels(app.db));
  return checkConnection(connector, { mapping, models }, AbortSignal.timeout(CHECK_LIMIT_MS));
}

/** A connector of a connection for what a person asks for, by its name. */
export async function connectorNamed(app: App, name: string): Promise<CrmConnector> {
  return connectorForPerson(app, await store.connectionNamed(app.db, name));
}

/**
 * Reads a mapping file and checks it whole.
 *
 * @throws {LeadScoringError} `MAPPING_INVALID`.
 */
export function readMappingFile(file: string, crm: Crm): { readonly mapping: Mapping; readonly mappingText: string } {
  const mappingText = readText(file);
  return { mapping: parseMapping(file, mappingText, crm), mappingText };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LeadScoringError('MAPPING_INVALID', `The mapping file ${file} cannot be read`, { cause });
  }
}
