import type { App } from './app.ts';
import { connectorsOf } from './connectors.ts';
import type { LeadObject } from './domain/crm.ts';
import { LeadScoringError } from './errors.ts';
import { connectionOf } from './store/connections.ts';
import { storeLeads } from './store/lead-pages.ts';
import { type HeldRecord, heldRecords, holdInQuarantine, letGo, listQuarantine } from './store/quarantine.ts';
import { NO_RUN } from './store/tally.ts';
import { workToEnd } from './sync-now.ts';

/** Streams whose records can be read by their ids. */
const OBJECTS: Readonly<Record<string, LeadObject>> = { leads: 'lead', contacts: 'contact' };

/**
 * Tries records again that were set aside: those that could not be read are read, then what is due is scored, written
 * and made into tasks, without a pull.
 *
 * @returns those that are set aside again.
 * @throws {LeadScoringError} `QUARANTINE_UNKNOWN`, `QUEUE_UNREACHABLE`, or what the CRM answers.
 */
export async function retryNow(
  app: App,
  ids: readonly string[],
  { tell, signal }: { readonly tell: (line: string) => void; readonly signal: AbortSignal },
): Promise<readonly HeldRecord[]> {
  const held = await heldRecords(app.db, ids);
  const [unread, refused] = [held.filter(isUnread), held.filter((record) => !isUnread(record))];
  for (const [connectionId, records] of Map.groupBy(unread, (record) => record.connection_id)) {
    await readAgain(app, connectionId, records, signal);
  }
  await letGo(app.db, refused);
  for (const connectionId of new Set(held.map((record) => record.connection_id))) {
    await workToEnd(app, tell, async (services) => (await services.openRun(connectionId, 'review')).runId);
  }
  const places = new Set(held.map(placeOf));
  return (await listQuarantine(app.db)).filter((record) => places.has(placeOf(record)));
}

const isUnread = ({ stage }: HeldRecord): boolean => stage === 'pull';

const placeOf = ({ connection_id, stage, stream, crm_id }: HeldRecord): string =>
  [connection_id, stage, stream, crm_id].join(' ');

/**
 * Reads leads again, each by itself, since one that is still unreadable spoils a call. Other records have no reader by
 * id: they stay until they change, or everything is read again.
 */
async function readAgain(
  app: App,
  connectionId: string,
  records: readonly HeldRecord[],
  signal: AbortSignal,
): Promise<void> {
  const connection = await connectionOf(app.db, connectionId);
  const connector = await connectorsOf(app)(connection);
  const { mappingVersion } = connection;
  for (const record of records) {
    const object = OBJECTS[record.stream];
    if (object === undefined) continue;
    try {
      const found = await connector.readLeads([{ object, crmId: record.crm_id }], signal);
      const leads = found.filter((lead) => lead !== null);
      const page = { runId: NO_RUN, connectionId, stream: record.stream, mappingVersion };
      await app.db.transaction().execute((tx) => storeLeads(tx, page, leads));
      await letGo(app.db, [record]); // what the CRM no longer has needs nobody's attention
    } catch (error) {
      if (!(error instanceof LeadScoringError) || error.recovery !== 'quarantine') throw error;
      await holdInQuarantine(app.db, { connectionId, stage: 'pull', stream: record.stream }, [
        { crmId: record.crm_id, error },
      ]);
    }
  }
}
