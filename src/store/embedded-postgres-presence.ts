import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const PRESENT = 'scorewire present';
const LEAVING = 'scorewire leaving';
const RETRY_MS = 500;

/** One process's mark on the server it uses: a connection that bears a name. */
export interface Presence {
  /** Takes the mark back; says whether it was the last one. `false` too if the server has gone already. */
  isLastToLeave(): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * Marks this process as present until it leaves or dies.
 *
 * The mark is made again when the server has ended all its connections and restarted, as Postgres does after one of
 * its processes was killed: otherwise another process could take itself for the last.
 */
export async function announcePresence(url: string): Promise<Presence> {
  const leaving = new AbortController();
  let client = await mark(url);
  const watch = (current: pg.Client): void => {
    current.on('end', async () => {
      while (!leaving.signal.aborted) {
        await sleep(RETRY_MS, undefined, { ref: false });
        const next = await mark(url).catch(() => null);
        if (next === null) continue;
        client = next;
        watch(next);
        return;
      }
    });
  };
  watch(client);
  return {
    isLastToLeave: async () => {
      leaving.abort();
      try {
        // Renamed first: a connection may be listed for a moment after it has ended.
        await client.query(`set application_name = '${LEAVING}'`);
        const { rows } = await client.query<{ others: number }>(
          'select count(*)::int as others from pg_stat_activity where application_name = $1',
          [PRESENT],
        );
        return rows[0]?.others === 0;
      } catch {
        return false;
      }
    },
    close: () => client.end().catch(() => {}),
  };
}

async function mark(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, application_name: PRESENT, keepAlive: true });
  client.on('error', () => {}); // the pools that work on the server notice and tell; here `end` follows
  await client.connect();
  return client;
}
