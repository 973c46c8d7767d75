import { pick, type Random, random, seedOf } from '../random.ts';
import { behaviourOf } from './behaviour.ts';
import { FIRST_NAMES, LAST_NAMES } from './person-names.ts';
import { campaignsBefore, repsOf } from './staff.ts';
import { COMPANY_KINDS, COMPANY_WORDS, INDUSTRIES, JOB_TITLES, PLACES, SOURCES } from './vocabulary.ts';
import type { Activity, Company, Deal, Person, World } from './world.ts';

const DAY_MS = 86_400_000;
const HIGHEST_AGE_DAYS = 720;

/**
 * A world made up from a seed: the same seed, size and instant give the same people, on any machine.
 *
 * Fit (who they are) and interest (how much they do) both move the chance of a sale, neither decides it: a logistic
 * draw leaves noise, so that a learner has something to find and something to miss.
 */
export function seededWorld({ size, seed, now }: { size: number; seed: number; now: Date }): World {
  const reps = repsOf(seed);
  const campaigns = campaignsBefore(now);
  const companyCount = Math.max(1, Math.ceil(size / 4));
  const company = (n: number): Company => companyOf(seed, n, now);
  return {
    size,
    now,
    reps,
    campaigns,
    companyCount,
    company,
    extraColumns: [],
    person(n) {
      if (!(n >= 0 && n < size)) throw new RangeError(`This world has no person ${n}`);
      return personOf({ seed, n, now, companyCount, company, reps: reps.length, campaigns: campaigns.length });
    },
  };
}

interface Recipe {
  readonly seed: number;
  readonly n: number;
  readonly now: Date;
  readonly companyCount: number;
  readonly company: (n: number) => Company;
  readonly reps: number;
  readonly campaigns: number;
}

function personOf({ seed, n, now, companyCount, company, reps, campaigns }: Recipe): Person {
  const next = random(seedOf(seed, 1, n));
  const firstName = pick(next, FIRST_NAMES);
  const lastName = pick(next, LAST_NAMES);
  const companyN = next() < 0.85 ? Math.floor(next() * companyCount) : null;
  const employer = companyN === null ? null : company(companyN);
  const [jobTitle, titleFit] = next() < 0.9 ? pick(next, JOB_TITLES) : [null, 0];
  const [country, cities] = pick(next, PLACES);
  const city = next() < 0.8 ? pick(next, cities) : null;
  const interest = normal(next);
  const createdAt = new Date(now.getTime() - Math.floor((1 + next() ** 1.5 * HIGHEST_AGE_DAYS) * DAY_MS));
  const fit = titleFit + industryFit(employer) + sizeFit(employer);
  const deal = dealOf(next, { fit, interest, createdAt, now, employees: employer?.employees ?? 10 });
  const hasOptedOut = next() < 0.03;
  let activities: readonly Activity[] | undefined;
  return {
    n,
    firstName,
    lastName,
    email: `${ascii(firstName)}.${ascii(lastName)}.${n}@${employer?.domain ?? 'mail.example'}`,
    phone: next() < 0.6 ? `+1 555 01${String(Math.floor(next() * 100)).padStart(2, '0')}` : null,
    jobTitle,
    country: next() < 0.95 ? country : null,
    city,
    source: next() < 0.9 ? pick(next, SOURCES) : null,
    company: companyN,
    rep: next() < 0.85 ? Math.floor(next() * reps) : null,
    createdAt,
    lifecycleStage: stageOf(deal, interest),
    hasOptedOut,
    isContact: deal?.outcome === 'won' || next() < 0.18,
    deal,
    extra: {},
    // Made when first asked for: whoever wants only the name does not pay for two hundred page views.
    get activities() {
      activities ??= behaviourOf(seed, n, { interest, createdAt, now, hasOptedOut, campaigns });
      return activities;
    },
  };
}

function companyOf(seed: number, n: number, now: Date): Company {
  const next = random(seedOf(seed, 2, n));
  const name = `${pick(next, COMPANY_WORDS)} ${pick(next, COMPANY_KINDS)}`;
  const [industry] = pick(next, INDUSTRIES);
  const employees = Math.max(1, Math.round(Math.exp(4 + 1.6 * normal(next))));
  return {
    n,
    name: `${name} ${n + 1}`,
    domain: `${name.toLowerCase().replace(' ', '-')}-${n + 1}.example`,
    industry,
    employees,
    revenue: Math.round((employees * (60_000 + next() * 180_000)) / 1_000) * 1_000,
    country: pick(next, PLACES)[0],
    createdAt: new Date(now.getTime() - Math.floor((HIGHEST_AGE_DAYS + next() * HIGHEST_AGE_DAYS) * DAY_MS)),
  };
}

function dealOf(
  next: Random,
  about: { fit: number; interest: number; createdAt: Date; now: Date; employees: number },
): Deal | null {
  const { fit, interest, createdAt, now, employees } = about;
  if (next() > logistic(-2.6 + 0.9 * fit + 1.1 * interest)) return null;
  const startMs = Math.max(createdAt.getTime(), now.getTime() - 170 * DAY_MS);
  const createdMs = startMs + Math.floor((now.getTime() - startMs) * next());
  const closesMs = createdMs + Math.floor((5 + next() * 60) * DAY_MS);
  const isClosed = closesMs < now.getTime();
  const isWon = next() < logistic(-0.9 + 0.7 * fit + 0.9 * interest);
  return {
    createdAt: new Date(createdMs),
    closedAt: isClosed ? new Date(closesMs) : null,
    outcome: isClosed ? (isWon ? 'won' : 'lost') : 'open',
    amount: Math.max(500, Math.round(employees ** 0.7 * 300 * (0.5 + next()))),
  };
}

function stageOf(deal: Deal | null, interest: number): Person['lifecycleStage'] {
  if (deal?.outcome === 'won') return 'customer';
  if (deal?.outcome === 'open') return 'opportunity';
  if (deal) return 'salesqualifiedlead';
  return interest > 1 ? 'marketingqualifiedlead' : interest > -0.5 ? 'lead' : 'subscriber';
}

function industryFit(employer: Company | null): number {
  return INDUSTRIES.find(([industry]) => industry === employer?.industry)?.[1] ?? -0.3;
}

function sizeFit(employer: Company | null): number {
  const employees = employer?.employees ?? 0;
  return employees >= 50 && employees <= 2_000 ? 0.4 : 0;
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** A standard normal draw (Box and Muller 1958). */
function normal(next: Random): number {
  return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
}

function ascii(name: string): string {
  return name
    .normalize('NFD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
}
