/**
 * Ids are computed from the place in the world, so that none needs to be remembered. Contacts, companies, deals and
 * engagements have ranges of their own; a record created through the API gets an id above its range.
 */
const CONTACTS = 100_000_001;
const COMPANIES = 1_000_000_001;
const DEALS = 2_000_000_001;
const ENGAGEMENTS = 10_000_000_000;
const ENGAGEMENTS_PER_PERSON = 1_000;
const OWNERS = 70_000_001;
const USERS = 9_000_001;

/** First id that the world cannot bring, of engagements of any kind: HubSpot numbers them together. */
export const ENGAGEMENTS_END = 20_000_000_000_000;

export const contactIdOf = (person: number): number => CONTACTS + person;
export const personOfContactId = (id: number): number => id - CONTACTS;

export const companyIdOf = (company: number): number => COMPANIES + company;
export const companyOfId = (id: number): number => id - COMPANIES;

/** A person has one deal at most, so the deal bears the person's number. */
export const dealIdOf = (person: number): number => DEALS + person;
export const personOfDealId = (id: number): number => id - DEALS;

/** @throws {RangeError} for the 1,000th activity of one person */
export function engagementIdOf(person: number, activity: number): number {
  if (activity >= ENGAGEMENTS_PER_PERSON) throw new RangeError(`Person ${person} does too much for this sandbox`);
  return ENGAGEMENTS + person * ENGAGEMENTS_PER_PERSON + activity;
}

/** Person and activity of an engagement of the world; the person may be beyond the world's size. */
export function placeOfEngagement(id: number): { readonly person: number; readonly activity: number } {
  const place = id - ENGAGEMENTS;
  return { person: Math.floor(place / ENGAGEMENTS_PER_PERSON), activity: place % ENGAGEMENTS_PER_PERSON };
}

export const ownerIdOf = (rep: number): string => String(OWNERS + rep);
export const repOfOwnerId = (ownerId: string): number => Number(ownerId) - OWNERS;
export const userIdOf = (rep: number): number => USERS + rep;

/** Campaigns and forms have GUIDs. */
export const campaignGuidOf = (campaign: number): string => guid(0xca, campaign);
export const formGuidOf = (form: number): string => guid(0xf0, form);

function guid(kind: number, n: number): string {
  return `5a4db0c5-00${kind.toString(16)}-4000-8000-${n.toString(16).padStart(12, '0')}`;
}
