import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { type SalesforceConnectorOptions, salesforceConnector } from '../../connectors/salesforce/index.ts';
import type { Budget } from '../../src/domain/budget.ts';
import type { CrmConnector } from '../../src/domain/crm.ts';
import { Mapping } from '../../src/domain/mapping.ts';

/** The shipped default mapping. */
export const MAPPING = Mapping.parse(
  parse(readFileSync(new URL('../../config/mappings/salesforce.yaml', import.meta.url), 'utf8')),
);

/** A signal that nobody aborts. */
export const SIGNAL = new AbortController().signal;

/** A budget that never makes anybody wait and counts how often it was asked. */
export function countingBudget(): Budget & { readonly taken: number; readonly pauses: readonly number[] } {
  let taken = 0;
  const pauses: number[] = [];
  return {
    get taken() {
      return taken;
    },
    pauses,
    async take() {
      taken += 1;
    },
    async pause(_bucket, ms) {
      pauses.push(ms);
    },
  };
}

/** A connector with the sandbox's own client credentials. */
export function connectorTo(baseUrl: string, options: Partial<SalesforceConnectorOptions> = {}): CrmConnector {
  return salesforceConnector({
    credentials: { kind: 'client-credentials', clientId: 'sandbox-client', clientSecret: 'sandbox-secret' },
    baseUrl,
    mapping: MAPPING,
    budget: countingBudget(),
    clock: () => new Date(),
    timeoutMs: 5_000,
    ...options,
  });
}
