import { readFileSync } from 'node:fs';
import nock from 'nock';
import { parse } from 'yaml';
import { type SalesforceConnectorOptions, salesforceConnector } from '../../connectors/salesforce/index.ts';
import { SALESFORCE_OBJECTS, type SalesforceObject } from '../../connectors/salesforce/org.ts';
import type { CrmConnector } from '../../src/domain/crm.ts';
import { Mapping } from '../../src/domain/mapping.ts';
import { CLOCK } from '../support/clock.ts';
import { recordingBudget } from './recording-budget.ts';

/** The shipped default mapping. */
export const MAPPING = Mapping.parse(
  parse(readFileSync(new URL('../../config/mappings/salesforce.yaml', import.meta.url), 'utf8')),
);

/** A signal that nobody aborts. */
export const SIGNAL = new AbortController().signal;

/** A connector with the sandbox's own client credentials. */
export function connectorTo(baseUrl: string, options: Partial<SalesforceConnectorOptions> = {}): CrmConnector {
  return salesforceConnector({
    credentials: { kind: 'client-credentials', clientId: 'sandbox-client', clientSecret: 'sandbox-secret' },
    baseUrl,
    mapping: MAPPING,
    budget: recordingBudget(),
    clock: CLOCK,
    timeoutMs: 5_000,
    queryTimeoutMs: options.timeoutMs ?? 5_000,
    ...options,
  });
}

/** Where the recorded exchanges of these tests take place. */
export const LOGIN = 'https://acme.my.salesforce.com';
export const INSTANCE = 'https://acme-eu.my.salesforce.com';

/** What the token endpoint answers. */
export function tokenAnswer(accessToken: string, more: object = {}): object {
  return {
    access_token: accessToken,
    instance_url: INSTANCE,
    id: 'https://login.salesforce.com/id/00D000000000001AAA/005000000000001AAA',
    token_type: 'Bearer',
    ...more,
  };
}

/** The exchange in which every object is described: those given with their fields, the others as absent. */
export function describeOrg(objects: Partial<Record<SalesforceObject, readonly string[]>>): nock.Scope {
  const absent = [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }];
  const results = SALESFORCE_OBJECTS.map((object) => {
    const names = objects[object];
    if (names === undefined) return { statusCode: 404, result: absent };
    const fields = ['Id', 'SystemModstamp', ...names].map((name) => ({ name, type: 'string', updateable: true }));
    return { statusCode: 200, result: { fields } };
  });
  return nock(INSTANCE).post('/services/data/v68.0/composite/batch').reply(200, { hasErrors: true, results });
}
