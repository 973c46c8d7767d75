import { z } from 'zod';

/** Every scope that a full installation of a connector asks for. */
export const ALL_SCOPES = [
  'oauth',
  'crm.objects.contacts.read',
  'crm.objects.contacts.write',
  'crm.objects.companies.read',
  'crm.objects.companies.write',
  'crm.objects.deals.read',
  'crm.objects.deals.write',
  'crm.objects.owners.read',
  'crm.schemas.contacts.read',
  'crm.schemas.contacts.write',
  'crm.schemas.companies.read',
  'crm.schemas.companies.write',
  'crm.schemas.deals.read',
  'crm.schemas.deals.write',
  'sales-email-read',
  'forms',
  'marketing.campaigns.read',
  'communication_preferences.read',
] as const;

/** How the local HubSpot is set up. */
export const HubspotSettings = z.strictObject({
  portalId: z.number().int().positive().default(48_000_001),
  timeZone: z.string().default('America/New_York'),
  /** Bearer tokens and what each may do. */
  tokens: z.record(z.string(), z.array(z.string())).default({ 'pat-sandbox': [...ALL_SCOPES] }),
  oauth: z
    .strictObject({
      clientId: z.string().default('sandbox-client'),
      clientSecret: z.string().default('sandbox-secret'),
      refreshToken: z.string().default('sandbox-refresh'),
      scopes: z.array(z.string()).default([...ALL_SCOPES]),
      /** Life of an access token in sandbox seconds. */
      expiresInSeconds: z.number().positive().default(1_800),
    })
    .prefault({}),
  /** Sandbox time from a write until search sees it, in milliseconds. */
  searchLagMs: z.number().nonnegative().default(2_000),
  limits: z
    .strictObject({
      /** `false` switches every limit off. */
      enforced: z.boolean().default(true),
      /** Calls per rolling 10 seconds of sandbox time. */
      burst: z.number().int().positive().default(190),
      /** Searches per second. */
      search: z.number().int().positive().default(5),
      /** Batch calls on associations per 10 seconds. */
      associations: z.number().int().positive().default(150),
      /** Calls per day; the day turns at midnight of the account's time zone. */
      daily: z.number().int().positive().default(625_000),
    })
    .prefault({}),
  /** What happens to a lifecycle stage that would move backwards: nothing, without a word, or 400. */
  backwardLifecycle: z.enum(['ignore', 'refuse']).default('ignore'),
  /** Whether the latest entry of every property's history is missing, as some are in real accounts. */
  losesHistory: z.boolean().default(false),
  /** What the id of a contact that was merged away answers: 404, or the contact that now stands for it. */
  mergedIds: z.enum(['gone', 'resolve']).default('gone'),
  /** Whether a batch whose inputs all bear a trace id succeeds in part; otherwise one bad input fails it whole. */
  partialBatches: z.boolean().default(true),
  /** Links per record and page of an association answer. */
  associationPageSize: z.number().int().positive().default(500),
  /** Most records in one page of a list or a search; a caller that asks for more gets as many. */
  largestPage: z.number().int().positive().default(200),
  /** Whether the account has a hub of the Enterprise tier: without it there are no event occurrences. */
  isEnterprise: z.boolean().default(true),
});
export type HubspotSettings = z.infer<typeof HubspotSettings>;
/** Settings as a test writes them, defaults left out. */
export type HubspotSettingsInput = z.input<typeof HubspotSettings>;
