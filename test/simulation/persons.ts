import { sql } from 'kysely';
import { CRMS, type Crm } from '../../src/domain/crm.ts';
import { mergeAttributes, mergeEngagements } from '../../src/domain/one-lead.ts';
import type { House } from './house.ts';
import { type LeadPicture, pictureOf } from './picture.ts';

/** Every living lead of every CRM of a story, by `crm object id`. */
export type Pictures = ReadonlyMap<string, LeadPicture>;

/** Somebody with a record in both of two linked CRMs. */
export interface SimulatedPerson {
  readonly id: string;
  readonly matchedAt: Date;
  /** Keys of the pictures of the records, the one whose attributes go first in front. */
  readonly records: readonly string[];
  /** When each record was scored last. */
  readonly scoredAt: readonly Date[];
}

/** What the CRMs show now. */
export async function picturesOf(house: House): Promise<Pictures> {
  const pictures = new Map<string, LeadPicture>();
  for (const crm of house.sandbox.crms) {
    for (const [key, picture] of await pictureOf(house, crm)) pictures.set(`${crm} ${key}`, picture);
  }
  return pictures;
}

interface PlaceRow {
  readonly person_id: string;
  readonly matched_at: Date;
  readonly key: string;
  readonly as_of: Date | null;
}

/** Who is one lead in both CRMs, as the store has it: by the key of each of the records. */
export async function personsOf({ database }: House): Promise<ReadonlyMap<string, SimulatedPerson>> {
  const { rows } = await sql<PlaceRow>`
    select person_id, matched_at, connections.name || ' ' || leads.object || ' ' || leads.crm_id as key, scores.as_of
    from places join persons on persons.id = person_id join links on links.id = persons.link_id
    join leads on leads.id = places.lead_id and leads.merged_into is null and not leads.is_deleted
    join connections on connections.id = leads.connection_id left join scores on scores.lead_id = leads.id
    order by leads.connection_id = links.first_id desc`.execute(database.backstage);
  const persons = [...Map.groupBy(rows, ({ person_id }) => person_id).entries()].map(([id, places]) => ({
    id,
    matchedAt: places[0]!.matched_at, // no group is empty
    records: places.map(({ key }) => key),
    scoredAt: places.flatMap(({ as_of }) => as_of ?? []),
  }));
  return new Map(persons.flatMap((person) => person.records.map((key) => [key, person] as const)));
}

/** All that decides the score of a lead: of somebody who has a record in both CRMs, what both tell. */
export function wholePicture(
  picture: LeadPicture,
  person: SimulatedPerson | undefined,
  pictures: Pictures,
): LeadPicture {
  const places = person?.records.flatMap((key) => pictures.get(key) ?? []) ?? [];
  if (places.length < 2) return picture;
  return {
    record: picture.record,
    createdAt: new Date(Math.min(...places.map(({ createdAt }) => createdAt.getTime()))),
    attributes: mergeAttributes(places.map(({ attributes }) => attributes)),
    engagements: mergeEngagements(places.map(({ engagements }) => engagements)),
  };
}

/** The CRM that a picture's key begins with. */
export const crmOf = (key: string): Crm => CRMS.find((crm) => key.startsWith(`${crm} `))!; // all keys do
