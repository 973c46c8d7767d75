import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Mapping } from '../../src/domain/mapping.ts';

const read = (name: string): Mapping =>
  Mapping.parse(parse(readFileSync(new URL(`../../config/mappings/${name}.yaml`, import.meta.url), 'utf8')));
const HUBSPOT = new URL('../../config/mappings/hubspot.yaml', import.meta.url);

describe('the default mapping of Salesforce', () => {
  const mapping = read('salesforce');

  it('never names a protected status as a stage to move to', () => {
    const { order, protected: guarded, onBand } = mapping.leads.lead!.lifecycle!;
    expect(order.filter((stage) => guarded.includes(stage))).toEqual([]);
    expect(Object.values(onBand).filter((stage) => !order.includes(stage))).toEqual([]);
  });

  it('gives a lead the company attributes that a contact has from its account', () => {
    const ofLead = Object.keys(mapping.leads.lead!.attributes).filter((name) => name.startsWith('company.'));
    expect(Object.keys(mapping.company.attributes)).toEqual(expect.arrayContaining(ofLead));
  });

  it('names score fields that Salesforce takes as custom fields', () => {
    for (const field of Object.values(mapping.scoreFields)) {
      expect(field).toMatch(/^[A-Za-z](?!.*__.*__c$)\w{0,38}[A-Za-z0-9]__c$/);
    }
  });

  it.skipIf(!existsSync(HUBSPOT))('reads the attributes of rules under the names that HubSpot has', () => {
    const hubspot = read('hubspot');
    const names = ['jobTitle', 'country', 'city', 'source', 'optedOut'];
    expect(Object.keys(hubspot.leads.contact.attributes)).toEqual(expect.arrayContaining(names));
    expect(Object.keys(mapping.leads.contact.attributes)).toEqual(expect.arrayContaining(names));
  });
});
