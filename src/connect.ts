import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { App } from './app.ts';
import type { ConnectionRequest } from './cli/cli-app.ts';
import { connectorsOf, makeConnector } from './connectors.ts';
import type { AccountCheck, CrmConnector } from './domain/crm.ts';
import { LeadScoringError } from './errors.ts';
import * as store from './store/connections.ts';
import { parseMapping } from './sync/parse-mapping.ts';

const MAPPINGS = path.join(import.meta.dirname, '..', 'config', 'mappings');
const CHECK_LIMIT_MS = 120_000;

/**
 * Asks the account who it is, and stores the connection with its credentials sealed.
 *
 * Faults that a person can mend in the CRM do not prevent the connection; they are answered.
 * @throws {LeadScoringError} `MAPPING_INVALID`, `CONNECTION_EXISTS`, and what the account's check throws.
 */
export async function addConnection(app: App, request: ConnectionRequest): Promise<AccountCheck> {
  const { name, crm, baseUrl, credentials } = request;
  const file = request.mappingFile ?? path.join(MAPPINGS, `${crm}.yaml`);
  const mappingText = readText(file);
  const mapping = parseMapping(file, mappingText, crm);
  const connector = makeConnector(app, { crm, baseUrl, mapping, credentials, account: `new ${name}` });
  const account = await connector.check(AbortSignal.timeout(CHECK_LIMIT_MS));
  const { accountId, timeZone, recordUrl } = account;
  await store.addConnection(app.db, app.vault, {
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
  return account;
}

/**
 * Gives a connection new credentials, once they have proved to be of the same account.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`; `CONFIG_INVALID` if they are of another account.
 */
export async function renewConnection(app: App, name: string, credentials: object): Promise<AccountCheck> {
  const { id, crm, baseUrl, mapping, accountId } = await store.connectionNamed(app.db, name);
  const connector = makeConnector(app, { crm, baseUrl, mapping, credentials, account: accountId });
  const account = await connector.check(AbortSignal.timeout(CHECK_LIMIT_MS));
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

/** The connector of a connection, by its name. */
export async function connectorNamed(app: App, name: string): Promise<CrmConnector> {
  return connectorsOf(app)(await store.connectionNamed(app.db, name));
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LeadScoringError('MAPPING_INVALID', `The mapping file ${file} cannot be read`, { cause });
  }
}
