import type { Crm } from '../../src/domain/crm.ts';
import type { House } from './house.ts';
import type { WritingRun } from './write-watch.ts';

const COLUMNS = ['id', 'kind', 'undo_of as undoOf', 'started_at as startedAt'] as const;

const runsOf = ({ database, connections }: House, crm: Crm) =>
  database.backstage
    .selectFrom('runs')
    .select(COLUMNS)
    .where('connection_id', '=', connections.get(crm)!) // every CRM of the story is connected
    .orderBy('started_at', 'desc')
    .orderBy('id');

/** The run of a connection that is under way, else the latest. */
export function writingRun(house: House, crm: Crm): Promise<WritingRun | undefined> {
  return runsOf(house, crm)
    .clearOrderBy()
    .orderBy((eb) => eb('phase', 'in', ['done', 'stopped']))
    .orderBy('started_at', 'desc')
    .executeTakeFirst();
}

/** The run of a connection whose plan waits for a person. */
export async function waitingRun(house: House, crm: Crm): Promise<string | undefined> {
  const run = await runsOf(house, crm)
    .where('phase', '=', 'planned')
    .where('asks', 'is not', null)
    .where('approved_by', 'is', null)
    .executeTakeFirst();
  return run?.id;
}

/** The run that an undo is to take back: of those that have ended, the latest is 0, and they begin anew after the last. */
export async function runToUndo(house: House, crm: Crm, back: number): Promise<string | undefined> {
  const ended = await runsOf(house, crm)
    .where('kind', '!=', 'undo')
    .where('phase', 'in', ['done', 'stopped'])
    .execute();
  return ended[back % ended.length]?.id;
}

/** Changes before then are known to the run that writes now: it pulled later, or the one before it did. */
export async function pulledSinceMs(house: House, crm: Crm, lagMs: number): Promise<number> {
  const run = await runsOf(house, crm).where('kind', '=', 'sync').where('phase', '!=', 'stopped').executeTakeFirst();
  return (run?.startedAt.getTime() ?? 0) - lagMs;
}
