import type { Kysely } from 'kysely';
import type { CrmEngagement, CrmLead, Page, RecordKind, RecordOf, Stream, SyncCursor } from '../../src/domain/crm.ts';
import { Mapping } from '../../src/domain/mapping.ts';
import { SCORE_FIELDS, type ScoreFieldValues } from '../../src/domain/score-field.ts';
import { storePage } from '../../src/store/pages.ts';
import { openRun, type Run } from '../../src/store/runs.ts';
import type { Database } from '../../src/store/schema.ts';
import type { ScoringRules } from '../../src/sync/lead-to-score.ts';

export const AS_OF = new Date('2026-11-23T10:00:00Z');

export const STREAMS: readonly Stream[] = [
  { name: 'companies', kind: 'company' },
  { name: 'leads', kind: 'lead' },
  { name: 'contacts', kind: 'lead' },
  { name: 'calls', kind: 'engagement' },
];

const names = Object.keys(SCORE_FIELDS) as (keyof typeof SCORE_FIELDS)[];

/** A mapping that says the least. */
export const aMapping = (): Mapping =>
  Mapping.parse({
    crm: 'salesforce',
    leads: { contact: { attributes: {} }, lead: { attributes: {} } },
    company: { attributes: {} },
    scoreFields: Object.fromEntries(names.map((name) => [name, name])),
  });

/** Rules by which no model applies to anybody. */
export const noModelRules = (asOf = AS_OF): ScoringRules => ({
  asOf,
  mapping: aMapping(),
  recordUrl: 'https://crm.example/{object}/{id}',
  limits: {},
  score: () => null,
  scoreBy: () => null,
});

/** Score fields of a record that nobody has scored yet. */
export const NO_FIELDS = Object.fromEntries(names.map((name) => [name, null])) as ScoreFieldValues;

/** Makes a connection; answers its id. */
export async function aConnection(db: Kysely<Database>, name = 'acme'): Promise<string> {
  const row = await db
    .insertInto('connections')
    .values({
      name,
      crm: 'salesforce',
      base_url: null,
      credentials: Buffer.from('sealed'),
      mapping_text: '',
      mapping: JSON.stringify(aMapping()),
      account_id: name,
      time_zone: 'UTC',
      record_url: 'https://crm.example/{object}/{id}',
      halted_code: null,
      halted_reason: null,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function aRun(db: Kysely<Database>, connectionId: string, asOf = AS_OF): Promise<Run> {
  return (await openRun(db, connectionId, 'sync', asOf, STREAMS)).run;
}

/** Stores records as one page of a stream. */
export async function pulled<K extends RecordKind>(
  db: Kysely<Database>,
  run: Run,
  stream: string,
  records: readonly RecordOf[K][],
  cursor = 'place',
): Promise<void> {
  const known = STREAMS.find(({ name }) => name === stream);
  if (known === undefined) throw new RangeError(`No stream ${stream}`);
  const page: Page<RecordOf[K]> = { records, rejected: [], cursor: cursor as SyncCursor };
  const { id: runId, connectionId } = run;
  await storePage(db, { runId, connectionId, mappingVersion: 1 }, known as Stream<K>, page);
}

export const aCrmLead = (crmId: string, with_: Partial<CrmLead> = {}): CrmLead => ({
  object: 'lead',
  crmId,
  createdAt: new Date('2026-01-01T00:00:00Z'),
  modifiedAt: new Date('2026-11-01T00:00:00Z'),
  attributes: { jobTitle: 'Marketing Director' },
  unconverted: [],
  emails: [],
  hasEmailBounced: false,
  ownerId: null,
  companyId: null,
  lifecycleStage: null,
  scoreFields: NO_FIELDS,
  absorbed: [],
  movedTo: null,
  isDeleted: false,
  ...with_,
});

export const aCall = (id: string, with_: Partial<CrmEngagement> = {}): CrmEngagement => ({
  id,
  type: 'call_connected',
  occurredAt: new Date('2026-11-10T00:00:00Z'),
  properties: {},
  leads: [],
  modifiedAt: new Date('2026-11-10T00:00:00Z'),
  isDeleted: false,
  ...with_,
});
