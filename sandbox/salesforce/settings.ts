import { z } from 'zod';
import { LeadScoringError } from '../../src/errors.ts';

/** How the twin's org is set up. */
const SalesforceSettings = z.strictObject({
  /** The external client app: consumer key and secret. */
  clientId: z.string().default('sandbox-client'),
  clientSecret: z.string().default('sandbox-secret'),
  /** The run-as user, subject of a JWT. */
  username: z.string().default('integration@sandbox.example'),
  /** Public key or certificate (PEM) for the JWT bearer flow, by client id. */
  publicKeys: z.record(z.string(), z.string()).default({}),
  refreshToken: z.string().default('sandbox-refresh'),
  /** Each refresh token works once; using one again revokes all that came from it. */
  rotateRefreshTokens: z.boolean().default(false),
  /** Idle minutes of sandbox time after which a session ends. */
  sessionMinutes: z.number().positive().default(120),
  /** Calls in a rolling day of sandbox time. */
  dailyCalls: z.number().int().positive().default(1_000_000),
  /** Most rows in one page of a query; a caller that asks for more gets as many. */
  largestPage: z.number().int().positive().default(2_000),
  /** Whether an active assignment rule gives leads that are written without `Sforce-Auto-Assign: FALSE` to the queue. */
  assignmentRule: z.boolean().default(true),
  /** Fields whose changes the org keeps, such as `Lead.Status`. */
  trackedFields: z.array(z.string()).default([]),
  /** Custom fields that a conversion copies, Lead field to Contact field; absent: every one of the same name. */
  convertedFields: z.record(z.string(), z.string()).optional(),
});
export type SalesforceSettings = z.infer<typeof SalesforceSettings>;

/** Checks the settings. @throws {LeadScoringError} `CONFIG_INVALID`, naming each wrong one. */
export function readSettings(source: Readonly<Record<string, unknown>>): SalesforceSettings {
  const parsed = SalesforceSettings.safeParse(source);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new LeadScoringError('CONFIG_INVALID', `Salesforce sandbox: ${wrong.join('; ')}`);
}
