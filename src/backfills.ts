import type { RunInHand } from '../jobs/services.ts';
import type { App } from './app.ts';
import type { Connection } from './store/connections.ts';
import * as backlog from './store/mapping-backlog.ts';
import { MAPPED_OBJECTS } from './store/mappings.ts';

/** The records that a stream of a run brings up to the connection's mapping; `null` for a stream that pulls. */
export function backfillOf(
  { db, log }: App,
  runId: string,
  owner: Connection,
  stream: string,
): ReturnType<RunInHand['store']['backfillOf']> {
  const object = MAPPED_OBJECTS.find((each) => backlog.backfillStream(each) === stream);
  if (object === undefined) return null;
  return {
    object,
    mappingsBehind: () => backlog.mappingsBehind(db, owner, object),
    idsBehind: (version, size) => backlog.idsBehind(db, owner, { object, version }, size),
    catchUp: (version, difference, values) =>
      backlog.catchUp(db, { runId, owner, object, version, difference }, values),
    leaveMapping: (version, difference) => backlog.leaveMapping(db, { runId, owner, object, version, difference }),
    told: ({ names, records }) => {
      const event = { event: 'mapping.backfilled', run: runId, stream, fields: names.join(', '), records };
      log.info(event, `${records} records read anew for ${names.length} newly mapped fields`);
    },
  };
}
