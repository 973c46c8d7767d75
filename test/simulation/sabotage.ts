import type { RunInHand } from '../../jobs/services.ts';
import type { CrmConnector, Page, RecordKind, RecordOf, SyncCursor } from '../../src/domain/crm.ts';
import type { Sabotage } from './house.ts';

/**
 * Faults that a connector like ours is known for, put into the product from outside: the simulation has to find each.
 */
export const SABOTAGES = {
  /** After a lost answer nobody looks for the task: it is created once more. */
  'outbox query skipped': onConnector((connector) => ({
    findTasks: async (tasks) => tasks.map(() => null),
    pull: connector.pull,
  })),
  /** A pull goes on behind the latest stamp that it has seen, and not behind (stamp, id). */
  'cursor by time alone': onConnector((connector) => ({
    findTasks: connector.findTasks,
    pull: (stream, cursor, signal) => byTimeAlone(connector.pull(stream, cursor, signal)),
  })),
  /** A crash between the two leaves a page behind for good. */
  'checkpoint before its page': onRun((run, app, connectionId) => ({
    ...run,
    store: {
      ...run.store,
      storePage: async (stream, page) => {
        await app.db
          .insertInto('checkpoints')
          .values({ connection_id: connectionId, stream: stream.name, cursor: page.cursor })
          .onConflict((conflict) => conflict.columns(['connection_id', 'stream']).doUpdateSet({ cursor: page.cursor }))
          .execute();
        await run.store.storePage(stream, page);
      },
    },
  })),
  /** What a run wrote is put back as it was, whatever somebody has made of it since. */
  'undo ignoring later edits': onRun((run) => ({
    ...run,
    store: {
      ...run.store,
      undoBatch: () =>
        run.store.undoBatch(async (written) =>
          written.map(({ before, after, stageBefore, stageAfter }) => ({
            state: 'planned',
            cause: null,
            before: after,
            after: before,
            stageBefore: stageAfter,
            stageAfter: stageAfter === null ? null : (stageBefore ?? ''),
            skipped: [],
          })),
        ),
    },
  })),
} as const satisfies Readonly<Record<string, Sabotage>>;

export type SabotageName = keyof typeof SABOTAGES;

function onRun(change: (run: RunInHand, app: Parameters<Sabotage>[1], connectionId: string) => RunInHand): Sabotage {
  return (services, app) => ({
    ...services,
    inHand: async (runId) => {
      const { connection_id } = await app.db
        .selectFrom('runs')
        .select('connection_id')
        .where('id', '=', runId)
        .executeTakeFirstOrThrow();
      return change(await services.inHand(runId), app, connection_id);
    },
  });
}

function onConnector(change: (connector: CrmConnector) => Pick<CrmConnector, 'findTasks' | 'pull'>): Sabotage {
  return onRun((run) => ({ ...run, connector: Object.assign(Object.create(run.connector), change(run.connector)) }));
}

async function* byTimeAlone<K extends RecordKind>(pages: AsyncIterable<Page<RecordOf[K]>>) {
  for await (const page of pages) yield { ...page, cursor: withoutId(page) };
}

/** Salesforce's places are (at, id, until), HubSpot's (fromMs, toMs, afterId): see the connectors' own files. */
function withoutId({ cursor, records }: Page<RecordOf[RecordKind]>): SyncCursor {
  const place = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  const latestMs = Math.max(0, ...records.map((record) => ('modifiedAt' in record ? record.modifiedAt.getTime() : 0)));
  if (place.id) Object.assign(place, { at: place.at + 1_000, id: '' });
  if (place.afterId) Object.assign(place, { fromMs: latestMs + HUBSPOT_OVERLAP_MS + 1, toMs: null, afterId: null });
  return Buffer.from(JSON.stringify(place)).toString('base64url') as SyncCursor; // as connectors/cursor.ts writes it
}

/** A window of HubSpot begins this long before its place. */
const HUBSPOT_OVERLAP_MS = 60_000;
