import { markerIn } from '../../connectors/task-marker.ts';
import type { TaskState } from '../../sandbox/twin.ts';
import type { Crm } from '../../src/domain/crm.ts';
import type { House } from './house.ts';
import { type Violation, violation } from './violation.ts';

const DAY_MS = 86_400_000;
const COOL_DOWN_DAYS = 14;
/** A due time trails the hot spell's beginning by less than this, week-ends included. */
const DUE_WITHIN_DAYS = 4;

/** What has been done in a story that tasks depend on. */
export interface TaskPast {
  /** Records that stand for several people. */
  readonly merged: ReadonlySet<string>;
  /** Whether the two CRMs were linked once. */
  readonly wasLinked: boolean;
}

/** One hot spell, one task: none twice, none missing, and no two of one lead within the cool-down. */
export async function checkTasks(
  house: House,
  crm: Crm,
  { merged, wasLinked }: TaskPast,
): Promise<readonly Violation[]> {
  const tasked = wasLinked ? await taskedElsewhere(house, crm) : new Set();
  const { tasks, leads } = house.sandbox.state(crm);
  const found: Violation[] = [];
  const byMarker = Map.groupBy(tasks, ({ body }) => markerIn(body) ?? '');
  for (const [marker, same] of byMarker) {
    if (same.length > 1) found.push(violation('one hot spell, one task', `${crm} has ${same.length} tasks ${marker}`));
  }
  const outbox = await house.database.backstage
    .selectFrom('tasks')
    .innerJoin('leads', 'leads.id', 'tasks.lead_id')
    .leftJoin('leads as winner', 'winner.id', 'leads.merged_into')
    .select(['marker', 'state', 'leads.crm_id as crmId', 'winner.crm_id as winnerId'])
    .where('tasks.connection_id', '=', house.connections.get(crm)!)
    .execute();
  const living = new Set(leads.map(({ crmId }) => crmId));
  for (const { marker, state } of outbox.filter((task) => living.has(task.crmId))) {
    if (state === 'removed') {
      if (byMarker.has(marker)) found.push(violation('an undo restores', `${crm} task ${marker} is still there`));
    } else if (state !== 'created') found.push(violation('no task is left behind', `${crm} ${marker} is ${state}`));
    else if (!byMarker.has(marker)) found.push(violation('no task is left behind', `${crm} has no task ${marker}`));
  }
  const known = new Set(outbox.map(({ marker }) => marker));
  for (const marker of byMarker.keys()) {
    if (!known.has(marker)) found.push(violation('one hot spell, one task', `nobody knows of ${crm} task ${marker}`));
  }
  const removed = outbox.filter(({ state }) => state === 'removed');
  const undone = new Set(removed.map(({ crmId, winnerId }) => winnerId ?? crmId));
  const bandField = await bandFieldOf(house, crm);
  const present = new Set(peopleOf(house).map((n) => house.sandbox.twin(crm).leadId(n)));
  // What a conversion leaves behind keeps its last band, and its task has gone over.
  for (const { crmId, values } of leads.filter((lead) => present.has(lead.crmId))) {
    const own = tasks.filter((task) => task.leads.includes(crmId));
    if (values[bandField] === 'hot' && own.length === 0 && !undone.has(crmId) && !tasked.has(crmId)) {
      found.push(violation('a hot lead has a task', `${crm} ${crmId} is hot and has none`));
    }
    if (!merged.has(crmId)) found.push(...tooClose(`${crm} ${crmId}`, own));
  }
  return found;
}

/** Leads of people for whom the other CRM has, or had, a task: it may have been made while both were linked. */
async function taskedElsewhere(house: House, crm: Crm): Promise<ReadonlySet<string>> {
  const { database, sandbox, connections } = house;
  const found = new Set<string>();
  for (const other of sandbox.crms.filter((each) => each !== crm)) {
    const tasks = await database.backstage
      .selectFrom('tasks')
      .innerJoin('leads', 'leads.id', 'tasks.lead_id')
      .leftJoin('leads as winner', 'winner.id', 'leads.merged_into')
      .select(['leads.crm_id as crmId', 'winner.crm_id as winnerId'])
      .where('tasks.connection_id', '=', connections.get(other)!) // every CRM of the story is connected
      .execute();
    const tasked = new Set(tasks.map(({ crmId, winnerId }) => winnerId ?? crmId));
    for (const n of peopleOf(house).filter((each) => tasked.has(sandbox.twin(other).leadId(each)))) {
      found.add(sandbox.twin(crm).leadId(n));
    }
  }
  return found;
}

const peopleOf = ({ sandbox }: House): readonly number[] => Array.from({ length: sandbox.world.size }, (_, n) => n);

async function bandFieldOf({ database }: House, crm: Crm): Promise<string> {
  const { mapping } = await database.backstage
    .selectFrom('connections')
    .select('mapping')
    .where('name', '=', crm)
    .executeTakeFirstOrThrow();
  return mapping.scoreFields.band;
}

function tooClose(name: string, tasks: readonly TaskState[]): Violation[] {
  const dueMs = tasks.map(({ dueAt }) => Date.parse(dueAt ?? '')).sort((a, b) => a - b);
  const gaps = dueMs.slice(1).map((due, index) => due - dueMs[index]!); // one less than there are tasks
  const least = (COOL_DOWN_DAYS - DUE_WITHIN_DAYS) * DAY_MS;
  return gaps
    .filter((gap) => gap < least)
    .map((gap) =>
      violation('one hot spell, one task', `${name} got two tasks within ${(gap / DAY_MS).toFixed(1)} days`),
    );
}
