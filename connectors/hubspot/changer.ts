import type { ChangerKind, FieldChange } from '../../src/domain/field-change.ts';
import type { PropertyVersion } from './schemas.ts';

/**
 * HubSpot's source types and who is behind each. Those that are not here are `unknown`, unless HubSpot names a user.
 *
 * @see https://knowledge.hubspot.com/crm-setup/hubspots-change-sources-in-property-history and the list of the API's
 *   own enumeration (read November 2026)
 */
const KINDS: Readonly<Record<string, ChangerKind>> = {
  CRM_UI: 'user',
  CRM_UI_BULK_ACTION: 'user',
  CONTACTS: 'user',
  MOBILE_IOS: 'user',
  MOBILE_ANDROID: 'user',
  EXTENSION: 'user',
  SALES: 'user',
  MERGE_CONTACTS: 'user',
  MERGE_OBJECTS: 'user',
  RECYCLING_BIN: 'user', // restored
  AUTOMATION_PLATFORM: 'workflow',
  WORKFLOWS: 'workflow',
  SEQUENCES: 'workflow',
  BOT: 'workflow',
  CALCULATED: 'workflow',
  DEALS: 'workflow', // a deal moves its contacts' stage, a company its own contacts'
  COMPANIES: 'workflow',
  ASSOCIATIONS: 'workflow',
  PORTAL_OBJECT_SYNC: 'workflow',
  INTEGRATION: 'integration',
  INTEGRATIONS_PLATFORM: 'integration',
  INTEGRATIONS_SYNC: 'integration',
  SALESFORCE: 'integration',
  API: 'integration',
  EMAIL_INTEGRATION: 'integration',
  GMAIL_INTEGRATION: 'integration',
  SLACK_INTEGRATION: 'integration',
  IMPORT: 'import',
  MIGRATION: 'import',
};

/**
 * Who set a value. HubSpot's label of a source may be a person's name, and old ids are e-mail addresses: neither is told.
 *
 * @param ownAppId - The app that we call as; `null`: not known, so that no app can be told from ours.
 */
export function changerOf(version: PropertyVersion, ownAppId: string | null): FieldChange['by'] {
  const kind = kindOf(version, ownAppId);
  const { sourceType, sourceId, updatedByUserId } = version;
  if (kind === 'user') return { kind, id: updatedByUserId ?? /^userId:(\d+)$/.exec(sourceId ?? '')?.[1] ?? null };
  return { kind, id: ID.test(sourceId ?? '') ? (sourceId ?? null) : sourceType || null };
}

/** Ids of apps, workflows, forms and imports: every one has a digit, none a blank or an @. */
const ID = /^(?=.*\d)[\w:;.-]{1,120}$/;

function kindOf({ sourceType, sourceId, updatedByUserId }: PropertyVersion, ownAppId: string | null): ChangerKind {
  if (sourceType === 'INTEGRATION') {
    if (ownAppId === null) return 'unknown';
    return sourceId === ownAppId ? 'us' : 'integration';
  }
  return KINDS[sourceType] ?? (updatedByUserId ? 'user' : 'unknown');
}
