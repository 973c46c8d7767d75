import { pick, type Random } from '../../sandbox/random.ts';
import type { AppAnswer } from './call-app.ts';

/** A batch of HubSpot is answered in any order; a list, a search or a query may show a record twice. */
const BATCH = /^POST hubspot .*\/batch\/(?:read|create|update)$/;
const PAGE =
  /^(?:GET hubspot \/crm\/objects\/|POST hubspot \/crm\/objects\/.*\/search$|GET hubspot \/events\/|GET salesforce .*\/query)/;

/** An answer as a CRM may give it as well: what a batch answers out of order, a record of a page twice. */
export function messedUp(label: string, answer: AppAnswer, chance: Random): AppAnswer {
  const isPage = PAGE.test(label);
  if (answer.status >= 300 || !(isPage || BATCH.test(label))) return answer;
  const told: unknown = JSON.parse(answer.body);
  if (typeof told !== 'object' || told === null) return answer;
  const list = 'results' in told ? 'results' : 'records';
  const records: unknown = Reflect.get(told, list);
  if (!Array.isArray(records) || records.length === 0) return answer;
  const again = isPage ? twice(records, chance) : shuffled(records, chance);
  return { ...answer, body: JSON.stringify({ ...told, [list]: again }) };
}

function twice<T>(records: readonly T[], chance: Random): readonly T[] {
  const at = pick(chance, [...records.keys()]);
  return records.toSpliced(at, 0, records[at]!); // the place is one of the list's
}

function shuffled<T>(records: readonly T[], chance: Random): readonly T[] {
  const keyed = records.map((record) => [chance(), record] as const);
  return keyed.toSorted(([one], [other]) => one - other).map(([, record]) => record);
}
