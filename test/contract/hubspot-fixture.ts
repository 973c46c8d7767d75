import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type HubspotConnectorOptions, hubspotConnector } from '../../connectors/hubspot/index.ts';
import type { CrmConnector } from '../../src/domain/crm.ts';
import { Mapping } from '../../src/domain/mapping.ts';
import { CLOCK } from '../support/clock.ts';
import { recordingBudget } from './recording-budget.ts';

/** The shipped default mapping. */
export const MAPPING = Mapping.parse(
  parse(readFileSync(new URL('../../config/mappings/hubspot.yaml', import.meta.url), 'utf8')),
);

/** A connector with the sandbox's own service key. */
export function connectorTo(baseUrl: string, options: Partial<HubspotConnectorOptions> = {}): CrmConnector {
  return hubspotConnector({
    credentials: { kind: 'service-key', token: 'pat-sandbox' },
    baseUrl,
    mapping: MAPPING,
    budget: recordingBudget(),
    clock: CLOCK,
    timeoutMs: 5_000,
    ...options,
  });
}
