import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { makeField, openOrg, type TestOrg } from './sandbox-salesforce-org.ts';

let org: TestOrg;
let leads: string[];
beforeAll(async () => {
  org = await openOrg();
  leads = (await org.records('SELECT Id FROM Lead WHERE IsConverted = false ORDER BY Id')).map(({ Id }) => String(Id));
  await makeField(org, 'Lead.Score__c', { label: 'Score', type: 'Number', precision: 5, scale: 2 });
});
beforeEach(() => org.setFaults([]));
afterAll(() => org.close());

const scores = (ids: readonly (string | undefined)[], score: number) =>
  org.call('PATCH', '/composite/sobjects', {
    records: ids.map((id) => ({ attributes: { type: 'Lead' }, id, Score__c: score })),
  });
const scoreOf = async (id: string | undefined) =>
  (await org.records(`SELECT Score__c FROM Lead WHERE Id = '${id}'`))[0]!.Score__c;

describe('composite', () => {
  it('runs in order and lets a later request use an earlier answer', async () => {
    const task = { Subject: 'After', WhoId: '@{made.id}' };
    const { status, body } = await org.call('POST', '/composite', {
      compositeRequest: [
        {
          method: 'POST',
          url: '/services/data/v68.0/sobjects/Lead',
          referenceId: 'made',
          body: { LastName: 'L', Company: 'C' },
        },
        { method: 'POST', url: '/services/data/v68.0/sobjects/Task', referenceId: 'task', body: task },
        { method: 'GET', url: '/services/data/v68.0/sobjects/Task/@{task.id}', referenceId: 'read' },
        { method: 'GET', url: '/services/data/v68.0/query?q=SELECT+Id+FROM+Organization', referenceId: 'query' },
      ],
    });
    expect(status).toBe(200);
    const [made, , read, query] = body.compositeResponse;
    expect(body.compositeResponse.map(({ httpStatusCode }: { httpStatusCode: number }) => httpStatusCode)).toEqual([
      201, 201, 200, 200,
    ]);
    expect(read.body.WhoId).toBe(made.body.id);
    expect(query.body.totalSize).toBe(1);
    expect(Object.keys(made).sort()).toEqual(['body', 'httpHeaders', 'httpStatusCode', 'referenceId']);
  });

  it('takes everything back when all or none is asked for', async () => {
    const { body } = await org.call('POST', '/composite', {
      allOrNone: true,
      compositeRequest: [
        {
          method: 'PATCH',
          url: `/services/data/v68.0/sobjects/Lead/${leads[0]}`,
          referenceId: 'a',
          body: { City: 'Undone' },
        },
        {
          method: 'PATCH',
          url: `/services/data/v68.0/sobjects/Lead/${leads[0]}`,
          referenceId: 'b',
          body: { Email: 'bad' },
        },
        { method: 'GET', url: '/services/data/v68.0/limits', referenceId: 'c' },
      ],
    });
    const codes = body.compositeResponse.map((each: { body: { errorCode: string }[] }) => each.body[0]!.errorCode);
    expect(codes).toEqual(['PROCESSING_HALTED', 'INVALID_EMAIL_ADDRESS', 'PROCESSING_HALTED']);
    const [lead] = await org.records(`SELECT City FROM Lead WHERE Id = '${leads[0]}'`);
    expect(lead!.City).not.toBe('Undone');
  });

  it('takes 25 requests, five of them queries or collections', async () => {
    const limits = { method: 'GET', url: '/services/data/v68.0/limits' };
    const query = { method: 'GET', url: '/services/data/v68.0/query?q=SELECT+Id+FROM+Organization' };
    const named = (request: object, count: number) =>
      Array.from({ length: count }, (_, n) => ({ ...request, referenceId: `r${n}` }));
    const send = async (compositeRequest: object[]) =>
      (await org.call('POST', '/composite', { compositeRequest })).status;
    expect([await send(named(limits, 25)), await send(named(limits, 26))]).toEqual([200, 400]);
    expect([await send(named(query, 5)), await send(named(query, 6))]).toEqual([200, 400]);
  });

  it('counts as one call, and so does a batch', async () => {
    const used = async () => (await org.call('GET', '/limits')).body.DailyApiRequests.Remaining;
    const before = await used();
    const { body } = await org.call('POST', '/composite/batch', {
      batchRequests: [
        { method: 'GET', url: 'v68.0/limits' },
        { method: 'GET', url: 'v68.0/sobjects/Nothing' },
        { method: 'PATCH', url: `v68.0/sobjects/Lead/${leads[0]}`, richInput: { City: 'Batch' } },
      ],
    });
    expect(body.hasErrors).toBe(true);
    expect(body.results.map(({ statusCode }: { statusCode: number }) => statusCode)).toEqual([200, 404, 204]);
    expect(before - (await used())).toBe(2);
  });
});

describe('faults', () => {
  const QUERY = 'SELECT Id FROM Organization';

  it.each([
    [
      { kind: 'rate-limit' as const },
      403,
      'REQUEST_LIMIT_EXCEEDED',
      'ConcurrentRequests (Concurrent API) Limit exceeded.',
    ],
    [
      { kind: 'rate-limit' as const, policy: 'DAILY' as const },
      403,
      'REQUEST_LIMIT_EXCEEDED',
      'TotalRequests Limit exceeded.',
    ],
    [
      { kind: 'missing-scope' as const },
      403,
      'INSUFFICIENT_ACCESS',
      'insufficient access rights on cross-reference id',
    ],
    [{ kind: 'server-error' as const }, 500, 'UNKNOWN_EXCEPTION', 'An unexpected error occurred.'],
    [{ kind: 'server-error' as const, status: 503 }, 503, 'SERVER_UNAVAILABLE', 'An unexpected error occurred.'],
  ])('%o answer in the words of Salesforce, once', async (fault, status, errorCode, message) => {
    org.setFaults([{ route: 'GET /services/data/v68.0/query', fault }]);
    const struck = await org.query(QUERY);
    expect([struck.status, struck.body]).toEqual([status, [{ message, errorCode }]]);
    expect((await org.query(QUERY)).status).toBe(200);
  });

  it('of an expired token end the session for good', async () => {
    const own = await openOrg();
    own.setFaults([{ route: 'GET /query', fault: { kind: 'expired-token' } }]);
    expect([(await own.query(QUERY)).status, (await own.query(QUERY)).status]).toEqual([401, 401]);
    await own.close();
  });

  it('may be an HTML page or a cut connection', async () => {
    org.setFaults([
      { route: 'GET /query', fault: { kind: 'html-error' } },
      { route: 'GET /query', calls: { from: 2 }, fault: { kind: 'reset' } },
    ]);
    const page = await org.query(QUERY);
    expect([page.status, page.headers.get('content-type')]).toEqual([502, 'text/html; charset=utf-8']);
    await expect(org.query(QUERY)).rejects.toThrow();
  });

  it('lock single rows and fail single rows', async () => {
    org.setFaults([{ route: 'PATCH /composite/sobjects', fault: { kind: 'row-lock', ids: [leads[1]!] } }]);
    const locked = await scores([leads[0], leads[1]], 7);
    expect(locked.body.map(({ success }: { success: boolean }) => success)).toEqual([true, false]);
    expect(locked.body[1].errors[0].statusCode).toBe('UNABLE_TO_LOCK_ROW');
    org.setFaults([{ route: 'PATCH /composite/sobjects', fault: { kind: 'partial-failure', every: 2 } }]);
    const failed = await scores([leads[0], leads[1]], 8);
    expect(failed.body[1].errors[0].statusCode).toBe('FIELD_CUSTOM_VALIDATION_EXCEPTION');
    expect([await scoreOf(leads[0]), await scoreOf(leads[1])]).toEqual([8, null]);
  });

  it('spoil a whole call for one record, and no other call', async () => {
    org.setFaults([
      { route: '* /composite/sobjects/**', calls: { every: 1 }, fault: { kind: 'poisoned', ids: [leads[1]!] } },
      { route: 'PATCH /composite/sobjects', calls: { every: 1 }, fault: { kind: 'poisoned', ids: [leads[1]!] } },
    ]);
    const spoiled = await scores([leads[0], leads[1]], 9);
    expect(spoiled).toMatchObject({ status: 400, body: [{ errorCode: 'JSON_PARSER_ERROR' }] });
    expect(JSON.stringify(spoiled.body)).not.toContain(leads[1]);
    expect((await scores([leads[0], leads[2]], 8)).status).toBe(200);
    const read = (...ids: unknown[]) => org.call('POST', '/composite/sobjects/Lead', { ids, fields: ['Id'] });
    expect([(await read(leads[1], leads[2])).status, (await read(leads[2])).status]).toEqual([400, 200]);
    expect(await scoreOf(leads[1])).toBeNull();
  });

  it('lose the answer and not the effect', async () => {
    org.setFaults([{ route: 'PATCH /composite/sobjects', fault: { kind: 'lost-answer' } }]);
    await expect(scores([leads[2]], 9)).rejects.toThrow();
    expect(await scoreOf(leads[2])).toBe(9);
  });

  it('and calls are counted by route', async () => {
    const { byRoute, faults } = org.stats();
    expect(byRoute['PATCH /services/data/v68.0/composite/sobjects']).toBeGreaterThanOrEqual(3);
    expect(byRoute['GET /services/data/v68.0/query']).toBeGreaterThan(5);
    expect(faults).toMatchObject({ 'row-lock': 1, 'lost-answer': 1, reset: 1 });
  });
});

describe('jsforce', () => {
  it('updates collections, creates tasks and describes', async () => {
    const connection = await org.jsforce();
    const results = await connection.sobject('Lead').update(
      [
        { Id: leads[3]!, Score__c: 33 },
        { Id: '00Q4S000002sSahUAE', Score__c: 1 },
      ],
      { headers: { 'Sforce-Auto-Assign': 'FALSE' } },
    );
    expect(results.map(({ success }) => success)).toEqual([true, false]);
    expect(await scoreOf(leads[3])).toBe(33);
    const [task] = await connection.sobject('Task').create([{ WhoId: leads[3]!, Subject: 'Call', Priority: 'High' }]);
    expect((await connection.sobject('Task').retrieve(task!.id!)).WhoId).toBe(leads[3]);
    const described = await connection.describe('Lead');
    expect(described.fields.find(({ name }) => name === 'Score__c')).toMatchObject({
      type: 'double',
      updateable: true,
    });
    expect((await connection.describeGlobal()).sobjects.length).toBeGreaterThan(15);
    const many = await connection.sobject('Lead').retrieve([leads[3]!, leads[4]!]);
    expect(many.map(({ Id }) => Id)).toEqual([leads[3], leads[4]]);
  });

  it('asks what was updated and what was deleted', async () => {
    const connection = await org.jsforce();
    const now = org.clock.now().getTime();
    const [start, end] = [new Date(now - 60_000), new Date(now + 60_000)];
    expect((await connection.sobject('Lead').updated(start, end)).ids).toContain(leads[3]);
    await connection.sobject('Lead').delete(leads[5]!);
    const { deletedRecords } = await connection.sobject('Lead').deleted(start, end);
    expect(deletedRecords.map(({ id }) => id)).toEqual([leads[5]]);
  });

  it('refreshes a session that ended', async () => {
    const own = await openOrg();
    const connection = await own.jsforce();
    connection.refreshToken = 'sandbox-refresh';
    const other = new (connection.constructor as typeof import('jsforce').Connection)({
      oauth2: { loginUrl: own.url, clientId: 'sandbox-client', clientSecret: 'sandbox-secret' },
      instanceUrl: own.url,
      accessToken: connection.accessToken!,
      refreshToken: 'sandbox-refresh',
      version: '68.0',
    });
    await own.control('/salesforce/expire-sessions', {});
    expect((await other.query('SELECT Id FROM Organization')).totalSize).toBe(1);
    expect(other.accessToken).not.toBe(connection.accessToken);
    await own.close();
  });
});
