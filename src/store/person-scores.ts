import { isDeepStrictEqual } from 'node:util';
import { sql, type Transaction } from 'kysely';
import type { Attributes } from '../domain/lead.ts';
import type { ScoreFieldValues } from '../domain/score-field.ts';
import { lockPersons } from './join-leads.ts';
import type { Database } from './schema.ts';

/** A record of a person in one CRM, as far as the score depends on it. */
interface Place {
  readonly leadId: string;
  readonly createdAt: Date;
  readonly attributes: Attributes;
}

/** The score that a person had when a place was scored last. */
export interface PersonScore {
  readonly model: string;
  readonly score: number;
  readonly grade: string | null;
  readonly dimensions: Readonly<Record<string, number>>;
  readonly ledger: readonly unknown[];
  readonly band: string;
  readonly fields: ScoreFieldValues;
}

/** What is known of a person, seen from the place that is due for scoring. */
export interface PersonOfLead {
  readonly personId: string;
  readonly hotSpell: number;
  readonly hotSince: Date | null;
  readonly spellEndsAt: Date | null;
  readonly scoredLead: string | null;
  readonly nextReviewAt: Date | null;
  readonly shown: PersonScore | null;
  /** Whether the tasks of this person are made in this place. */
  readonly makesTasks: boolean;
  /** The one whose attributes go before those of the others first. */
  readonly places: readonly Place[];
}

interface PersonRow extends Omit<PersonOfLead, 'places' | 'makesTasks' | 'shown'> {
  readonly leadId: string;
  readonly connectionId: string;
  readonly tasksIn: string;
  readonly shown: PersonScore | null;
}

/**
 * The persons of which these leads are places, by lead, locked until the transaction ends; empty where no connections
 * are linked. The caller holds the leads.
 */
export async function personsOfLeads(
  tx: Transaction<Database>,
  leadIds: readonly string[],
): Promise<ReadonlyMap<string, PersonOfLead>> {
  const placed = await tx.selectFrom('places').select('person_id').where('lead_id', 'in', leadIds).execute();
  if (placed.length === 0) return new Map();
  const personIds = placed.map(({ person_id }) => person_id);
  await lockPersons(tx, personIds);
  const places = await livePlaces(tx, personIds);
  // In a statement of its own, so that it sees what whoever had the lock before has stored.
  const { rows } = await sql<PersonRow>`
    select places.lead_id as "leadId", places.connection_id as "connectionId", persons.id as "personId",
      hot_spell as "hotSpell", hot_since as "hotSince", spell_ends_at as "spellEndsAt", scored_lead as "scoredLead",
      next_review_at as "nextReviewAt", links.tasks_in as "tasksIn",
      case when scores.lead_id is not null then to_jsonb(scores) end as shown
    from places join persons on persons.id = places.person_id join links on links.id = persons.link_id
    left join scores on scores.lead_id = persons.scored_lead
    where places.lead_id = any(${leadIds})`.execute(tx);
  return new Map(
    rows.map(({ leadId, connectionId, tasksIn, ...person }) => {
      const live = places.get(person.personId) ?? [];
      const makesTasks = connectionId === tasksIn || !live.some((place) => place.connectionId === tasksIn);
      return [leadId, { ...person, makesTasks, places: live }];
    }),
  );
}

async function livePlaces(
  tx: Transaction<Database>,
  personIds: readonly string[],
): Promise<ReadonlyMap<string, readonly (Place & { readonly connectionId: string })[]>> {
  // A record that is only expected, because another was merged into it, has told nothing yet.
  const { rows } = await sql<Place & { personId: string; connectionId: string; company: Attributes | null }>`
    select places.person_id as "personId", leads.id as "leadId", leads.connection_id as "connectionId",
      leads.created_at as "createdAt", leads.attributes, companies.attributes as company
    from places join leads on leads.id = places.lead_id and leads.merged_into is null and not leads.is_deleted
      and leads.created_at > 'epoch'
    join persons on persons.id = places.person_id join links on links.id = persons.link_id
    left join companies on companies.connection_id = leads.connection_id and companies.crm_id = leads.company_id
      and not companies.is_deleted
    where places.person_id = any(${personIds})
    order by leads.connection_id = links.first_id desc`.execute(tx);
  return Map.groupBy(
    rows.map(({ company, attributes, ...place }) => ({ ...place, attributes: { ...company, ...attributes } })),
    ({ personId }) => personId,
  );
}

/** What scoring a place has made of its person. */
export interface ScoredPerson {
  readonly leadId: string;
  readonly person: PersonOfLead;
  /** Whether the score is that of another place. */
  readonly isCopy: boolean;
  readonly fields: ScoreFieldValues;
  readonly nextReviewAt: Date | null;
  readonly hotSpell: number;
  readonly hotSince: Date | null;
  readonly spellEndsAt: Date | null;
}

/** Stores the hot spells and scores of persons; where the score is another than before, their other places owe it. */
export async function storePersons(tx: Transaction<Database>, scored: readonly ScoredPerson[]): Promise<void> {
  if (scored.length === 0) return;
  const rows = scored.map(({ leadId, person, isCopy, fields, nextReviewAt, ...spell }) => ({
    id: person.personId,
    scored_lead: isCopy ? person.scoredLead : leadId,
    next_review_at: isCopy ? person.nextReviewAt : nextReviewAt,
    has_moved: !isCopy && !isDeepStrictEqual(fields, person.shown?.fields),
    hot_spell: spell.hotSpell,
    hot_since: spell.hotSince,
    spell_ends_at: spell.spellEndsAt,
  }));
  await sql`
    update persons set hot_spell = scored.hot_spell, hot_since = scored.hot_since, spell_ends_at = scored.spell_ends_at,
      scored_lead = scored.scored_lead, next_review_at = scored.next_review_at,
      owes = persons.owes or scored.has_moved
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as scored (id uuid, scored_lead uuid,
      next_review_at timestamptz, has_moved boolean, hot_spell integer, hot_since timestamptz,
      spell_ends_at timestamptz)
    where persons.id = scored.id`.execute(tx);
}
