import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalId, idOf } from '../../sandbox/salesforce/ids.ts';
import { NOW, openOrg, type TestOrg } from './sandbox-salesforce-org.ts';

let org: TestOrg;
beforeAll(async () => {
  org = await openOrg();
});
afterAll(() => org.close());

describe('ids', () => {
  it('bear the checksum of their capitals', () => {
    expect(canonicalId('0014S000007Nxml')).toBe('0014S000007NxmlQAC');
    expect(canonicalId('00Q4S000002sSac')).toBe('00Q4S000002sSacUAE');
    expect(canonicalId('0054S000000JFmhQAG')).toBe('0054S000000JFmhQAG');
    expect(canonicalId('0054S000000JFmhQAA')).toBeNull();
  });

  it('sort as their rows do', () => {
    const ids = [0, 1, 61, 62, 3_843, 3_844, 1_000_000].map((row) => idOf('Lead', row));
    expect([...ids].sort()).toEqual(ids);
  });
});

describe('the people of the world', () => {
  it('are leads or contacts, and both once converted', async () => {
    const people = Array.from({ length: org.world.size }, (_, n) => org.world.person(n));
    const leads = await org.records('SELECT Id, IsConverted FROM Lead');
    const contacts = await org.records('SELECT Id FROM Contact');
    expect(leads).toHaveLength(people.filter(({ isContact }) => !isContact).length);
    expect(contacts).toHaveLength(people.filter(({ isContact, deal }) => isContact || deal !== null).length);
    const converted = people.filter(({ isContact, deal }) => !isContact && deal !== null).length;
    expect(leads.filter(({ IsConverted }) => IsConverted)).toHaveLength(converted);
    expect(converted).toBeGreaterThan(0);
  });

  it('show every activity once, as a task, an event or within a membership', async () => {
    const activities = Array.from({ length: org.world.size }, (_, n) => org.world.person(n).activities).flat();
    const [tasks, events, members] = await Promise.all([
      org.query('SELECT count() FROM Task'),
      org.query('SELECT count() FROM Event'),
      org.query('SELECT count() FROM CampaignMember'),
    ]);
    const singles = tasks.body.totalSize + events.body.totalSize;
    expect(singles).toBeLessThanOrEqual(activities.length);
    const inCampaigns = activities.length - singles;
    expect(members.body.totalSize).toBeGreaterThan(0);
    expect(members.body.totalSize).toBeLessThanOrEqual(inCampaigns);
  });

  it('won and lost deals through their contact role', async () => {
    const deals = await org.records(
      'SELECT Id, IsWon, IsClosed, (SELECT ContactId, Contact.Email FROM OpportunityContactRoles) FROM Opportunity',
    );
    const wanted = Array.from({ length: org.world.size }, (_, n) => org.world.person(n)).filter(({ deal }) => deal);
    const emails = deals.map((deal) => deal.OpportunityContactRoles.records[0].Contact.Email);
    expect(emails.sort()).toEqual(wanted.map(({ email }) => email).sort());
    expect(deals.filter(({ IsWon }) => IsWon)).toHaveLength(
      wanted.filter(({ deal }) => deal!.outcome === 'won').length,
    );
  });
});

describe('conditions', () => {
  const everybody = () => org.records('SELECT Id, Name, Title, Status, Email, CreatedDate, OwnerId FROM Lead');
  const idsOf = (records: readonly { readonly Id: string }[]) => records.map(({ Id }) => Id).sort();
  const matching = async (where: string) => idsOf(await org.records(`SELECT Id FROM Lead WHERE ${where}`));

  it.each([
    ["Status = 'open - not contacted'", (lead: Lead) => lead.Status === 'Open - Not Contacted'],
    ["Status != 'Open - Not Contacted'", (lead: Lead) => lead.Status !== 'Open - Not Contacted'],
    ['Title = null', (lead: Lead) => lead.Title === null],
    ['Title != null', (lead: Lead) => lead.Title !== null],
    ["Title LIKE '%DIRECTOR%'", (lead: Lead) => lead.Title?.toLowerCase().includes('director') === true],
    ["(NOT Title LIKE '%director%')", (lead: Lead) => lead.Title?.toLowerCase().includes('director') !== true],
    ["Name < 'M'", (lead: Lead) => lead.Name.toLowerCase() < 'm'],
    [
      "Status IN ('Open - Not Contacted', 'Closed - Converted') AND (Title = null OR Name >= 'N')",
      (lead: Lead) => lead.Status !== 'Working - Contacted' && (lead.Title === null || lead.Name.toLowerCase() >= 'n'),
    ],
    ["Status NOT IN ('Working - Contacted')", (lead: Lead) => lead.Status !== 'Working - Contacted'],
    ['CreatedDate > 2026-06-01T00:00:00+02:00', (lead: Lead) => lead.CreatedDate > '2026-05-31T22:00:00'],
    ['CreatedDate = LAST_N_DAYS:60', (lead: Lead) => lead.CreatedDate >= '2026-09-03T00:00:00'],
    ['CreatedDate < THIS_YEAR', (lead: Lead) => lead.CreatedDate < '2026-01-01T00:00:00'],
    ['CreatedDate = LAST_MONTH', (lead: Lead) => lead.CreatedDate.startsWith('2026-10')],
    ['IsConverted = true', (lead: Lead) => lead.Status === 'Closed - Converted'],
  ])('%s selects what it says', async (where, holds) => {
    const all = (await everybody()) as unknown as Lead[];
    const wanted = all.filter(holds).map(({ Id }) => Id);
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.length).toBeLessThan(all.length);
    expect(await matching(where)).toEqual(wanted.sort());
  });

  interface Lead {
    readonly Id: string;
    readonly Name: string;
    readonly Title: string | null;
    readonly Status: string;
    readonly CreatedDate: string;
  }

  it('follow a semi-join', async () => {
    const members = await org.records(
      'SELECT Id, LeadId FROM CampaignMember WHERE LeadId IN (SELECT Id FROM Lead WHERE IsConverted = true)',
    );
    const converted = new Set(await matching('IsConverted = true'));
    const all = await org.records('SELECT Id, LeadId FROM CampaignMember');
    expect(idsOf(members)).toEqual(idsOf(all.filter(({ LeadId }) => converted.has(LeadId))));
    expect(members.length).toBeGreaterThan(0);
  });

  it('find the activities of a person without reading all', async () => {
    const who = org.twin.leadId(3);
    const tasks = await org.records(`SELECT Id, WhoId, Who.Type FROM Task WHERE WhoId = '${who}'`);
    const all = await org.records('SELECT Id, WhoId FROM Task');
    expect(idsOf(tasks)).toEqual(idsOf(all.filter(({ WhoId }) => WhoId === who)));
    expect(tasks.length).toBeGreaterThan(0);
    expect(tasks[0]!.Who).toMatchObject({ Type: who.startsWith('003') ? 'Contact' : 'Lead' });
  });

  it('take an id of 15 characters for the one of 18', async () => {
    const [lead] = await everybody();
    const short = String(lead!.Id).slice(0, 15);
    expect(await matching(`Id = '${short}'`)).toEqual([lead!.Id]);
  });

  it.each([
    ["SELECT Id FROM Lead WHERE Status = 'a' AND Name = 'b' OR Title = 'c'", 'MALFORMED_QUERY'],
    ['SELECT Id FROM Lead WHERE', 'MALFORMED_QUERY'],
    ['SELECT Id, Nothing FROM Lead', 'INVALID_FIELD'],
    ["SELECT Id FROM Lead WHERE Nothing = 'a'", 'INVALID_FIELD'],
    ['SELECT Id, Id FROM Lead', 'INVALID_FIELD'],
    ["SELECT Id FROM Task WHERE Description LIKE '%a%'", 'INVALID_FIELD'],
    ["SELECT Id FROM Lead WHERE CreatedDate > '2026-01-01'", 'INVALID_FIELD'],
    ['SELECT Id FROM Lead WHERE CreatedDate > 2026-01-01', 'INVALID_FIELD'],
    ["SELECT Id FROM Lead WHERE Id = 'abc'", 'INVALID_QUERY_FILTER_OPERATOR'],
    ['SELECT Id FROM Leed', 'INVALID_TYPE'],
    ['SELECT Id FROM Lead LIMIT 10 OFFSET 2001', 'NUMBER_OUTSIDE_VALID_RANGE'],
    ['SELECT FIELDS(ALL) FROM Lead', 'MALFORMED_QUERY'],
  ])('%s is refused with %s', async (soql, code) => {
    const { status, body } = await org.query(soql);
    expect([status, body[0].errorCode]).toEqual([400, code]);
  });
});

describe('order, limit and pages', () => {
  it('order by several fields, empty values first', async () => {
    const leads = await org.records('SELECT Id, Title, Name FROM Lead ORDER BY Title, Name DESC');
    const titles = leads.map(({ Title }) => (Title ?? '').toLowerCase());
    expect(titles).toEqual([...titles].sort());
    const [first, second] = leads.filter(({ Title }) => Title === null).map(({ Name }) => String(Name).toLowerCase());
    expect(first! >= second!).toBe(true);
  });

  it('count after limit and offset', async () => {
    const { body } = await org.query('SELECT Id FROM Lead ORDER BY SystemModstamp DESC, Id DESC LIMIT 5 OFFSET 2');
    const all = await org.records('SELECT Id, SystemModstamp FROM Lead ORDER BY SystemModstamp DESC, Id DESC');
    expect(body.totalSize).toBe(5);
    expect(body.records.map(({ Id }: { Id: string }) => Id)).toEqual(all.slice(2, 7).map(({ Id }) => Id));
  });

  it('give the same rows by locator and by keyset', async () => {
    const whole = await org.records('SELECT Id, SystemModstamp FROM Task ORDER BY SystemModstamp, Id');
    const seen: unknown[] = [];
    for (let place = ''; ; ) {
      const soql = `SELECT Id, SystemModstamp FROM Task ${place} ORDER BY SystemModstamp, Id LIMIT 700`;
      const { body } = await org.query(soql);
      if (body.records.length === 0) break;
      seen.push(...body.records.map(({ Id }: { Id: string }) => Id));
      const { SystemModstamp: stamp, Id } = body.records.at(-1);
      place = `WHERE (SystemModstamp = ${stamp} AND Id > '${Id}') OR SystemModstamp > ${stamp}`;
    }
    expect(seen).toEqual(whole.map(({ Id }) => Id));
    expect(whole.length).toBeGreaterThan(2000);
  });

  it('fix the rows when the query runs, and read the values page by page', async () => {
    const headers = { 'Sforce-Query-Options': 'batchSize=200' };
    const soql = encodeURIComponent('SELECT Id, Subject FROM Task ORDER BY Id');
    const first = await org.call('GET', `/query?q=${soql}`, undefined, headers);
    expect(first.body.records).toHaveLength(200);
    expect(first.body.nextRecordsUrl).toMatch(/^\/services\/data\/v68\.0\/query\/0r8\w{15}-200$/);
    const all = await org.records('SELECT Id FROM Task ORDER BY Id');
    const later = String(all[205]!.Id);
    await org.call('PATCH', `/sobjects/Task/${later}`, { Subject: 'Edited since' });
    const next = await org.call('GET', first.body.nextRecordsUrl.replace('/services/data/v68.0', ''));
    expect(next.body.records[5]).toMatchObject({ Id: later, Subject: 'Edited since' });
    expect(next.body.totalSize).toBe(all.length);
  });

  it('kill a locator after two days', async () => {
    const other = await openOrg({ settings: { sessionMinutes: 10_000 } });
    const path = await locatorOf(other);
    other.clock.advance(47 * 3_600_000);
    expect((await other.call('GET', path)).status).toBe(200);
    other.clock.advance(2 * 3_600_000);
    const dead = await other.call('GET', path);
    expect([dead.status, dead.body[0].errorCode]).toEqual([400, 'INVALID_QUERY_LOCATOR']);
    await other.close();
  });

  it('kill every locator at the control', async () => {
    const path = await locatorOf(org);
    await org.control('/salesforce/expire-locators', {});
    expect((await org.call('GET', path)).body[0].errorCode).toBe('INVALID_QUERY_LOCATOR');
  });

  it('keep a page between 200 and 2,000 rows', async () => {
    const soql = encodeURIComponent('SELECT Id FROM Task');
    const sizes = [];
    for (const size of [10, 500, 9000]) {
      const headers = { 'Sforce-Query-Options': `batchSize=${size}` };
      sizes.push((await org.call('GET', `/query?q=${soql}`, undefined, headers)).body.records.length);
    }
    expect(sizes).toEqual([200, 500, 2000]);
  });

  it('refuse a request line beyond 16,384 bytes', async () => {
    const { status } = await org.query(`SELECT Id FROM Lead WHERE Name = '${'x'.repeat(17_000)}'`);
    expect([414, 431]).toContain(status);
  });
});

describe('aggregates', () => {
  it('count by group', async () => {
    const groups = await org.records('SELECT Status, COUNT(Id) n, MAX(CreatedDate) FROM Lead GROUP BY Status');
    const leads = await org.records('SELECT Id, Status, CreatedDate FROM Lead');
    for (const { attributes, Status, n, expr0 } of groups) {
      const members = leads.filter((lead) => lead.Status === Status);
      expect(attributes).toEqual({ type: 'AggregateResult' });
      expect([n, expr0]).toEqual([
        members.length,
        members
          .map(({ CreatedDate }) => CreatedDate)
          .sort()
          .at(-1),
      ]);
    }
    expect(groups.length).toBeGreaterThan(1);
  });

  it('answer count() without records', async () => {
    const { body } = await org.query('SELECT count() FROM User WHERE IsActive = false');
    expect(body).toEqual({
      totalSize: org.world.reps.filter(({ isActive }) => !isActive).length,
      done: true,
      records: [],
    });
  });
});

describe('jsforce', () => {
  it('queries with parents and further pages', async () => {
    const connection = await org.jsforce();
    const first = await connection.query('SELECT Id, Subject, Owner.Name FROM Task');
    expect(first.done).toBe(false);
    const second = await connection.queryMore(first.nextRecordsUrl!);
    expect(first.records.length + second.records.length).toBe(Math.min(first.totalSize, 4000));
    expect(first.records[0]!.Owner).toMatchObject({ attributes: { type: 'Name' }, Name: expect.any(String) });
    expect(connection.limitInfo.apiUsage?.limit).toBe(1_000_000);
  });

  it('hears what is wrong with a query', async () => {
    const connection = await org.jsforce();
    await expect(connection.query('SELECT Nope FROM Lead')).rejects.toMatchObject({ errorCode: 'INVALID_FIELD' });
  });
});

it('Every answer bears sandbox time and the use of the daily limit', async () => {
  const { headers } = await org.query('SELECT Id FROM Organization');
  expect(headers.get('date')).toBe(NOW.toUTCString());
  expect(headers.get('sforce-limit-info')).toMatch(/^api-usage=\d+\/1000000$/);
});

async function locatorOf(each: TestOrg): Promise<string> {
  const { body } = await each.query('SELECT Id FROM Task');
  return body.nextRecordsUrl.replace('/services/data/v68.0', '');
}
