import type { Crm } from './crm.ts';

/**
 * Records that one write call may hold.
 *
 * HubSpot: 100 inputs of any object batch. Salesforce: 200 rows of a sObject collection.
 * @see shared facts: hubspot.md 2.4, salesforce.md 4.1
 */
export const WRITE_BATCH: Readonly<Record<Crm, number>> = { hubspot: 100, salesforce: 200 };

/**
 * Calls that one account takes in a second: what HubSpot allows a Professional portal; for Salesforce, which has a
 * limit per day only, what we ask of it.
 */
export const CALLS_PER_SECOND: Readonly<Record<Crm, number>> = { hubspot: 18, salesforce: 25 };

/**
 * Records that are read by id at a time. HubSpot: ten calls of 100 ids. Salesforce: one call of 2,000.
 *
 * @see shared facts: hubspot.md 2.4, salesforce.md 2.2
 */
export const READ_BATCH: Readonly<Record<Crm, number>> = { hubspot: 1_000, salesforce: 2_000 };
