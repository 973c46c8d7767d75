import { z } from 'zod';
import { refused } from './hubspot-error.ts';
import { type ObjectType, objectTypeOf } from './object-types.ts';
import { linksOf, type Portal } from './portal.ts';
import { type RecordAnswer, recordAnswer } from './record-answer.ts';
import type { RecordTable } from './record-table.ts';
import { Filter, passFields, type Test, testOf } from './search-filters.ts';

const MOST_CHARACTERS = 3_000;
const MOST_RESULTS = 10_000;
const MOST_FILTERS = 18;
const SEARCHED = [
  'firstname',
  'lastname',
  'email',
  'phone',
  'company',
  'name',
  'domain',
  'dealname',
  'hs_task_subject',
];

const Sort = z.union([
  z.string().transform((text) => {
    const isDescending = text.startsWith('-');
    return { propertyName: isDescending ? text.slice(1) : text, direction: isDescending ? 'DESCENDING' : 'ASCENDING' };
  }),
  z.object({ propertyName: z.string(), direction: z.enum(['ASCENDING', 'DESCENDING']).default('ASCENDING') }),
]);
const SearchBody = z.object({
  filterGroups: z
    .array(z.object({ filters: z.array(Filter).max(6, 'at most 6 filters in one group') }))
    .max(5, 'at most 5 filter groups')
    .default([]),
  query: z.string().default(''),
  sorts: z.array(Sort).max(1, 'only one sort is allowed').default([]),
  properties: z.array(z.string()).default([]),
  limit: z.number().int().min(1).max(200, 'limit must not exceed 200').default(10),
  after: z.union([z.string().regex(/^\d+$/, 'after must be an integer'), z.number().int()]).optional(),
});
type SearchBody = z.infer<typeof SearchBody>;

/** What search answers: never what was written within the lag, and never the 10,001st result. */
export interface SearchAnswer {
  readonly total: number;
  readonly results: readonly RecordAnswer[];
  readonly paging?: { readonly next: { readonly after: string } };
}

/** Searches of one account. Keeps the ids that the last search of each object found, for the pages that follow. */
export class Search {
  readonly #portal: Portal;
  readonly #found = new Map<ObjectType, { readonly key: string; readonly version: number; readonly ids: number[] }>();

  constructor(portal: Portal) {
    this.#portal = portal;
  }

  /** @throws {HubspotError} 400 for a body that breaks HubSpot's limits, 400 for a page beyond 10,000 results */
  answer(type: ObjectType, body: unknown): SearchAnswer {
    if (JSON.stringify(body).length > MOST_CHARACTERS)
      throw refused(`The request exceeds ${MOST_CHARACTERS} characters`);
    const search = SearchBody.parse(body);
    const start = Number(search.after ?? 0);
    if (start + search.limit > MOST_RESULTS) throw refused(`Paging past ${MOST_RESULTS} results is not supported`);
    const ids = this.#ids(type, search);
    const end = start + Math.min(search.limit, this.#portal.settings.largestPage);
    const results = ids.slice(start, end).flatMap((id) => this.#shown(type, id, search.properties));
    return { total: ids.length, results, ...(end < ids.length ? { paging: { next: { after: String(end) } } } : {}) };
  }

  #shown(type: ObjectType, id: number, asked: readonly string[]): RecordAnswer[] {
    const record = this.#portal.tables[type].indexed(id);
    const definitions = this.#portal.definitions[type];
    if (!record) return [];
    return [recordAnswer(type, record, asked, this.#portal.settings, (name) => definitions.find(name) !== null)];
  }

  #ids(type: ObjectType, search: SearchBody): number[] {
    const table = this.#portal.tables[type];
    const definitions = this.#portal.definitions[type];
    if (search.filterGroups.flatMap(({ filters }) => filters).length > MOST_FILTERS) {
      throw refused(`At most ${MOST_FILTERS} filters are allowed`);
    }
    const groups = search.filterGroups.map(({ filters }) => filters.map((filter) => this.#test(type, filter)));
    const [sort] = search.sorts;
    if (sort && !definitions.find(sort.propertyName)) throw refused(`Unknown sort property '${sort.propertyName}'`);
    if (sort && sort.propertyName !== 'hs_object_id') {
      return sorted(table, matching(table, groups, search.query), sort.propertyName, sort.direction);
    }
    const ids = this.#keyset(type, search, groups);
    return sort?.direction === 'DESCENDING' ? ids.toReversed() : ids;
  }

  #test(type: ObjectType, filter: Filter): Test {
    const other = filter.propertyName.startsWith('associations.') ? objectTypeOf(filter.propertyName.slice(13)) : null;
    if (!other) return testOf(type, filter, this.#portal.definitions[type]);
    const wanted = filter.values ?? (filter.value === undefined ? [] : [filter.value]);
    const linked = new Set(
      wanted.flatMap((id) => linksOf(this.#portal, other, Number(id), type).map((link) => link.id)),
    );
    const passesNumber = (id: number) => linked.has(id);
    return { property: 'hs_object_id', on: 'id', passes: () => false, passesNumber, sinceMs: Number.NEGATIVE_INFINITY };
  }

  /**
   * Ids in order. A reader that goes on by `hs_object_id GT last` asks the same again and again: what was found for the
   * rest of the filters serves until something is written.
   */
  #keyset(type: ObjectType, search: SearchBody, groups: readonly (readonly Test[])[]): number[] {
    const table = this.#portal.tables[type];
    const [group = []] = groups;
    if (groups.length !== 1) return matching(table, groups, search.query).sort((a, b) => a - b);
    const others = search.filterGroups[0]!.filters.filter((_, index) => group[index]!.on !== 'id');
    const key = JSON.stringify([others, search.query]);
    let found = this.#found.get(type);
    if (found?.key !== key || found.version !== table.version) {
      const ids = matching(table, [group.filter(({ on }) => on !== 'id')], search.query).sort((a, b) => a - b);
      found = { key, version: table.version, ids };
      // While search lags behind, what it finds changes without a write.
      if (table.isSettled) this.#found.set(type, found);
      else this.#found.delete(type);
    }
    const byId = group.filter(({ on }) => on === 'id');
    return byId.length === 0 ? found.ids : found.ids.filter((id) => byId.every((test) => test.passesNumber(id)));
  }
}

function matching(table: RecordTable, groups: readonly (readonly Test[])[], query: string): number[] {
  const sinceMs = Math.min(
    ...(groups.length > 0 ? groups : [[]]).map((group) =>
      Math.max(Number.NEGATIVE_INFINITY, ...group.map((test) => test.sinceMs)),
    ),
  );
  const words = query.toLowerCase();
  const ids: number[] = [];
  for (const id of table.candidates(sinceMs)) {
    const stampMs = table.indexedMs(id);
    if (stampMs === null) continue;
    const open = groups.filter((group) => group.every((test) => passesCheaply(test, id, stampMs)));
    if (groups.length > 0 && open.length === 0) continue;
    const isDecided =
      words === '' && (groups.length === 0 || open.some((group) => group.every(({ on }) => on !== 'fields')));
    if (isDecided || passesFully(table, id, open, groups.length === 0, words)) ids.push(id);
  }
  return ids;
}

function passesCheaply(test: Test, id: number, stampMs: number): boolean {
  if (test.on === 'fields') return true;
  return test.passesNumber(test.on === 'id' ? id : stampMs);
}

function passesFully(
  table: RecordTable,
  id: number,
  groups: readonly (readonly Test[])[],
  isUnfiltered: boolean,
  words: string,
): boolean {
  const fields = table.indexed(id)?.fields;
  if (!fields) return false;
  if (words !== '' && !SEARCHED.some((name) => fields[name]?.toLowerCase().includes(words))) return false;
  return isUnfiltered || groups.some((group) => passFields(group, fields));
}

function sorted(table: RecordTable, ids: number[], property: string, direction: string): number[] {
  const sign = direction === 'DESCENDING' ? -1 : 1;
  const keyed = ids.map((id) => ({ id, key: table.indexed(id)?.fields[property] ?? '' }));
  const compare = (a: string, b: string) => {
    const difference = Number(a) - Number(b);
    if (a !== '' && b !== '' && !Number.isNaN(difference)) return difference;
    return a < b ? -1 : a > b ? 1 : 0;
  };
  return keyed.sort((a, b) => sign * compare(a.key, b.key) || a.id - b.id).map(({ id }) => id);
}
