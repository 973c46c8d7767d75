import { sql } from 'kysely';
import { CRMS, type Crm } from '../../src/domain/crm.ts';
import type { House } from './house.ts';
import { crmOf, type Pictures, personsOf } from './persons.ts';
import { type Violation, violation } from './violation.ts';

const DAY_MS = 86_400_000;
const COOL_DOWN_DAYS = 14;

/** Where two CRMs are linked, the same person is one lead in both, and gets one task for one hot spell. */
export async function checkLinks(house: House, pictures: Pictures, split: ReadonlySet<string>): Promise<Violation[]> {
  const links = await house.database.backstage.selectFrom('links').select('id').execute();
  if (links.length === 0) return [];
  return [...(await unmatched(house, pictures, split)), ...(await tasksTooClose(house))];
}

/** Records that an address makes out to be one person, and that are not. */
async function unmatched(house: House, pictures: Pictures, split: ReadonlySet<string>): Promise<Violation[]> {
  const persons = await personsOf(house);
  const holders = new Map<string, string[]>();
  for (const [key, { record, engagements }] of pictures) {
    const hasBounced = engagements.some(({ type }) => type === 'email_bounce');
    for (const [place, email] of record.emails.entries()) {
      if (hasBounced || (place === 0 && record.hasEmailBounced)) continue;
      holders.set(email, [...(holders.get(email) ?? []), key]);
    }
  }
  const pairs = [...holders.values()].filter((keys) => CRMS.every((crm) => only(keys, crm) !== undefined));
  const isOnly = (key: string) => pairs.filter((keys) => keys.includes(key)).length === 1;
  const isPlaced = (key: string) => (persons.get(key)?.records.length ?? 0) > 1;
  return pairs
    .filter((keys) => keys.every(isOnly) && !keys.some((key) => isPlaced(key) || split.has(key)))
    .map((keys) => violation('one person is one lead', `${keys.join(' and ')} have an address in common`));
}

/** The key of the one record in a CRM; `undefined` if there is none, or more than one. */
function only(keys: readonly string[], crm: Crm): string | undefined {
  const here = keys.filter((key) => crmOf(key) === crm);
  return here.length === 1 ? here[0] : undefined;
}

/** No task follows another within the cool-down once the two records were one lead. */
async function tasksTooClose({ database }: House): Promise<Violation[]> {
  const { rows } = await sql<{ id: string; as_of: Date; is_since: boolean; is_moved: boolean }>`
    select places.person_id as id, runs.as_of, runs.started_at > persons.matched_at as is_since,
      exists (select 1 from leads as loser where loser.merged_into = places.lead_id) as is_moved
    from places join persons on persons.id = places.person_id
    join tasks on tasks.lead_id = places.lead_id join runs on runs.id = tasks.run_id
    where tasks.state in ('created', 'removed') order by runs.as_of`.execute(database.backstage);
  const found: Violation[] = [];
  for (const [id, tasks] of Map.groupBy(rows, (row) => row.id)) {
    if (tasks.some(({ is_moved }) => is_moved)) continue; // each of those who were merged had spells of their own
    for (const [index, task] of tasks.slice(1).entries()) {
      const days = (task.as_of.getTime() - tasks[index]!.as_of.getTime()) / DAY_MS; // one before there is
      if (task.is_since && days < COOL_DOWN_DAYS) {
        found.push(violation('one hot spell, one task', `person ${id} got two tasks within ${days.toFixed(1)} days`));
      }
    }
  }
  return found;
}
