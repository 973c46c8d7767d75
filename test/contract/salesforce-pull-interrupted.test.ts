import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { encodeCursor } from '../../connectors/cursor.ts';
import type { Page, Stream, SyncCursor } from '../../src/domain/crm.ts';
import { aLine } from '../support/mapping-lines.ts';
import { connectorTo, describeOrg, INSTANCE, LOGIN, MAPPING, SIGNAL, tokenAnswer } from './salesforce-fixture.ts';

const QUERY_ALL = '/services/data/v68.0/queryAll';
const LOCATOR = '/services/data/v68.0/query/0r8000000000001AAA-2000';
const NOW = 'Mon, 23 Nov 2026 12:00:00 GMT';
const DEAD_LOCATOR = [{ errorCode: 'INVALID_QUERY_LOCATOR', message: 'invalid query locator' }];
const SLOW_QUERY = [{ errorCode: 'QUERY_TIMEOUT', message: 'Your query request was running for too long.' }];
const ACCOUNT_FIELDS = [
  'Name',
  'IsDeleted',
  'Industry',
  'NumberOfEmployees',
  'AnnualRevenue',
  'Website',
  'BillingCountry',
];
const accounts: Stream<'company'> = { name: 'companies', kind: 'company' };

const account = (n: number, stamp = '2026-11-23T10:00:00.000+0000') => ({
  attributes: { type: 'Account' },
  Id: `001${String(n).padStart(12, '0')}AAA`,
  SystemModstamp: stamp,
  IsDeleted: false,
  Name: `Company ${n}`,
});
const page = (records: object[], nextRecordsUrl?: string) => ({
  totalSize: records.length,
  done: nextRecordsUrl === undefined,
  ...(nextRecordsUrl && { nextRecordsUrl }),
  records,
});

/** Notes each query and answers as told, in order. */
function answerQueries(...answers: { status?: number; body: unknown }[]): string[] {
  const asked: string[] = [];
  for (const { status = 200, body } of answers) {
    nock(INSTANCE)
      .get(QUERY_ALL)
      .query(({ q }) => typeof q === 'string' && asked.push(q) > 0)
      .reply(status, body as object[], { date: NOW });
  }
  return asked;
}

async function pulled(cursor: SyncCursor | null = null): Promise<Page<{ crmId: string }>[]> {
  const pages = [];
  for await (const each of connectorTo(LOGIN).pull(accounts, cursor, SIGNAL)) pages.push(each);
  return pages;
}
const idsOf = (pages: Page<{ crmId: string }>[]) => pages.flatMap(({ records }) => records.map(({ crmId }) => crmId));

beforeEach(() => {
  nock.disableNetConnect();
  nock(LOGIN).post('/services/oauth2/token').reply(200, tokenAnswer('token'));
  describeOrg({ Account: ACCOUNT_FIELDS });
});
afterEach(() => {
  nock.cleanAll();
  nock.enableNetConnect();
});

describe('a locator that dies', () => {
  it('is replaced by a query from the last place', async () => {
    const asked = answerQueries(
      { body: page([account(1), account(2)], LOCATOR) },
      { body: page([account(3), account(4)]) },
    );
    nock(INSTANCE).get(LOCATOR).reply(400, DEAD_LOCATOR);
    expect(idsOf(await pulled())).toEqual([1, 2, 3, 4].map((n) => account(n).Id));
    expect(asked[1]).toContain("(SystemModstamp > 2026-11-23T10:00:00Z OR Id > '001000000000002AAA')");
    expect(asked[1]).toContain('SystemModstamp <= 2026-11-23T11:59:58Z');
  });

  it('again and again without a page between ends the pull', async () => {
    answerQueries(...Array.from({ length: 4 }, () => ({ body: page([account(1)], LOCATOR) })));
    nock(INSTANCE).get(LOCATOR).times(4).reply(400, DEAD_LOCATOR);
    const seen: string[] = [];
    const drain = async () => {
      for await (const { records } of connectorTo(LOGIN).pull(accounts, null, SIGNAL)) {
        seen.push(...records.map(({ crmId }) => crmId));
      }
    };
    await expect(drain()).rejects.toMatchObject({ code: 'CRM_UNAVAILABLE' });
    expect(new Set(seen)).toEqual(new Set([account(1).Id]));
  });

  it('does not lead past records whose stamp moved while the pages were read', async () => {
    answerQueries({ body: page([account(1), account(2, '2026-11-23T12:00:05.000+0000')], LOCATOR) });
    nock(INSTANCE)
      .get(LOCATOR)
      .reply(200, page([account(3)]));
    const [first] = await pulled();
    const asked = answerQueries({ body: page([]) }, { body: page([]) });
    nock(LOGIN).post('/services/oauth2/token').reply(200, tokenAnswer('token'));
    describeOrg({ Account: ACCOUNT_FIELDS });
    await pulled(first!.cursor);
    expect(asked[0]).toContain(`Id > '${account(1).Id}'`);
  });
});

describe('a query that takes too long', () => {
  it('is put again for half of the window, then for the rest', async () => {
    const cursor = encodeCursor({ at: Date.parse('2026-11-23T00:10:00Z') });
    const asked = answerQueries(
      { status: 400, body: SLOW_QUERY },
      { body: page([account(1)]) },
      { body: page([account(2)]) },
    );
    expect(idsOf(await pulled(cursor))).toEqual([account(1).Id, account(2).Id]);
    const bounds = asked.map((soql) => [/>= (\S+)/.exec(soql)?.[1], /<= (\S+)/.exec(soql)?.[1]]);
    expect(bounds[0]).toEqual(['2026-11-23T00:00:00Z', undefined]);
    expect(bounds[1]?.[0]).toBe('2026-11-23T00:00:00Z');
    expect(Date.parse(bounds[2]?.[0] ?? '')).toBe(Date.parse(bounds[1]?.[1] ?? '') + 1_000);
  });

  it('even for a single second is a time-out', async () => {
    const cursor = encodeCursor({ at: Date.parse('2026-11-23T11:59:50Z'), until: Date.parse('2026-11-23T11:59:52Z') });
    answerQueries(...Array.from({ length: 2 }, () => ({ status: 400, body: SLOW_QUERY })));
    await expect(pulled(cursor)).rejects.toMatchObject({ code: 'CRM_TIMEOUT' });
  });
});

describe('a pull', () => {
  it('names a mapped field that the org has not before it asks for anything', async () => {
    nock.cleanAll();
    nock(LOGIN).post('/services/oauth2/token').reply(200, tokenAnswer('token'));
    describeOrg({ Account: ['Name', 'IsDeleted'] });
    await expect(pulled()).rejects.toMatchObject({
      code: 'CRM_FIELD_MISSING',
      message: expect.stringContaining('Industry, NumberOfEmployees'),
    });
  });

  it('sets a record aside that it cannot read, naming the field, and delivers the others (T39)', async () => {
    answerQueries({ body: page([{ ...account(1), SystemModstamp: 'yesterday' }, account(2)]) });
    const [first] = await pulled();
    expect(first!.records).toHaveLength(1);
    expect(first!.rejected).toEqual([
      {
        crmId: account(1).Id,
        error: expect.objectContaining({
          code: 'CRM_RECORD_UNREADABLE',
          message: expect.stringContaining('SystemModstamp'),
        }),
      },
    ]);
  });

  it('leaves out a stream whose object the org has not', async () => {
    const pages = [];
    const emails: Stream<'engagement'> = { name: 'email-messages', kind: 'engagement' };
    for await (const each of connectorTo(LOGIN).pull(emails, null, SIGNAL)) pages.push(each);
    expect(pages).toEqual([]);
  });

  it('of more fields than a request line holds travels in a body', async () => {
    nock.cleanAll();
    nock(LOGIN).post('/services/oauth2/token').reply(200, tokenAnswer('token'));
    const names = Array.from({ length: 300 }, (_, n) => `Some_rather_long_name_of_a_field_${n}__c`);
    describeOrg({ Account: [...ACCOUNT_FIELDS, ...names] });
    let asked = '';
    nock(INSTANCE)
      .post('/services/data/v68.0/composite/batch', ({ batchRequests }) => {
        asked = batchRequests[0].url;
        return batchRequests.length === 1;
      })
      .reply(200, { hasErrors: false, results: [{ statusCode: 200, result: page([account(1)]) }] }, { date: NOW });
    const mapped = names.map((field) => [`company.${field}`, aLine(field)] as const);
    const mapping = { ...MAPPING, company: { attributes: Object.fromEntries(mapped) } };
    const pages = [];
    for await (const each of connectorTo(LOGIN, { mapping }).pull(accounts, null, SIGNAL)) pages.push(each);
    expect(idsOf(pages)).toEqual([account(1).Id]);
    expect(decodeURIComponent(asked)).toContain(`v68.0/queryAll?q=SELECT Id, SystemModstamp, IsDeleted, ${names[0]}, `);
  });

  it('reads checkpoints of this version for ever (T10, T11)', async () => {
    const asked = answerQueries({ body: page([]) }, { body: page([]) });
    const golden =
      'eyJhdCI6MTc5NTQyNzQwMDAwMCwiaWQiOiIwMDEwMDAwMDAwMDAwMDJBQUEiLCJ1bnRpbCI6MTc5NTQyNzYwMDAwMH0' as SyncCursor;
    await pulled(golden);
    expect(asked[0]).toContain(
      "SystemModstamp >= 2026-11-23T09:50:00Z AND (SystemModstamp > 2026-11-23T09:50:00Z OR Id > '001000000000002AAA')" +
        ' AND SystemModstamp <= 2026-11-23T09:53:20Z ORDER BY SystemModstamp, Id',
    );
  });

  it('refuses a checkpoint of another connector', async () => {
    await expect(pulled('bm9uc2Vuc2U' as SyncCursor)).rejects.toMatchObject({ code: 'CRM_PROTOCOL' });
  });
});
