import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeField, openOrg, showField, type TestOrg } from './sandbox-salesforce-org.ts';

const FALSE = { 'Sforce-Auto-Assign': 'FALSE' };
const SCORE = { label: 'Score', type: 'Number', precision: 5, scale: 2 };

let org: TestOrg;
let leads: string[];
let converted: string;
let repId: string;
let inactiveId: string;
beforeAll(async () => {
  org = await openOrg();
  leads = (await org.records('SELECT Id FROM Lead WHERE IsConverted = false ORDER BY Id')).map(({ Id }) => String(Id));
  converted = String((await org.records('SELECT Id FROM Lead WHERE IsConverted = true LIMIT 1'))[0]!.Id);
  repId = String((await org.records('SELECT Id FROM User WHERE IsActive = true ORDER BY Id LIMIT 1'))[0]!.Id);
  inactiveId = String((await org.records('SELECT Id FROM User WHERE IsActive = false LIMIT 1'))[0]!.Id);
  await makeField(org, 'Lead.Score__c', SCORE);
});
afterAll(() => org.close());

const lead = (values: object) => ({ attributes: { type: 'Lead' }, ...values });
const patch = (records: object[], allOrNone = false, headers: Record<string, string> = FALSE) =>
  org.call('PATCH', '/composite/sobjects', { allOrNone, records }, headers);
const codesOf = (body: readonly { readonly errors: readonly { readonly statusCode: string }[] }[]) =>
  body.map(({ errors }) => errors[0]?.statusCode ?? 'ok');

describe('collections', () => {
  it('answer 200 with a result a row in order, failed ones without an id', async () => {
    const records = [
      lead({ id: leads[0], Score__c: 12.345 }),
      lead({ id: leads[1], Email: 'badone' }),
      lead({ id: leads[2], LastName: null }),
      lead({ id: converted, Score__c: 1 }),
      lead({ id: '00Q4S000002sSahUAE', Score__c: 1 }),
      lead({ id: 'abc', Score__c: 1 }),
      lead({ id: leads[3], Score__c: 1000 }),
      lead({ id: leads[4], City: 'x'.repeat(41) }),
      lead({ id: leads[5], Name: 'Read only' }),
      lead({ id: leads[6], OwnerId: inactiveId }),
      lead({ id: leads[7], OwnerId: leads[0] }),
      lead({ id: leads[0], Score__c: 2 }),
    ];
    const { status, body } = await patch(records);
    expect(status).toBe(200);
    expect(codesOf(body)).toEqual([
      'ok',
      'INVALID_EMAIL_ADDRESS',
      'REQUIRED_FIELD_MISSING',
      'CANNOT_UPDATE_CONVERTED_LEAD',
      'INVALID_CROSS_REFERENCE_KEY',
      'MALFORMED_ID',
      'NUMBER_OUTSIDE_VALID_RANGE',
      'STRING_TOO_LONG',
      'INVALID_FIELD_FOR_INSERT_UPDATE',
      'INACTIVE_OWNER_OR_USER',
      'MALFORMED_ID',
      'DUPLICATE_VALUE',
    ]);
    expect(body[0]).toEqual({ id: leads[0], success: true, errors: [] });
    expect(body[1]).toEqual({
      success: false,
      errors: [
        { statusCode: 'INVALID_EMAIL_ADDRESS', message: 'Email: invalid email address: badone', fields: ['Email'] },
      ],
    });
    expect(body[2].errors[0].message).toBe('Required fields are missing: [LastName]');
    expect(body[3].errors[0]).toMatchObject({ message: 'cannot reference converted lead', fields: [] });
    const [stored] = await org.records(`SELECT Score__c FROM Lead WHERE Id = '${leads[0]}'`);
    expect(stored!.Score__c).toBe(12.35);
  });

  it('fail as a whole for an unknown field, a text in a number, or a record without a type', async () => {
    const unknown = await patch([lead({ id: leads[0], Nothing__c: 1 })]);
    expect([unknown.status, unknown.body[0].errorCode]).toEqual([400, 'INVALID_FIELD']);
    expect(unknown.body[0].message).toBe("No such column 'Nothing__c' on sobject of type Lead");
    const mistyped = await patch([lead({ id: leads[0], Score__c: 'much' })]);
    expect(mistyped.body[0].errorCode).toBe('JSON_PARSER_ERROR');
    const untyped = await patch([{ id: leads[0], Score__c: 1 }]);
    expect(untyped.body[0].errorCode).toBe('JSON_PARSER_ERROR');
  });

  it('take 200 records and not one more', async () => {
    const many = (count: number) => Array.from({ length: count }, (_, n) => lead({ id: leads[n % 150], Score__c: 1 }));
    expect((await patch(many(200))).status).toBe(200);
    const tooMany = await patch(many(201));
    expect([tooMany.status, tooMany.body[0].errorCode]).toEqual([400, 'EXCEEDED_ID_LIMIT']);
  });

  it('take everything back when all or none is asked for', async () => {
    await patch([lead({ id: leads[8], Score__c: 5 })]);
    const { body } = await patch([lead({ id: leads[8], Score__c: 6 }), lead({ id: leads[9], Score__c: 9999 })], true);
    expect(codesOf(body)).toEqual(['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'NUMBER_OUTSIDE_VALID_RANGE']);
    const [row] = await org.records(`SELECT Score__c FROM Lead WHERE Id = '${leads[8]}'`);
    expect(row!.Score__c).toBe(5);
  });

  it('retrieve by body in the order asked, null for what is gone', async () => {
    const ids = [leads[3], '00Q4S000002sSahUAE', leads[2]];
    const { body } = await org.call('POST', '/composite/sobjects/Lead', { ids, fields: ['Id', 'Status'] });
    expect(body.map((each: { Id: string } | null) => each?.Id ?? null)).toEqual([leads[3], null, leads[2]]);
    const byQuery = await org.call('GET', `/composite/sobjects/Lead?ids=${leads[3]},${leads[2]}&fields=Status`);
    expect(byQuery.body).toHaveLength(2);
  });

  it('insert, upsert by external id and delete', async () => {
    await makeField(org, 'Lead.Outside__c', { label: 'Outside', type: 'Text', length: 20, externalId: true });
    const made = await org.call('POST', '/composite/sobjects', {
      records: [lead({ LastName: 'New', Company: 'Fern', Outside__c: 'a-1' }), lead({ LastName: 'Companyless' })],
    });
    expect(codesOf(made.body)).toEqual(['ok', 'REQUIRED_FIELD_MISSING']);
    const upserted = await org.call('PATCH', '/composite/sobjects/Lead/Outside__c', {
      records: [lead({ Outside__c: 'a-1', City: 'Bonn' }), lead({ Outside__c: 'a-2', LastName: 'B', Company: 'C' })],
    });
    expect(upserted.body.map(({ created }: { created: boolean }) => created)).toEqual([false, true]);
    expect(upserted.body[0].id).toBe(made.body[0].id);
    const ids = `${made.body[0].id},${upserted.body[1].id},${made.body[0].id}`;
    const gone = await org.call('DELETE', `/composite/sobjects?ids=${ids}`);
    expect(codesOf(gone.body)).toEqual(['ok', 'ok', 'ENTITY_IS_DELETED']);
    const seen = await org.records("SELECT Id, IsDeleted FROM Lead WHERE Outside__c LIKE 'a-%'", 'queryAll');
    expect(seen.map(({ IsDeleted }) => IsDeleted)).toEqual([true, true]);
    expect(await org.records("SELECT Id FROM Lead WHERE Outside__c LIKE 'a-%'")).toEqual([]);
  });
});

describe('single records', () => {
  it('are made, read, changed and deleted', async () => {
    const made = await org.call('POST', '/sobjects/Lead', { LastName: 'Solo', Company: 'Solo' }, FALSE);
    expect([made.status, made.body]).toEqual([201, { id: made.body.id, success: true, errors: [] }]);
    expect(made.headers.get('location')).toBe(`/services/data/v68.0/sobjects/Lead/${made.body.id}`);
    const path = `/sobjects/Lead/${made.body.id}`;
    expect((await org.call('PATCH', path, { FirstName: 'Han' }, FALSE)).status).toBe(204);
    const read = await org.call('GET', path);
    expect(read.body).toMatchObject({ Name: 'Han Solo', Status: 'Open - Not Contacted', IsConverted: false });
    expect((await org.call('GET', `${path}?fields=Name,Owner.Name`)).body).toMatchObject({ Name: 'Integration User' });
    expect((await org.call('DELETE', path)).status).toBe(204);
    expect((await org.call('GET', path)).body[0].errorCode).toBe('ENTITY_IS_DELETED');
    expect((await org.call('PATCH', path, { FirstName: 'Ben' })).status).toBe(404);
  });

  it('answer 404 for one that never was', async () => {
    const { status, body } = await org.call('GET', '/sobjects/Lead/00Q4S000002sSahUAE');
    expect([status, body]).toEqual([
      404,
      [{ errorCode: 'NOT_FOUND', message: 'The requested resource does not exist' }],
    ]);
  });

  it('name the methods that a resource has', async () => {
    const { status, body } = await org.call('PUT', `/sobjects/Lead/${leads[0]}`, {});
    expect([status, body[0].errorCode]).toEqual([405, 'METHOD_NOT_ALLOWED']);
  });

  it('refuse a change of what changed since', async () => {
    const headers = { 'If-Unmodified-Since': 'Wed, 01 Jan 2020 00:00:00 GMT' };
    expect((await org.call('PATCH', `/sobjects/Lead/${leads[0]}`, { City: 'Ulm' }, headers)).status).toBe(412);
  });
});

describe('assignment rules', () => {
  const ownerOf = async (id: string) => (await org.records(`SELECT OwnerId FROM Lead WHERE Id = '${id}'`))[0]!.OwnerId;

  it('move the owner at a create and at an update', async () => {
    await patch([lead({ id: leads[10], OwnerId: repId })]);
    await patch([lead({ id: leads[10], Score__c: 3 })], false, {});
    expect(await ownerOf(leads[10]!)).toMatch(/^00G/);
    const made = await org.call('POST', '/sobjects/Lead', { LastName: 'A', Company: 'B', OwnerId: repId });
    expect(await ownerOf(made.body.id)).toMatch(/^00G/);
  });

  it('leave the owner alone with Sforce-Auto-Assign FALSE', async () => {
    await patch([lead({ id: leads[11], OwnerId: repId })]);
    await patch([lead({ id: leads[11], Score__c: 3 })]);
    expect(await ownerOf(leads[11]!)).toBe(repId);
  });
});

describe('stamps', () => {
  it('are whole seconds, name the writer, and move at every write', async () => {
    org.clock.advance(61_500);
    await patch([lead({ id: leads[12], Score__c: 3 })]);
    const [row] = await org.records(
      `SELECT SystemModstamp, LastModifiedDate, LastModifiedBy.Name FROM Lead WHERE Id = '${leads[12]}'`,
    );
    const second = `${org.clock.now().toISOString().slice(0, 19)}.000+0000`;
    expect(row).toMatchObject({ SystemModstamp: second, LastModifiedDate: second });
    expect(row!.LastModifiedBy).toMatchObject({ Name: 'Integration User' });
    org.clock.advance(1_000);
    await patch([lead({ id: leads[12], Score__c: 3 })]);
    const again = await org.records(`SELECT SystemModstamp FROM Lead WHERE Id = '${leads[12]}'`);
    expect(String(again[0]!.SystemModstamp) > second).toBe(true);
  });

  it('are one and the same after a mass update', async () => {
    org.clock.advance(5_000);
    const { body } = await org.control('/salesforce/stamp', { object: 'Lead', count: 150 });
    expect(body).toEqual({ stamped: 150 });
    const stamp = `${org.clock.now().toISOString().slice(0, 19)}Z`;
    const rows = await org.records(`SELECT Id FROM Lead WHERE SystemModstamp = ${stamp} ORDER BY SystemModstamp, Id`);
    expect(rows).toHaveLength(150);
    expect(new Set(rows.map(({ Id }) => Id)).size).toBe(150);
  });

  it('find what changed and what was deleted within an interval', async () => {
    const start = new Date(org.clock.now().getTime() - 60_000).toISOString();
    org.clock.advance(120_000);
    const end = org.clock.now().toISOString();
    await patch([lead({ id: leads[13], Score__c: 4 })]);
    await org.call('DELETE', `/sobjects/Lead/${leads[14]}`);
    const span = `start=${encodeURIComponent(start)}&end=${encodeURIComponent(new Date(Date.parse(end) + 60_000).toISOString())}`;
    const updated = await org.call('GET', `/sobjects/Lead/updated/?${span}`);
    expect(updated.body.ids).toContain(leads[13]);
    expect(updated.body.ids).not.toContain(leads[14]);
    const deleted = await org.call('GET', `/sobjects/Lead/deleted/?${span}`);
    expect(deleted.body.deletedRecords.map(({ id }: { id: string }) => id)).toContain(leads[14]);
    const early = `start=2026-01-01T00:00:00Z&end=${end}`;
    expect((await org.call('GET', `/sobjects/Lead/updated?${early}`)).body[0].errorCode).toBe(
      'INVALID_REPLICATION_DATE',
    );
  });
});

describe('activities', () => {
  const task = (values: object) => org.call('POST', '/sobjects/Task', { Subject: 'Call back', ...values });

  it('take a reminder and an owner, and show as open', async () => {
    const made = await task({
      WhoId: leads[15],
      OwnerId: repId,
      ActivityDate: '2026-11-03',
      Priority: 'High',
      IsReminderSet: true,
      ReminderDateTime: '2026-11-03T09:30:00Z',
    });
    const { body } = await org.call('GET', `/sobjects/Task/${made.body.id}`);
    expect(body).toMatchObject({
      Status: 'Not Started',
      IsClosed: false,
      IsHighPriority: true,
      ReminderDateTime: '2026-11-03T09:30:00.000+0000',
      TaskSubtype: 'Task',
    });
    await org.call('PATCH', `/sobjects/Task/${made.body.id}`, { Status: 'Completed' });
    expect((await org.call('GET', `/sobjects/Task/${made.body.id}`)).body).toMatchObject({ IsClosed: true });
    const found = await org.records(`SELECT Id FROM Task WHERE WhoId IN ('${leads[15]}') AND Subject = 'Call back'`);
    expect(found.map(({ Id }) => Id)).toEqual([made.body.id]);
  });

  it.each([
    [
      'a lead together with an account',
      () => ({ WhoId: leads[15], WhatId: '001Sb0000000000IAA' }),
      'FIELD_INTEGRITY_EXCEPTION',
    ],
    ['a converted lead', () => ({ WhoId: converted }), 'CANNOT_UPDATE_CONVERTED_LEAD'],
    ['an inactive owner', () => ({ OwnerId: inactiveId }), 'INACTIVE_OWNER_OR_USER'],
    ['an unknown subtype', () => ({ TaskSubtype: 'Fax' }), 'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST'],
    ['a person of another org', () => ({ WhoId: '00Q4S000002sSahUAE' }), 'INVALID_CROSS_REFERENCE_KEY'],
  ])('refuse %s', async (_what, values, code) => {
    const { status, body } = await task(values());
    expect([status, body[0].errorCode]).toEqual([400, code]);
  });

  it('hide those closed a year ago from query, and show them to queryAll', async () => {
    const other = await openOrg({ settings: { sessionMinutes: 1_000_000 } });
    const before = (await other.query('SELECT count() FROM Task')).body.totalSize;
    other.clock.advance(300 * 86_400_000);
    const after = (await other.query('SELECT count() FROM Task')).body.totalSize;
    expect(after).toBeLessThan(before);
    expect((await other.query('SELECT count() FROM Task', 'queryAll')).body.totalSize).toBe(before);
    await other.close();
  });
});

describe('campaign members', () => {
  it('respond by a status of their campaign, once a campaign', async () => {
    const made = await org.call('POST', '/sobjects/Campaign', { Name: 'Autumn' });
    const status = { CampaignId: made.body.id, Label: 'Came', HasResponded: true };
    await org.call('POST', '/sobjects/CampaignMemberStatus', status);
    const member = { CampaignId: made.body.id, LeadId: leads[16], Status: 'Came' };
    const joined = await org.call('POST', '/sobjects/CampaignMember', member);
    expect((await org.call('GET', `/sobjects/CampaignMember/${joined.body.id}`)).body).toMatchObject({
      HasResponded: true,
      FirstRespondedDate: org.clock.now().toISOString().slice(0, 10),
      LeadOrContactId: leads[16],
    });
    expect((await org.call('POST', '/sobjects/CampaignMember', member)).body[0].errorCode).toBe('DUPLICATE_VALUE');
  });
});

describe('field-level security', () => {
  it('hides a new field from reads, writes and describe until a permission set shows it', async () => {
    const made = await org.call('POST', '/tooling/sobjects/CustomField', {
      FullName: 'Lead.Hidden__c',
      Metadata: SCORE,
    });
    expect(made.status).toBe(201);
    const names = async () => {
      const { body } = await org.call('GET', '/sobjects/Lead/describe');
      return body.fields.map(({ name }: { name: string }) => name);
    };
    expect(await names()).not.toContain('Hidden__c');
    expect((await org.query('SELECT Hidden__c FROM Lead')).body[0].errorCode).toBe('INVALID_FIELD');
    expect((await patch([lead({ id: leads[0], Hidden__c: 1 })])).body[0].errorCode).toBe('INVALID_FIELD');
    await showField(org, 'Lead.Hidden__c', false);
    expect(await names()).toContain('Hidden__c');
    const readOnly = await patch([lead({ id: leads[0], Hidden__c: 1 })]);
    expect(codesOf(readOnly.body)).toEqual(['INVALID_FIELD_FOR_INSERT_UPDATE']);
  });

  it('knows a field by name that is taken, and how many more fit', async () => {
    const field = { FullName: 'Lead.Score__c', Metadata: SCORE };
    const again = await org.call('POST', '/tooling/sobjects/CustomField', field);
    expect([again.status, again.body[0].errorCode]).toEqual([400, 'DUPLICATE_DEVELOPER_NAME']);
    const limit = "SELECT Label, Max, Remaining FROM EntityLimit WHERE EntityDefinitionId = 'Lead'";
    const room = await org.call('GET', `/tooling/query?q=${encodeURIComponent(limit)}`);
    expect(room.body.records[0]).toMatchObject({ Label: 'Custom Fields', Max: 500 });
    const soql = "SELECT Id, DeveloperName, TableEnumOrId FROM CustomField WHERE DeveloperName = 'Score'";
    const found = await org.call('GET', `/tooling/query?q=${encodeURIComponent(soql)}`);
    expect(found.body.records[0]).toMatchObject({ DeveloperName: 'Score', TableEnumOrId: 'Lead' });
    expect((await org.query(soql)).body[0].errorCode).toBe('INVALID_TYPE');
  });

  it.each([
    ['Lead.Bad__Name__c', SCORE, 'INVALID_FULLNAME'],
    ['Lead.NoSuffix', SCORE, 'INVALID_FULLNAME'],
    ['Lead.NoLength__c', { label: 'a', type: 'Text' }, 'FIELD_INTEGRITY_EXCEPTION'],
    ['Lead.NoDefault__c', { label: 'a', type: 'Checkbox' }, 'FIELD_INTEGRITY_EXCEPTION'],
    ['Lead.NoLabel__c', { type: 'DateTime' }, 'REQUIRED_FIELD_MISSING'],
    ['Nothing.Field__c', SCORE, 'INVALID_TYPE'],
  ])('refuses the field %s', async (FullName, Metadata, code) => {
    const { body } = await org.call('POST', '/tooling/sobjects/CustomField', { FullName, Metadata });
    expect(body[0].errorCode).toBe(code);
  });

  it('holds values of every type that a score needs', async () => {
    const valueSetDefinition = { sorted: false, value: [{ fullName: 'hot', label: 'hot', default: false }] };
    await makeField(org, 'Contact.Band__c', {
      label: 'Band',
      type: 'Picklist',
      valueSet: { restricted: true, valueSetDefinition },
    });
    await makeField(org, 'Contact.Why__c', { label: 'Why', type: 'LongTextArea', length: 1000, visibleLines: 3 });
    await makeField(org, 'Contact.At__c', { label: 'At', type: 'DateTime' });
    await makeField(org, 'Contact.Is__c', { label: 'Is', type: 'Checkbox', defaultValue: false });
    const [contact] = await org.records('SELECT Id FROM Contact LIMIT 1');
    const path = `/sobjects/Contact/${contact!.Id}`;
    const values = { Band__c: 'hot', Why__c: 'a\nb', At__c: '2026-11-02T12:00:00.750+02:00', Is__c: true };
    expect((await org.call('PATCH', path, values)).status).toBe(204);
    expect((await org.call('GET', path)).body).toMatchObject({ ...values, At__c: '2026-11-02T10:00:00.000+0000' });
    const restricted = await org.call('PATCH', path, { Band__c: 'tepid' });
    expect(restricted.body[0].errorCode).toBe('INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST');
    expect((await org.query("SELECT Id FROM Contact WHERE Why__c = 'a'")).body[0].errorCode).toBe('INVALID_FIELD');
  });
});
