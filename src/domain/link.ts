import type { LeadObject } from './crm.ts';

/** How two records came to be one lead: by a common e-mail address, or because somebody said so. */
export type MatchedBy = 'email' | 'person';

/** A link and how far the leads of its connections are the same people. */
export interface LinkCounts {
  /** Names, the one whose attributes go first in front. */
  readonly connections: readonly [string, string];
  readonly tasksIn: string;
  /** People with a record in both. */
  readonly matched: number;
  /** Addresses that several leads of one connection bear, so that nobody can tell which of them is the person. */
  readonly ambiguous: number;
  /** Leads without a counterpart, by connection. */
  readonly unmatched: Readonly<Record<string, number>>;
}

/** A lead's record in one CRM account. */
export interface LinkedRecord {
  readonly connection: string;
  readonly object: LeadObject;
  readonly crmId: string;
}

/** A record of one of the leads that bear the same address. */
export interface AmbiguousRecord extends LinkedRecord {
  /** Number of the address, 1, 2, 3 …; the address itself is never told. */
  readonly group: number;
}

/** A lead with its records in linked CRMs. */
export interface LinkedLead {
  /** `null` for a lead with one record only that nobody has matched. */
  readonly matchedBy: MatchedBy | null;
  readonly tasksIn: string | null;
  readonly hotSpell: number;
  readonly hotSince: Date | null;
  readonly records: readonly (LinkedRecord & {
    /** 0 to 100; `null` before the first scoring. */
    readonly score: number | null;
    readonly band: string | null;
    readonly isDeleted: boolean;
  })[];
  /** Records that somebody has said are other people. */
  readonly splitFrom: readonly LinkedRecord[];
}

/** A link as a person asks for it. */
export interface LinkRequest {
  /** Name of the connection whose attributes go before those of the other. */
  readonly first: string;
  readonly second: string;
  /** Name of the connection that makes the tasks; `null`: the Salesforce one, else the first. */
  readonly tasksIn: string | null;
  /** Counts what would be matched, and links nothing. */
  readonly dryRun: boolean;
}
