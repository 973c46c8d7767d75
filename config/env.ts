import { z } from 'zod';
import { nearestWord } from '../src/domain/nearest-word.ts';
import { LeadScoringError } from '../src/errors.ts';

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
const KEY_FAULT = 'must be 32 bytes in base64: openssl rand -base64 32';

/** Everything read from the process environment. README's table of settings is checked against the descriptions. */
export const Env = z.object({
  DATABASE_URL: z
    .url({ protocol: /^postgres(ql)?$/, error: 'must be postgres://user:password@host:port/database' })
    .optional()
    .describe('Postgres server. Unset: an embedded Postgres in DATA_DIR.'),
  DATA_DIR: z.string().default('./data').describe('Folder of the embedded Postgres and of the generated key.'),
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'must be redis://host:port' })
    .optional()
    .describe('Redis server for the queue. Unset: the queue runs on Postgres.'),
  SCOREWIRE_KEY: z
    .base64({ error: KEY_FAULT, abort: true })
    .refine((text) => Buffer.from(text, 'base64').length === 32, KEY_FAULT)
    .optional()
    .describe('Key that seals stored credentials, 32 bytes in base64. Unset: generated into DATA_DIR/secret.key.'),
  PORT: integer(0, 65_535).default(3000).describe('Port of the server; 0 takes a free one.'),
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe('Address that the server listens on; 0.0.0.0 for every network of the machine.'),
  LOG_LEVEL: z
    .enum(LEVELS, `must be one of ${LEVELS.join(', ')}`)
    .default('info')
    .describe('Least severe level that is logged.'),
  PULL_EVERY_MINUTES: integer(1, 1440)
    .default(10)
    .describe('Minutes between two pulls of a connection while something is going on.'),
  RECONCILE_AT: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM')
    .default('03:30')
    .describe('Time from which the nightly reconciliations begin, each within the hour, UTC.'),
  WORKER_CONCURRENCY: integer(1, 64).default(4).describe('Jobs of each kind that one worker runs at the same time.'),
  SCOREWIRE_NOW: z.iso
    .datetime({ offset: true, error: 'must be an instant such as 2026-03-01T09:00:00Z' })
    .transform((text) => new Date(text))
    .optional()
    .describe('Instant at which the clock stands still, for rehearsals and tests.'),
  MODELS_DIR: z.string().optional().describe('Folder of score models in addition to those that come along.'),
  HUBSPOT_TOKEN: z.string().optional().describe('Read by `connections add hubspot`: service key of the portal.'),
  SALESFORCE_CLIENT_ID: z
    .string()
    .optional()
    .describe('Read by `connections add salesforce`: consumer key of the app.'),
  SALESFORCE_CLIENT_SECRET: z
    .string()
    .optional()
    .describe('Read by `connections add salesforce`: consumer secret, for client credentials.'),
  SALESFORCE_USERNAME: z
    .string()
    .optional()
    .describe('Read by `connections add salesforce`: user that a JWT signs in, with SALESFORCE_PRIVATE_KEY_FILE.'),
  SALESFORCE_PRIVATE_KEY_FILE: z
    .string()
    .optional()
    .describe('Read by `connections add salesforce`: PEM file with the key that signs the JWT.'),
  STALLED_AFTER_MS: integer(100, 600_000)
    .default(30_000)
    .describe('Milliseconds after which the job of a worker that died is given to another.'),
  TASK_SETTLE_MS: integer(0, 600_000)
    .default(30_000)
    .describe('Milliseconds after which a task whose answer was lost cannot arrive in the CRM any more.'),
});
export type Env = z.infer<typeof Env>;

/**
 * Reads and checks the environment, once, at start. An empty variable counts as unset.
 *
 * @throws {LeadScoringError} `CONFIG_INVALID`, naming every wrong variable and never its value; a name that starts
 *   with `SCOREWIRE_` and is none of ours is wrong too.
 */
export function readEnv(source: NodeJS.ProcessEnv): Env {
  const filled = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = Env.safeParse(filled);
  const wrong = [...unknownNames(filled), ...(parsed.error?.issues ?? []).map(asSentence)];
  if (parsed.success && wrong.length === 0) return parsed.data;
  throw new LeadScoringError('CONFIG_INVALID', wrong.join('; '));
}

function integer(least: number, most: number) {
  const message = `must be a whole number from ${least} to ${most}`;
  return z.coerce.number(message).int(message).min(least, message).max(most, message);
}

function unknownNames(source: NodeJS.ProcessEnv): readonly string[] {
  const known = Object.keys(Env.shape);
  return Object.keys(source)
    .filter((name) => name.startsWith('SCOREWIRE_') && !known.includes(name))
    .map((name) => {
      const meant = nearestWord(name, known);
      return `${name}: unknown${meant === undefined ? '' : `, did you mean ${meant}?`}`;
    });
}

function asSentence({ path, message }: z.core.$ZodIssue): string {
  return `${path.join('.')}: ${message}`;
}
