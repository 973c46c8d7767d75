import { random, seedOf } from '../random.ts';
import { activitiesOf } from './csv-behaviour.ts';
import { type CsvColumns, columnsOf, numberOf, type Role, truthOf } from './csv-columns.ts';
import { type CsvTable, readCsvTable } from './csv-table.ts';
import { campaignsBefore, repsOf } from './staff.ts';
import type { Activity, Company, Deal, Person, World } from './world.ts';

const DAY_MS = 86_400_000;
const OLDEST_DAYS = 170;
/** People who are kept once they are made, since both CRMs ask for each many times. */
const MOST_KEPT = 50_000;

/**
 * The people of a CSV file, one a row. What the file does not tell (names, dates, an owner) is made up from the seed.
 *
 * @throws {LeadScoringError} `INPUT_INVALID` with file, line, column and what was expected
 */
export function csvWorld(file: string, { seed, now }: { seed: number; now: Date }): World {
  const table = readCsvTable(file);
  const columns = columnsOf(table);
  const employers = employersOf(table, columns);
  const reps = repsOf(seed);
  const made = new Map<number, Person>();
  return {
    size: table.rows.length,
    now,
    reps,
    campaigns: campaignsBefore(now),
    companyCount: employers.companies.length,
    company(n) {
      const company = employers.companies[n];
      if (!company) throw new RangeError(`This world has no company ${n}`);
      return { ...company, createdAt: new Date(now.getTime() - 2 * OLDEST_DAYS * DAY_MS) };
    },
    extraColumns: columns.extra.map(({ header, name, type }) => ({ header, name, type })),
    person(n) {
      const known = made.get(n);
      if (known !== undefined) return known;
      const row = table.rows[n];
      if (!row) throw new RangeError(`This world has no person ${n}`);
      const person = personOf({ row, columns, seed, n, now, reps: reps.length, employer: employers.byRow(row) });
      if (made.size === MOST_KEPT) made.clear();
      made.set(n, person);
      return person;
    },
  };
}

interface Recipe {
  readonly row: readonly (string | null)[];
  readonly columns: CsvColumns;
  readonly seed: number;
  readonly n: number;
  readonly now: Date;
  readonly reps: number;
  readonly employer: number | null;
}

function personOf({ row, columns, seed, n, now, reps, employer }: Recipe): Person {
  const cell = (role: Role): string | null => {
    const index = columns.roles[role];
    return index === undefined ? null : (row[index] ?? null);
  };
  const next = random(seedOf(seed, 5, n));
  const madeUpAt = new Date(now.getTime() - Math.floor((10 + next() * (OLDEST_DAYS - 10)) * DAY_MS));
  const told = cell('createdAt');
  const createdAt = told ? new Date(Math.min(Date.parse(told), now.getTime())) : madeUpAt;
  const deal = truthOf(cell('converted')) ? wonDeal(next(), createdAt, now) : null;
  let activities: readonly Activity[] | undefined;
  return {
    n,
    firstName: cell('firstName') ?? 'Prospect',
    lastName: cell('lastName') ?? String(n + 1),
    email: cell('email')?.toLowerCase() ?? `prospect.${n + 1}@csv.example`,
    phone: cell('phone'),
    jobTitle: cell('jobTitle'),
    country: cell('country'),
    city: cell('city'),
    source: cell('source'),
    company: employer,
    rep: next() < 0.85 ? Math.floor(next() * reps) : null,
    createdAt,
    lifecycleStage: deal ? 'customer' : 'lead',
    hasOptedOut: truthOf(cell('optedOut')) ?? false,
    isContact: false,
    deal,
    extra: Object.fromEntries(columns.extra.map(({ header, index }) => [header, row[index] ?? null])),
    get activities() {
      const visits = numberOf(cell('visits')) ?? 0;
      activities ??= activitiesOf({ seed, n, createdAt, now, visits, lastActivity: cell('lastActivity') });
      return activities;
    },
  };
}

function wonDeal(draw: number, createdAt: Date, now: Date): Deal {
  const spanMs = now.getTime() - createdAt.getTime();
  return {
    createdAt: new Date(createdAt.getTime() + Math.floor(spanMs * draw * 0.5)),
    closedAt: new Date(createdAt.getTime() + Math.floor(spanMs * (0.5 + draw * 0.5))),
    outcome: 'won',
    amount: 500 + Math.floor(draw * 4_500),
  };
}

interface Employers {
  readonly companies: readonly Omit<Company, 'createdAt'>[];
  byRow(row: readonly (string | null)[]): number | null;
}

/** One company for each name; the first row that names it tells the rest. */
function employersOf({ rows }: CsvTable, { roles }: CsvColumns): Employers {
  const {
    company: nameAt,
    industry: industryAt,
    employees: employeesAt,
    revenue: revenueAt,
    country: countryAt,
  } = roles;
  const at = (row: readonly (string | null)[], index: number | undefined) =>
    index === undefined ? null : (row[index] ?? null);
  const byName = new Map<string, Omit<Company, 'createdAt'>>();
  for (const row of rows) {
    const name = at(row, nameAt);
    if (name === null || byName.has(name)) continue;
    byName.set(name, {
      n: byName.size,
      name,
      domain: `${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}-${byName.size + 1}.example`,
      industry: at(row, industryAt) ?? '',
      employees: numberOf(at(row, employeesAt)) ?? 0,
      revenue: numberOf(at(row, revenueAt)) ?? 0,
      country: at(row, countryAt) ?? '',
    });
  }
  return { companies: [...byName.values()], byRow: (row) => byName.get(at(row, nameAt) ?? '')?.n ?? null };
}
