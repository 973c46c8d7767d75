import { HubspotCredentials, hubspotConnector } from '../connectors/hubspot/index.ts';
import { SalesforceCredentials, salesforceConnector } from '../connectors/salesforce/index.ts';
import type { App } from './app.ts';
import type { Clock } from './domain/clock.ts';
import type { Crm, CrmConnector } from './domain/crm.ts';
import { callsReturn } from './domain/daily-quota.ts';
import type { Mapping } from './domain/mapping.ts';
import { LeadScoringError } from './errors.ts';
import { openBudget } from './store/budgets.ts';
import { type Connection, credentialsOf, updateCredentials } from './store/connections.ts';

const SALESFORCE_LOGIN_URL = 'https://login.salesforce.com';

/** What a connector is made from. */
export interface ConnectorSource {
  readonly crm: Crm;
  readonly baseUrl: string | null;
  readonly mapping: Mapping;
  readonly credentials: unknown;
  /** The account's id, under which the workers share its budget. */
  readonly account: string;
  /** Part of the account's daily calls that may be spent; `null`: all. */
  readonly dailyShare: number | null;
  /** In which the daily quota resets; unknown before the account has been asked. */
  readonly timeZone?: string;
  readonly onRotated?: (credentials: object) => Promise<void>;
}

/**
 * A connector of one CRM account.
 *
 * @throws {LeadScoringError} `CONFIG_INVALID` if the credentials are not of a kind that the CRM takes.
 */
export function makeConnector(app: Pick<App, 'db' | keyof Clock>, source: ConnectorSource): CrmConnector {
  const { crm, baseUrl, mapping, account, dailyShare, timeZone, onRotated } = source;
  const returnsAt = callsReturn(crm, timeZone ?? 'UTC');
  const budget = openBudget(app.db, { name: budgetName(crm, account), dailyShare, returnsAt }, app);
  const shared = { mapping, budget, clock: app, ...(onRotated && { onRotated }) };
  if (crm === 'hubspot') {
    const credentials = parsed(HubspotCredentials, source);
    return hubspotConnector({
      ...shared,
      credentials,
      ...(baseUrl !== null && { baseUrl }),
      ...(timeZone !== undefined && { timeZone }),
    });
  }
  const credentials = parsed(SalesforceCredentials, source);
  return salesforceConnector({ ...shared, credentials, baseUrl: baseUrl ?? SALESFORCE_LOGIN_URL });
}

/** Under this name the calls of an account are budgeted. */
export const budgetName = (crm: Crm, account: string): string => `${crm} ${account}`;

function parsed<T>(
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  { crm, credentials }: ConnectorSource,
): T {
  const result = schema.safeParse(credentials);
  if (result.success) return result.data;
  throw new LeadScoringError('CONFIG_INVALID', `The credentials are not of a kind that ${crm} takes`);
}

/** Makes each connection's connector once, so that its token and its pace are kept for as long as nothing changes. */
export function connectorsOf(app: App): (connection: Connection) => Promise<CrmConnector> {
  const made = new Map<string, { readonly version: string; readonly connector: CrmConnector }>();
  return async (connection) => {
    const { id, baseUrl, mapping, mappingText, accountId } = connection;
    const credentials = await credentialsOf(app.db, app.vault, id);
    const version = JSON.stringify([baseUrl, mappingText, accountId, { ...asObject(credentials), refreshToken: '' }]);
    const known = made.get(id);
    if (known?.version === version) return known.connector;
    const connector = connectorOf(app, connection, { credentials, dailyShare: mapping.budget.dailyShare ?? null });
    made.set(id, { version, connector });
    return connector;
  };
}

/** A connector for what a person waits for: its calls are counted, but a share that is used up does not stop them. */
export async function connectorForPerson(app: App, connection: Connection): Promise<CrmConnector> {
  const credentials = await credentialsOf(app.db, app.vault, connection.id);
  return connectorOf(app, connection, { credentials, dailyShare: null });
}

function connectorOf(
  app: App,
  { id, crm, baseUrl, mapping, accountId, timeZone }: Connection,
  terms: Pick<ConnectorSource, 'credentials' | 'dailyShare'>,
): CrmConnector {
  const onRotated = async (renewed: object) => {
    await updateCredentials(app.db, app.vault, id, async () => renewed);
  };
  return makeConnector(app, { crm, baseUrl, mapping, account: accountId, timeZone, onRotated, ...terms });
}

/** A refresh token is not part of the version: the connector that rotates it goes on with the new one. */
const asObject = (credentials: unknown): object => (typeof credentials === 'object' ? (credentials ?? {}) : {});
