import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeField, openOrg, type TestOrg } from './sandbox-salesforce-org.ts';

const FALSE = { 'Sforce-Auto-Assign': 'FALSE' };

let org: TestOrg;
let leads: string[];
beforeAll(async () => {
  org = await openOrg();
  leads = (await org.records('SELECT Id FROM Lead WHERE IsConverted = false ORDER BY Id')).map(({ Id }) => String(Id));
  const score = { label: 'Score', type: 'Number', precision: 5, scale: 2 };
  for (const object of ['Lead', 'Contact']) await makeField(org, `${object}.Score__c`, score);
});
afterAll(() => org.close());

const one = async (soql: string, mode?: 'queryAll') => (await org.records(soql, mode))[0]!;
const countOf = async (soql: string) => (await org.query(soql)).body.totalSize;
/** A lead with activities and a membership, and its person. */
async function busyLead(): Promise<{ id: string; person: number }> {
  const members = await org.records('SELECT LeadId FROM CampaignMember WHERE Lead.IsConverted = false');
  for (const { LeadId } of members) {
    const id = String(LeadId);
    const isFree = await countOf(`SELECT count() FROM Lead WHERE Id = '${id}' AND IsConverted = false`);
    if (isFree === 1 && (await countOf(`SELECT count() FROM Task WHERE WhoId = '${id}'`)) > 0) {
      const person = Array.from({ length: org.world.size }, (_, n) => n).find((n) => org.twin.leadId(n) === id);
      return { id, person: person! };
    }
  }
  throw new Error('the world has no such lead');
}

describe('a conversion', () => {
  it('makes contact, account and opportunity, and takes fields, activities and memberships along', async () => {
    const { id, person } = await busyLead();
    await org.call('PATCH', `/sobjects/Lead/${id}`, { Score__c: 42 }, FALSE);
    const tasks = await countOf(`SELECT count() FROM Task WHERE WhoId = '${id}'`);
    const { body } = await org.control('/salesforce/convert', { leadId: id });
    const lead = await one(
      `SELECT IsConverted, Status, ConvertedDate, ConvertedContactId, ConvertedAccountId, ConvertedOpportunityId, Company FROM Lead WHERE Id = '${id}'`,
    );
    expect(lead).toMatchObject({
      IsConverted: true,
      Status: 'Closed - Converted',
      ConvertedDate: '2026-11-02',
      ConvertedContactId: body.contactId,
      ConvertedAccountId: body.accountId,
      ConvertedOpportunityId: body.opportunityId,
    });
    const contact = await one(`SELECT Score__c, Account.Name FROM Contact WHERE Id = '${body.contactId}'`);
    expect(contact).toMatchObject({ Score__c: 42, Account: { Name: lead.Company } });
    expect(await countOf(`SELECT count() FROM Task WHERE WhoId = '${body.contactId}'`)).toBe(tasks);
    expect(await countOf(`SELECT count() FROM Task WHERE WhoId = '${id}'`)).toBe(0);
    const member = await one(`SELECT LeadId, ContactId, Type FROM CampaignMember WHERE LeadId = '${id}' LIMIT 1`);
    expect(member).toMatchObject({ LeadId: id, ContactId: body.contactId, Type: 'Contact' });
    const role = await one(
      `SELECT ContactId FROM OpportunityContactRole WHERE OpportunityId = '${body.opportunityId}'`,
    );
    expect(role.ContactId).toBe(body.contactId);
    const refused = await org.call('PATCH', `/sobjects/Lead/${id}`, { City: 'Rome' }, FALSE);
    expect(refused.body[0]).toMatchObject({
      errorCode: 'CANNOT_UPDATE_CONVERTED_LEAD',
      message: 'cannot reference converted lead',
    });
    expect(org.twin.leadId(person)).toBe(body.contactId);
    expect((await org.control('/salesforce/convert', { leadId: id })).status).toBe(400);
  });
});

describe('a merge', () => {
  it('deletes the loser, which names its master, and moves the activities', async () => {
    const { id: loser, person } = await busyLead();
    const winner = leads.at(-1)!;
    const own = await countOf(`SELECT count() FROM Task WHERE WhoId = '${winner}'`);
    const others = await countOf(`SELECT count() FROM Task WHERE WhoId = '${loser}'`);
    org.clock.advance(60_000);
    expect((await org.control('/merge', { winner, loser })).body).toEqual({ id: winner });
    const gone = await one(`SELECT IsDeleted, MasterRecordId FROM Lead WHERE Id = '${loser}'`, 'queryAll');
    expect(gone).toMatchObject({ IsDeleted: true, MasterRecordId: winner });
    expect(await org.records(`SELECT Id FROM Lead WHERE Id = '${loser}'`)).toEqual([]);
    expect(await countOf(`SELECT count() FROM Task WHERE WhoId = '${winner}'`)).toBe(own + others);
    const stamp = `${org.clock.now().toISOString().slice(0, 19)}.000+0000`;
    expect((await one(`SELECT SystemModstamp FROM Lead WHERE Id = '${winner}'`)).SystemModstamp).toBe(stamp);
    expect(org.twin.leadId(person)).toBe(winner);
    expect((await org.control('/merge', { winner, loser: winner })).status).toBe(400);

    const membersOf = (id: string) => countOf(`SELECT count() FROM CampaignMember WHERE LeadId = '${id}'`);
    for (const campaign of [0, 1, 2, 3, 4, 5]) {
      org.twin.addActivity(person, { type: 'webinar_attendance', at: org.clock.now(), campaign });
    }
    expect([await membersOf(loser), (await membersOf(winner)) >= 6]).toEqual([0, true]);
  });
});

describe('edits by users', () => {
  it('bear one stamp and the user, and leave the owner alone', async () => {
    org.clock.advance(60_000);
    const ids = leads.slice(20, 30);
    const before = await org.records(`SELECT OwnerId FROM Lead WHERE Id IN ('${ids.join("','")}') ORDER BY Id`);
    await org.control('/edit', { ids, values: { Title: 'Head of Sales', DoNotCall: 'true' }, by: 'somebody' });
    const after = await org.records(
      `SELECT OwnerId, Title, DoNotCall, SystemModstamp, LastModifiedById FROM Lead WHERE Id IN ('${ids.join("','")}') ORDER BY Id`,
    );
    expect(after.map(({ OwnerId }) => OwnerId)).toEqual(before.map(({ OwnerId }) => OwnerId));
    expect(new Set(after.map(({ SystemModstamp }) => SystemModstamp)).size).toBe(1);
    expect(after.every(({ Title, DoNotCall }) => Title === 'Head of Sales' && DoNotCall === true)).toBe(true);
    const me = await one("SELECT Id FROM User WHERE Username = 'integration@sandbox.example'");
    expect(after[0]!.LastModifiedById).not.toBe(me.Id);
  });

  it('delete a lead with its activities', async () => {
    const { id } = await busyLead();
    await org.control('/delete', { id });
    expect(await countOf(`SELECT count() FROM Task WHERE WhoId = '${id}'`)).toBe(0);
    expect(await countOf(`SELECT count() FROM Lead WHERE Id = '${id}'`)).toBe(0);
    const deleted = await org.call('PATCH', '/composite/sobjects', {
      records: [{ attributes: { type: 'Lead' }, id, City: 'Rome' }],
    });
    expect(deleted.body[0].errors[0].statusCode).toBe('ENTITY_IS_DELETED');
  });
});

describe('new activities', () => {
  it('come as tasks that were closed when they happened and modified now', async () => {
    org.clock.advance(60_000);
    const at = new Date('2026-11-01T08:00:00Z');
    org.twin.addActivity(4, { type: 'page_view', at, page: '/pricing' });
    const who = org.twin.leadId(4);
    const task = await one(
      `SELECT Subject, Description, CompletedDateTime, SystemModstamp, IsClosed FROM Task WHERE WhoId = '${who}' ORDER BY SystemModstamp DESC LIMIT 1`,
    );
    expect(task).toMatchObject({
      Subject: 'Web: Page viewed: /pricing',
      Description: 'Page: /pricing',
      CompletedDateTime: '2026-11-01T08:00:00.000+0000',
      SystemModstamp: `${org.clock.now().toISOString().slice(0, 19)}.000+0000`,
      IsClosed: true,
    });
  });

  it('come as meetings and as campaign responses', async () => {
    const at = org.clock.now();
    const who = org.twin.leadId(5);
    org.twin.addActivity(5, { type: 'meeting_held', at });
    expect((await one(`SELECT Subject FROM Event WHERE WhoId = '${who}' ORDER BY Id DESC LIMIT 1`)).Subject).toBe(
      'Meeting held',
    );
    const webinar = org.world.campaigns.find(({ type }) => type === 'webinar')!.n;
    org.twin.addActivity(5, { type: 'webinar_registration', at, campaign: webinar });
    org.twin.addActivity(5, { type: 'webinar_attendance', at, campaign: webinar });
    const field = who.startsWith('003') ? 'ContactId' : 'LeadId';
    const members = await org.records(
      `SELECT Status, HasResponded, Campaign.Type FROM CampaignMember WHERE ${field} = '${who}' AND Campaign.Type = 'Webinar' AND Campaign.Name = '${org.world.campaigns[webinar]!.name}'`,
    );
    expect(members).toMatchObject([{ Status: 'Attended', HasResponded: true, Campaign: { Type: 'Webinar' } }]);
  });
});

describe('the picture of the org', () => {
  it('is the same for two orgs that were written to alike, and shows what was written', async () => {
    const pictures = [];
    for (const _ of [1, 2]) {
      const each = await openOrg();
      await makeField(each, 'Lead.Score__c', { label: 'Score', type: 'Number', precision: 5, scale: 2 });
      await each.call('PATCH', `/sobjects/Lead/${leads[0]}`, { Score__c: 71 }, FALSE);
      await each.call('POST', '/sobjects/Task', { Subject: 'Call', WhoId: leads[0], ActivityDate: '2026-11-03' });
      pictures.push(each.twin.state());
      await each.close();
    }
    expect(JSON.stringify(pictures[0])).toBe(JSON.stringify(pictures[1]));
    expect(pictures[0]!.leads.find(({ crmId }) => crmId === leads[0])!.values).toEqual({ Score__c: '71' });
    expect(pictures[0]!.tasks).toMatchObject([
      { leads: [leads[0]], subject: 'Call', dueAt: '2026-11-03', priority: 'Normal' },
    ]);
  });
});
