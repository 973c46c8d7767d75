import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { SCORE_FIELDS } from '../../src/domain/score-field.ts';
import { checkConnection } from '../../src/sync/check-connection.ts';
import { aLine } from '../support/mapping-lines.ts';
import { connectorTo, MAPPING, SIGNAL } from './salesforce-fixture.ts';

let sandbox: Sandbox;

beforeEach(async () => {
  sandbox = await startSandbox({ crms: ['salesforce'], leads: 20, now: new Date('2026-11-23T09:30:00Z') });
});
afterEach(() => sandbox.close());

/** What the org and the mapping make of each other. */
const checked = (mapping: Mapping) =>
  checkConnection(connectorTo(sandbox.salesforceUrl, { mapping }), { mapping, models: [] }, SIGNAL);

const FIELD_COUNT = 2 * Object.keys(SCORE_FIELDS).length; // on Lead and on Contact

describe('provisioning Salesforce', () => {
  it('creates every field on Lead and Contact with the permission that shows it', async () => {
    const connector = connectorTo(sandbox.salesforceUrl);
    const provisioned = await connector.provision({ dryRun: false }, SIGNAL);
    expect(provisioned).toHaveLength(FIELD_COUNT + 1);
    expect(new Set(provisioned.map(({ outcome }) => outcome))).toEqual(new Set(['created']));
    expect(provisioned.at(-1)?.name).toBe('permission set Scorewire');
    expect((await connector.check(SIGNAL)).faults).toEqual([]);
  });

  it('creates nothing the second time', async () => {
    await connectorTo(sandbox.salesforceUrl).provision({ dryRun: false }, SIGNAL);
    const again = await connectorTo(sandbox.salesforceUrl).provision({ dryRun: false }, SIGNAL);
    expect(again).toHaveLength(FIELD_COUNT + 1);
    expect(new Set(again.map(({ outcome }) => outcome))).toEqual(new Set(['exists']));
  });

  it('only tells in a dry run', async () => {
    const connector = connectorTo(sandbox.salesforceUrl);
    for (let run = 0; run < 2; run += 1) {
      const planned = await connector.provision({ dryRun: true }, SIGNAL);
      expect(new Set(planned.map(({ outcome }) => outcome))).toEqual(new Set(['would create']));
    }
  });

  it('gives access to a field that is there but hidden', async () => {
    const { scoreFields } = MAPPING;
    const first = connectorTo(sandbox.salesforceUrl);
    sandbox.setFaults([
      {
        route: 'POST /services/data/v68.0/sobjects/PermissionSet',
        calls: { from: 1, times: 1 },
        fault: { kind: 'missing-scope', scopes: ['ManageProfilesPermissionsets'] },
      },
    ]);
    await expect(first.provision({ dryRun: false }, SIGNAL)).rejects.toMatchObject({ code: 'CRM_SCOPE_MISSING' });
    const provisioned = await connectorTo(sandbox.salesforceUrl).provision({ dryRun: false }, SIGNAL);
    expect(provisioned.find(({ name }) => name === `Lead.${scoreFields.score}`)?.outcome).toBe('exists');
    expect((await first.check(SIGNAL)).faults).toEqual([]);
  });

  it('refuses a field of another type before it creates anything', async () => {
    const mapping = { ...MAPPING, scoreFields: { ...MAPPING.scoreFields, score: 'Rating', band: 'Birthdate' } };
    const connector = connectorTo(sandbox.salesforceUrl, { mapping });
    await expect(connector.provision({ dryRun: false }, SIGNAL)).rejects.toMatchObject({
      code: 'CRM_FIELD_TYPE',
      message: 'Fields of another type stand in the way: Lead.Rating (picklist), Contact.Birthdate (date)',
    });
    const planned = await connectorTo(sandbox.salesforceUrl).provision({ dryRun: true }, SIGNAL);
    expect(planned.every(({ outcome }) => outcome === 'would create')).toBe(true);
  });
});

describe('checking Salesforce', () => {
  it('tells the organisation, its zone, its record page and the calls left today', async () => {
    const account = await connectorTo(sandbox.salesforceUrl).check(SIGNAL);
    expect(account).toMatchObject({
      accountId: expect.stringMatching(/^00D\w{15}$/),
      timeZone: 'Europe/Berlin',
      recordUrl: `${sandbox.salesforceUrl}/{id}`,
    });
    expect(account.dailyCalls).toMatchObject({ limit: 1_000_000 });
    expect(account.dailyCalls?.left).toBeGreaterThan(900_000);
  });

  it('names a score field that we may see but not edit', async () => {
    const mapping = { ...MAPPING, scoreFields: { ...MAPPING.scoreFields, score: 'NumberOfEmployees', band: 'Name' } };
    const { faults } = await checked(mapping);
    expect(faults.map(({ code, message }) => [code, message])).toContainEqual([
      'CRM_SCOPE_MISSING',
      'scoreFields.band → Name: edit access to Lead.Name is missing',
    ]);
  });

  it('names a mapped field that is absent, with the nearest that is there', async () => {
    const { lead, contact } = MAPPING.leads;
    const attributes = { ...lead!.attributes, jobTitle: aLine('Titel') };
    const mapping = { ...MAPPING, leads: { contact, lead: { ...lead!, attributes } } };
    const { faults } = await checked(mapping);
    expect(faults.map(({ message }) => message)).toContain(
      'leads.lead.attributes.jobTitle → Titel: Lead has no such field that we may see; did you mean Title?',
    );
  });

  it('names a mapped field of another type', async () => {
    const attributes = {
      ...MAPPING.company.attributes,
      'company.industry': aLine('Industry', { type: 'number' }),
    };
    const mapping = { ...MAPPING, company: { attributes } };
    const { faults } = await checked(mapping);
    expect(faults).toContainEqual(
      expect.objectContaining({
        code: 'CRM_FIELD_TYPE',
        message:
          'company.attributes.company.industry → Industry: Account.Industry is picklist, the mapping asks for number; numbers within a text need decimal: "." or ","',
      }),
    );
  });

  it('names a lead status that the org has not', async () => {
    const { lead, contact } = MAPPING.leads;
    const lifecycle = { ...lead!.lifecycle!, order: ['Open - Not Contacted', 'Marketing Qualified'] };
    const mapping = { ...MAPPING, leads: { contact, lead: { ...lead!, lifecycle } } };
    const { faults } = await checked(mapping);
    expect(faults.map(({ message }) => message)).toContain(
      'leads.lead.lifecycle.order: Lead.Status has no value "Marketing Qualified"',
    );
  });

  it('refuses wrong credentials', async () => {
    const credentials = { kind: 'client-credentials', clientId: 'sandbox-client', clientSecret: 'wrong' } as const;
    const connector = connectorTo(sandbox.salesforceUrl, { credentials });
    await expect(connector.check(SIGNAL)).rejects.toMatchObject({ code: 'CRM_UNAUTHORIZED' });
  });
});
