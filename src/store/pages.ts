import { type Kysely, sql, type Transaction } from 'kysely';
import type { Page, RecordKind, RecordOf, Stream, SyncCursor } from '../domain/crm.ts';
import { storeCampaigns } from './campaigns.ts';
import { storeCompanies } from './companies.ts';
import { storeDeals } from './deals.ts';
import { storeEngagements } from './engagements.ts';
import { storeLeads } from './lead-pages.ts';
import { storeOwners } from './owners.ts';
import { holdInQuarantine, releaseFromQuarantine } from './quarantine.ts';
import { addToStream } from './run-streams.ts';
import type { Database } from './schema.ts';
import { countsOf, type PageOf, type Tally } from './tally.ts';

type StoreRecords<K extends RecordKind> = (
  tx: Transaction<Database>,
  page: PageOf,
  records: readonly RecordOf[K][],
) => Promise<Tally>;

const STORE: { readonly [K in RecordKind]: StoreRecords<K> } = {
  lead: storeLeads,
  company: storeCompanies,
  deal: storeDeals,
  engagement: storeEngagements,
  owner: storeOwners,
  campaign: storeCampaigns,
};

/**
 * Stores a page, its counts and its checkpoint in one transaction: a crash leaves all of it or nothing.
 */
export async function storePage<K extends RecordKind>(
  db: Kysely<Database>,
  run: Omit<PageOf, 'stream'>,
  stream: Stream<K>,
  page: Page<RecordOf[K]>,
): Promise<void> {
  const { connectionId } = run;
  const pageOf = { ...run, stream: stream.name };
  await db.transaction().execute(async (tx) => {
    const { stored, excluded } = await STORE[stream.kind](tx, pageOf, page.records);
    const { rejected } = page;
    const place = { connectionId, stage: 'pull', stream: stream.name } as const;
    await releaseFromQuarantine(tx, place, page.records.map(crmIdOf));
    await holdInQuarantine(tx, place, rejected);
    await addToStream(tx, pageOf, {
      pulled: page.records.length + rejected.length,
      stored,
      excluded: { ...excluded, ...(rejected.length > 0 && { quarantined: rejected.length }) },
      unconverted: countsOf(page.records.flatMap(unconvertedIn)),
    });
    await storeCheckpoint(tx, pageOf, page.cursor);
  });
}

const unconvertedIn = (record: RecordOf[RecordKind]): readonly string[] =>
  'unconverted' in record ? record.unconverted : [];

/** The id in the CRM; an engagement's bears its object in front and may bear a part behind, as in `event:47:booked`. */
function crmIdOf(record: RecordOf[RecordKind]): string {
  return 'crmId' in record ? record.crmId : (record.id.split(':')[1] ?? record.id);
}

async function storeCheckpoint(
  tx: Transaction<Database>,
  { connectionId, stream }: Pick<PageOf, 'connectionId' | 'stream'>,
  cursor: SyncCursor,
): Promise<void> {
  await tx
    .insertInto('checkpoints')
    .values({ connection_id: connectionId, stream, cursor })
    .onConflict((conflict) =>
      conflict.columns(['connection_id', 'stream']).doUpdateSet({ cursor, stored_at: sql`now()` }),
    )
    .execute();
}

/** The stored place of a stream, `null` before its first page. */
export async function checkpointOf(
  db: Kysely<Database>,
  connectionId: string,
  stream: string,
): Promise<SyncCursor | null> {
  const row = await db
    .selectFrom('checkpoints')
    .select('cursor')
    .where('connection_id', '=', connectionId)
    .where('stream', '=', stream)
    .executeTakeFirst();
  return (row?.cursor as SyncCursor | undefined) ?? null; // the brand is lost in the database
}

/** Forgets the places of a connection, so that the next pull reads everything. */
export async function forgetCheckpoints(db: Kysely<Database>, connectionId: string): Promise<void> {
  await db.deleteFrom('checkpoints').where('connection_id', '=', connectionId).execute();
}
