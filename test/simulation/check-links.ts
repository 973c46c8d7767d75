import { sql } from 'kysely';
import { CRMS, type Crm } from '../../src/domain/crm.ts';
import type { House } from './house.ts';
import { crmOf, type Pictures, personsOf, type SimulatedPerson } from './persons.ts';
import { type Violation, violation } from './violation.ts';

const DAY_MS = 86_400_000;
const COOL_DOWN_DAYS = 14;

/** What has been done in a story that decides who is who. */
export interface LinkPast {
  /** Ids of records that stand for several people. */
  readonly merged: ReadonlySet<string>;
  /** Keys of records of which somebody has said who they are, and who they are not. */
  readonly parted: ReadonlySet<string>;
}

/** Where two CRMs are linked, the same person and nobody else is one lead in both, and gets one task for one hot spell. */
export async function checkLinks(house: House, pictures: Pictures, past: LinkPast): Promise<Violation[]> {
  const links = await house.database.backstage.selectFrom('links').select('id').execute();
  if (links.length === 0) return [];
  const persons = await personsOf(house);
  return [
    ...unmatched(persons, pictures, past),
    ...strangers(persons, pictures, past),
    ...(await tasksTooClose(house)),
  ];
}

type Persons = ReadonlyMap<string, SimulatedPerson>;

/** Records that an address makes out to be one person, and that are not. */
function unmatched(persons: Persons, pictures: Pictures, { parted }: LinkPast): Violation[] {
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
    .filter((keys) => keys.every(isOnly) && !keys.some((key) => isPlaced(key) || parted.has(key)))
    .map((keys) => violation('one person is one lead', `${keys.join(' and ')} have an address in common`));
}

/** Records that are one person though no address, no merge and nobody says so. */
function strangers(persons: Persons, pictures: Pictures, { merged, parted }: LinkPast): Violation[] {
  return [...new Set(persons.values())].flatMap(({ records }) => {
    const shown = records.flatMap((key) => pictures.get(key)?.record ?? []);
    const isSaid = records.some((key) => parted.has(key)) || shown.some(({ crmId }) => merged.has(crmId));
    const [one, other] = shown;
    if (isSaid || one === undefined || other === undefined) return [];
    if (one.emails.some((email) => other.emails.includes(email))) return [];
    return [violation('one person is one lead', `${records.join(' and ')} have no address in common`)];
  });
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
