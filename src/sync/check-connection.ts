import type { AccountCheck } from '../domain/account.ts';
import type { CrmConnector, MappedObject } from '../domain/crm.ts';
import type { ObjectDescription } from '../domain/field-description.ts';
import { leadObjects, type Mapping } from '../domain/mapping.ts';
import { LeadScoringError } from '../errors.ts';
import type { ScoreModel } from '../scoring/model.ts';
import { checkMapping, type MappingCheck } from './check-mapping.ts';

/** An account and a mapping that have been looked at together; `faults` are those of both. */
export interface ConnectionCheck extends AccountCheck, MappingCheck {}

/**
 * Asks an account who it is and what we may do, and compares the mapping with the CRM's own description.
 *
 * @throws {LeadScoringError} what the account's check throws; anything that a person can mend is a fault instead.
 */
export async function checkConnection(
  connector: Pick<CrmConnector, 'check' | 'describe'>,
  { mapping, models }: { readonly mapping: Mapping; readonly models: readonly ScoreModel[] },
  signal: AbortSignal,
): Promise<ConnectionCheck> {
  const account = await connector.check(signal);
  // An API of another version describes nothing that we could read.
  if (account.faults.some(({ code }) => code === 'CRM_PROTOCOL')) return { ...account, absent: [], limits: {} };
  const described = new Map<MappedObject, ObjectDescription | null>();
  for (const object of [...leadObjects(mapping), 'company'] as const) {
    described.set(object, await connector.describe(object, signal));
  }
  const { faults, absent, limits } = checkMapping(mapping, (object) => described.get(object) ?? null, models);
  return { ...account, faults: [...account.faults, ...faults], absent, limits };
}

/** The one error with which a run stops for what a check has found; `null` if nothing stands in its way. */
export function firstFault({ faults, absent }: Pick<ConnectionCheck, 'faults' | 'absent'>): LeadScoringError | null {
  const [first, ...others] = [...faults, ...absent.map(toProvision)];
  if (first === undefined || others.length === 0) return first ?? null;
  const message = `${first.message} (and ${others.length} more: see \`connections test\`)`;
  return new LeadScoringError(first.code, message, { context: first.context });
}

/** A field that is ours to create, with the way to do so. */
export function toProvision({ code, message }: LeadScoringError): LeadScoringError {
  return new LeadScoringError(code, `${message}; \`provision\` creates it`);
}
