/**
 * The people both sandboxes know. A world is a pure function of its seed (or of a CSV file): `person(n)` builds
 * person n anew at each call and nothing is kept, so that a million people cost nothing until somebody changes one.
 */

/** A sales rep. Reps 0…n−1; some are inactive. */
export interface Rep {
  readonly n: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly isActive: boolean;
}

/** An organisation. */
export interface Company {
  readonly n: number;
  readonly name: string;
  readonly domain: string;
  readonly industry: string;
  readonly employees: number;
  /** Per year, in the account's currency. */
  readonly revenue: number;
  readonly country: string;
  readonly createdAt: Date;
}

/** A campaign that engagements name. */
export interface Campaign {
  readonly n: number;
  readonly name: string;
  readonly type: 'webinar' | 'email' | 'event' | 'content' | 'ads';
  readonly startsAt: Date;
  readonly endsAt: Date;
}

/** One thing a person did. `type` is an engagement type of src/domain/lead.ts; each sandbox shows it as its CRM would. */
export interface Activity {
  /** Unique within the person, 0, 1, 2 … by time. */
  readonly n: number;
  readonly type: string;
  readonly at: Date;
  /** Index into {@link World.campaigns}. */
  readonly campaign?: number;
  /** Path such as `/pricing`, for page views, downloads and forms. */
  readonly page?: string;
  /** Call length in seconds, for calls. */
  readonly seconds?: number;
}

/** A person's sale. */
export interface Deal {
  readonly createdAt: Date;
  /** `null` while open. */
  readonly closedAt: Date | null;
  readonly outcome: 'open' | 'won' | 'lost';
  readonly amount: number;
}

/** A person: HubSpot shows a contact; Salesforce a Lead, or a Contact where {@link isContact}. */
export interface Person {
  readonly n: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly phone: string | null;
  readonly jobTitle: string | null;
  readonly country: string | null;
  readonly city: string | null;
  readonly source: string | null;
  /** Index into companies, `null` without one. */
  readonly company: number | null;
  /** Index into reps, `null` without an owner. */
  readonly rep: number | null;
  readonly createdAt: Date;
  readonly lifecycleStage:
    | 'subscriber'
    | 'lead'
    | 'marketingqualifiedlead'
    | 'salesqualifiedlead'
    | 'opportunity'
    | 'customer';
  readonly hasOptedOut: boolean;
  /** Salesforce holds the person as a Contact from the start (about one in five of a seeded world, none of a CSV). */
  readonly isContact: boolean;
  readonly activities: readonly Activity[];
  readonly deal: Deal | null;
  /** Columns of the CSV beyond the ones above, by header; empty text is `null`. Empty map for a seeded world. */
  readonly extra: Readonly<Record<string, string | null>>;
}

export interface World {
  /** How many people. */
  readonly size: number;
  /** The instant the world was made for; all activity lies in the 180 days before. */
  readonly now: Date;
  readonly reps: readonly Rep[];
  readonly campaigns: readonly Campaign[];
  readonly companyCount: number;
  company(n: number): Company;
  person(n: number): Person;
  /**
   * Custom properties that the CSV brings, in column order; empty for a seeded world. `name` is the header in
   * lower snake case (`Total Time Spent on Website` → `total_time_spent_on_website`): HubSpot uses it as it is,
   * Salesforce as `Total_Time_Spent_on_Website__c`.
   */
  readonly extraColumns: readonly {
    readonly header: string;
    readonly name: string;
    readonly type: 'text' | 'number';
  }[];
}
