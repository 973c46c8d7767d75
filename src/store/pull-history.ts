import { type Kysely, sql } from 'kysely';
import type { Certificate } from '../domain/certificate.ts';
import type { Database } from './schema.ts';

/** What the runs of a connection tell about when the next is due. */
export interface PullHistory {
  readonly hasOpenRun: boolean;
  /** When the calls for want of which the latest run stopped come back; `null` if it did not stop for them. */
  readonly resumeAt: Date | null;
  /** When the latest pull began; `null` before the first. */
  readonly pulledAt: Date | null;
  /** The latest pulls in a row, at most {@link MOST_QUIET}, that led to no write and no task. */
  readonly quietPulls: number;
}

/** More quiet pulls than these make no difference. */
export const MOST_QUIET = 3;

/** The history of a connection's runs, as far as the next one depends on it. */
export async function pullHistory(db: Kysely<Database>, connectionId: string): Promise<PullHistory> {
  const { rows } = await sql<{ has_open_run: boolean; resume_at: Date | null }>`
    select exists (select 1 from runs where connection_id = ${connectionId} and phase not in ('done', 'stopped'))
        as has_open_run,
      (select resume_at from runs where connection_id = ${connectionId} order by started_at desc limit 1) as resume_at
  `.execute(db);
  const pulls = await db
    .selectFrom('runs')
    .select(['as_of', 'certificate'])
    .where('connection_id', '=', connectionId)
    .where('kind', '=', 'sync')
    .orderBy('started_at', 'desc')
    .limit(MOST_QUIET)
    .execute();
  const firstBusy = pulls.findIndex(({ certificate }) => !isQuiet(certificate as Certificate | null));
  return {
    hasOpenRun: rows[0]?.has_open_run ?? false,
    resumeAt: rows[0]?.resume_at ?? null,
    pulledAt: pulls[0]?.as_of ?? null,
    quietPulls: firstBusy === -1 ? pulls.length : firstBusy,
  };
}

/** What a run read again, or what changed without any effect on a score, is no activity. A stopped run is not quiet. */
function isQuiet(certificate: Certificate | null): boolean {
  return certificate !== null && certificate.writes.planned === 0 && certificate.tasks.planned === 0;
}

/**
 * Whether a lead of the connection is due although nothing was pulled.
 *
 * Not while a run is open, nor after one that stopped for want of calls: what it deferred has to be compared with the
 * CRM again, so that a pull goes first.
 */
export async function isReviewDue(db: Kysely<Database>, connectionId: string, now: Date): Promise<boolean> {
  const { rows } = await sql<{ is_due: boolean }>`
    select not exists (
        select 1 from runs where connection_id = ${connectionId} and phase not in ('done', 'stopped'))
      and (select resume_at from runs where connection_id = ${connectionId} order by started_at desc limit 1) is null
      and exists (select 1 from leads where connection_id = ${connectionId} and merged_into is null and not is_deleted
        and (is_dirty or next_review_at <= ${now})) as is_due`.execute(db);
  return rows[0]?.is_due ?? false;
}

/** Writes that the latest run of a connection has planned and not sent, or left to the next one. */
export async function owedWrites(db: Kysely<Database>, connectionId: string): Promise<number> {
  const { rows } = await sql<{ owed: number }>`
    select count(*)::int as owed from writes
    where state in ('planned', 'withdrawn', 'deferred') and run_id = (
      select id from runs where connection_id = ${connectionId} order by started_at desc limit 1)`.execute(db);
  return rows[0]?.owed ?? 0;
}
