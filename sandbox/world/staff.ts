import { pick, random, seedOf } from '../random.ts';
import { FIRST_NAMES, LAST_NAMES } from './person-names.ts';
import type { Campaign, Rep } from './world.ts';

const REPS = 8;
const DAY_MS = 86_400_000;

/** Eight reps; the last has left the company. */
export function repsOf(seed: number): Rep[] {
  const next = random(seedOf(seed, 4));
  return Array.from({ length: REPS }, (_, n) => ({
    n,
    firstName: pick(next, FIRST_NAMES),
    lastName: pick(next, LAST_NAMES),
    email: `rep.${n + 1}@sales.example`,
    isActive: n < REPS - 1,
  }));
}

/** The marketing of half a year: name, kind, days before now at which it began, days it ran. */
const CAMPAIGNS = [
  ['Spring product launch', 'email', 175, 30],
  ['Benchmark report', 'content', 160, 150],
  ['Webinar: scoring that sales believes', 'webinar', 140, 1],
  ['Trade show north', 'event', 120, 3],
  ['Search ads', 'ads', 178, 178],
  ['Customer stories', 'content', 100, 90],
  ['Webinar: from lead to revenue', 'webinar', 80, 1],
  ['Summer nurture', 'email', 90, 60],
  ['Social ads', 'ads', 60, 60],
  ['Autumn roadshow', 'event', 30, 10],
] as const;

/** Ten campaigns, the last ones still running at `now`. */
export function campaignsBefore(now: Date): Campaign[] {
  return CAMPAIGNS.map(([name, type, daysAgo, days], n) => ({
    n,
    name,
    type,
    startsAt: new Date(now.getTime() - daysAgo * DAY_MS),
    endsAt: new Date(now.getTime() - (daysAgo - days) * DAY_MS),
  }));
}
