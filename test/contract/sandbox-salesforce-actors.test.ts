import { afterEach, describe, expect, it } from 'vitest';
import { openOrg, type TestOrg } from './sandbox-salesforce-org.ts';

const open: TestOrg[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((org) => org.close()));
});

async function anOrg(settings: Record<string, unknown> = {}) {
  const org = await openOrg({ settings });
  open.push(org);
  const [lead] = await org.records('SELECT Id FROM Lead WHERE IsConverted = false LIMIT 1');
  return { org, leadId: String(lead!.Id) };
}

describe('somebody else in the local Salesforce', () => {
  it.each([
    ['user', { UserType: 'Standard', Profile: { UserLicense: { Name: 'Salesforce' } } }],
    ['rep.3@sales.example', { Email: 'rep.3@sales.example' }],
    ['workflow', { UserType: 'AutomatedProcess', Profile: null }],
    ['integration', { UserType: 'Standard', Profile: { UserLicense: { Name: 'Salesforce Integration' } } }],
    ['import', { UserType: 'Standard', Profile: { UserLicense: { Name: 'Salesforce' } } }],
  ])('stands on the record as its latest writer: %s', async (by, user) => {
    const { org, leadId } = await anOrg();
    await org.control('/edit', { ids: [leadId], values: { Title: 'Chief' }, by });
    const fields = 'Email, UserType, Profile.UserLicense.Name';
    const writer = `(SELECT LastModifiedById FROM Lead WHERE Id = '${leadId}')`;
    expect(await org.records(`SELECT ${fields} FROM User WHERE Id IN ${writer}`)).toMatchObject([user]);
  });

  it('changes tasks, too', async () => {
    const { org } = await anOrg();
    const { body } = await org.call('POST', '/sobjects/Task', { Subject: 'Call' });
    await org.control('/edit-tasks', { ids: [body.id], values: { Subject: 'Visit' }, by: 'workflow' });
    const [task] = await org.records(`SELECT Subject, CreatedById, LastModifiedById FROM Task WHERE Id = '${body.id}'`);
    expect(task).toMatchObject({ Subject: 'Visit' });
    expect(task.LastModifiedById).not.toBe(task.CreatedById);
  });
});

describe('the history of a field in the local Salesforce', () => {
  const SOQL = 'SELECT Field, OldValue, NewValue, CreatedById FROM LeadHistory ORDER BY CreatedDate';

  it('is kept for tracked fields only, whoever changes them', async () => {
    const { org, leadId } = await anOrg({ trackedFields: ['Lead.Status'] });
    const values = { Status: 'Working - Contacted', Title: 'Chief' };
    await org.call('PATCH', `/sobjects/Lead/${leadId}`, { ...values, Status: 'Open - Not Contacted' });
    org.clock.advance(60_000);
    await org.control('/edit', { ids: [leadId], values, by: 'workflow' });
    const rows = await org.records(SOQL);
    expect(rows.at(-1)).toMatchObject({ Field: 'Status', OldValue: 'Open - Not Contacted', NewValue: values.Status });
    expect(rows.filter(({ Field }) => Field !== 'Status')).toEqual([]);
  });

  it('is empty where nothing is tracked, and for a value that stays the same', async () => {
    const { org, leadId } = await anOrg();
    await org.control('/edit', { ids: [leadId], values: { Status: 'Working - Contacted' } });
    expect(await org.records(SOQL)).toEqual([]);
  });
});
