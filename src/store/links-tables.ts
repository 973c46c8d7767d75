import type { Generated } from 'kysely';
import type { MatchedBy } from '../domain/link.ts';

/** Two connections whose leads are the same people. A connection is in one link at most. */
export interface LinksTable {
  readonly id: Generated<string>;
  /** The connection whose attributes go before those of the other. */
  readonly first_id: string;
  readonly second_id: string;
  /** The connection that makes the tasks. */
  readonly tasks_in: string;
  readonly linked_at: Generated<Date>;
}

/** A lead of linked connections, above its places in the CRMs. */
export interface PersonsTable {
  readonly id: Generated<string>;
  readonly link_id: string;
  readonly matched_by: MatchedBy;
  readonly matched_at: Generated<Date>;
  readonly hot_spell: Generated<number>;
  readonly hot_since: Date | null;
  readonly spell_ends_at: Date | null;
  /** The place that was scored last: its score is that of all places. `null`: to be scored anew. */
  readonly scored_lead: string | null;
  /** When that score would change by itself. */
  readonly next_review_at: Date | null;
  /** Another place may not show that score yet. */
  readonly owes: Generated<boolean>;
}

/** Which person a row of `leads` is a place of. */
export interface PlacesTable {
  readonly lead_id: string;
  readonly person_id: string;
  readonly connection_id: string;
}

/** Leads that are two people, whatever they have in common; `lead_id` is the lower one. */
export interface SplitsTable {
  readonly lead_id: string;
  readonly other_id: string;
}

/** Present e-mail addresses of the live leads, as SHA-256. */
export interface LeadEmailsTable {
  readonly lead_id: string;
  readonly alias: string;
  readonly connection_id: string;
  /** It tells who somebody is: neither the address of a function such as info@ nor one whose mail comes back. */
  readonly is_evidence: boolean;
}

/** Addresses whose holders have changed since they were last matched. */
export interface MatchQueueTable {
  readonly link_id: string;
  readonly alias: string;
}

/** Tables of src/store/migrations/0050-links.ts. */
export interface LinksTables {
  readonly links: LinksTable;
  readonly persons: PersonsTable;
  readonly places: PlacesTable;
  readonly splits: SplitsTable;
  readonly lead_emails: LeadEmailsTable;
  readonly match_queue: MatchQueueTable;
}
