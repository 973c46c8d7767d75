import { describe, expect, it } from 'vitest';
import type { AttributeMappings } from '../../src/domain/attribute-mappings.ts';
import type { CrmLead, LeadRef } from '../../src/domain/crm.ts';
import type { FieldMapping } from '../../src/domain/field-mapping.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { ScoreFieldValues } from '../../src/domain/score-field.ts';
import { checkConnection } from '../../src/sync/check-connection.ts';
import { makeField, type NewField } from '../support/crm-admin.ts';
import { aLine } from '../support/mapping-lines.ts';
import { type Bench, cityOf, live, type OpenBench, pulled, streamsOf } from './contract-bench.ts';

/** The promises of mapped fields: described as they are, read by their conversions, written so that they read back. */
export function describeMapping(open: OpenBench): void {
  describe('mapped fields', () => {
    it('are read by their conversions; what does not convert is named and its record stays (T37, T38)', async () => {
      const bench = await open();
      const [good, bad] = [bench.lead(0), sameObject(bench, 1)];
      const attributes = await withFields(bench, good, READ_FIELDS);
      bench.sandbox.twin(bench.crm).editLeads([good.crmId], valuesOf(attributes, GOOD), 'an admin');
      bench.sandbox.twin(bench.crm).editLeads([bad.crmId], valuesOf(attributes, BAD), 'an admin');

      const leads = await pulledLeads(bench, mappingOf(bench, good, attributes));

      expect(find(leads, good)).toMatchObject({ attributes: READ, unconverted: [] });
      const { attributes: read, unconverted } = find(leads, bad);
      expect([...unconverted].sort()).toEqual(['budget', 'interests', 'isPartner', 'metOn', 'seniority']);
      expect(read).toMatchObject({
        budget: null,
        interests: ['crm'],
        isPartner: null,
        metOn: null,
        seniority: 'unknown',
      });
    });

    it('are the same whether a record is pulled with all or because it changed (T13)', async () => {
      const bench = await open({ now: new Date('2026-11-23T10:00:00Z'), frozen: true });
      const ref = bench.lead(0);
      const attributes = await withFields(bench, ref, READ_FIELDS);
      const mapping = mappingOf(bench, ref, attributes);
      const connector = bench.connect({ mapping });
      const cursors = new Map<string, Awaited<ReturnType<typeof pulled>>['cursor']>();
      for (const stream of streamsOf(connector, 'lead'))
        cursors.set(stream.name, (await pulled(connector, stream, null)).cursor);
      bench.sandbox.clock.advance(60_000);
      const edit = { ...valuesOf(attributes, GOOD), ...cityOf(bench.subject, ref, 'Ulaanbaatar') };
      bench.sandbox.twin(bench.crm).editLeads([ref.crmId], edit, 'an admin');
      bench.sandbox.clock.advance(60_000);

      const changed: CrmLead[] = [];
      const all: CrmLead[] = [];
      for (const stream of streamsOf(connector, 'lead')) {
        changed.push(...(await pulled(connector, stream, cursors.get(stream.name) ?? null)).records);
        all.push(...(await pulled(connector, stream, null)).records);
      }

      expect(find(changed, ref)).toEqual(find(all, ref));
      expect(find(changed, ref)).toMatchObject({ attributes: { ...READ, city: 'Ulaanbaatar' } });
      const withCompany = all.filter(({ companyId }) => companyId !== null);
      for (const lead of changed) expect(lead.companyId).toBe(find(all, lead).companyId);
      expect(withCompany.length).toBeGreaterThan(0);
    });

    it('are read by id, in order, and nothing but the part that was asked for', async () => {
      const bench = await open();
      const [first, second] = [bench.lead(0), sameObject(bench, 1)];
      const attributes = await withFields(bench, first, READ_FIELDS);
      bench.sandbox.twin(bench.crm).editLeads([second.crmId], valuesOf(attributes, GOOD), 'an admin');
      const connector = bench.connect({ mapping: mappingOf(bench, first, attributes) });
      await connector.provision({ dryRun: false }, live);
      await connector.writeLeads([{ ...second, scoreFields: { score: 44, band: 'warm' } }], live);
      const part = { attributes: ['budget', 'interests'], scoreFields: ['score'], hasLifecycle: false };
      const before = connector.calls;

      const ids = [second.crmId, bench.subject.noSuchLead.crmId, first.crmId];
      const values = await connector.readMapped(first.object, part, ids, live);

      expect(connector.calls - before).toBe(1);
      const nothing = { attributes: { budget: null, interests: null }, scoreFields: { score: null } };
      expect(values).toEqual([
        {
          attributes: pick(READ, ['budget', 'interests']),
          unconverted: [],
          scoreFields: { score: 44 },
          lifecycleStage: null,
        },
        null,
        { ...nothing, unconverted: [], lifecycleStage: null },
      ]);
    });

    it('of companies are read by id as well', async () => {
      const bench = await open();
      const connector = bench.connect();
      const [stream] = streamsOf(connector, 'company');
      const { records } = await pulled(connector, stream!, null);
      const ids = records.map(({ crmId }) => crmId);
      const part = { attributes: ['company.industry'], scoreFields: [], hasLifecycle: false };

      const values = await connector.readMapped('company', part, ids, live);

      expect(ids.length).toBeGreaterThan(3);
      expect(values.map((value) => value?.attributes)).toEqual(
        records.map(({ attributes }) => pick(attributes, ['company.industry'])),
      );
    });

    it('are created where they are ours alone, once', async () => {
      const bench = await open();
      const ref = bench.lead(0);
      const mapping = mappingOf(bench, ref, WRITTEN(bench.crm === 'hubspot'));
      const connector = bench.connect({ mapping });
      const first = await connector.provision({ dryRun: false }, live);
      const second = await connector.provision({ dryRun: false }, live);
      const { faults, absent } = await checkConnection(connector, { mapping, models: [] }, live);

      const ours = Object.values(WRITTEN(bench.crm === 'hubspot')).map(({ field }) => field);
      expect(
        first.filter(({ name }) => ours.some((field) => name.endsWith(`.${field}`))).map(({ outcome }) => outcome),
      ).toEqual(ours.map(() => 'created'));
      expect(new Set(second.map(({ outcome }) => outcome))).toEqual(new Set(['exists']));
      expect([...faults, ...absent].map(({ message }) => message)).toEqual([]);
    });

    it('read back as they were written, and are cleared', async () => {
      const bench = await open();
      const ref = bench.lead(0);
      const written = WRITTEN(bench.crm === 'hubspot');
      const choices = await makeField(bench.sandbox, bench.crm, ref.object, { name: 'topics', ...CHOICES });
      const attributes = {
        ...written,
        topics: aLine(choices, { type: 'list', direction: 'write', map: { crm: 'CRM', email: 'E-mail' } }),
      };
      const connector = bench.connect({ mapping: mappingOf(bench, ref, attributes) });
      await connector.provision({ dryRun: false }, live);
      const values: Partial<ScoreFieldValues> = {
        'attributes.note': 'Two lines\nof text',
        'attributes.points': 12.25,
        'attributes.isPartner': true,
        'attributes.reviewAt': '2026-12-01T10:00:00.000Z',
        'attributes.reviewOn': '2026-12-01',
        'attributes.rank': '2',
        'attributes.topics': ['crm', 'email'],
      };

      const [outcome] = await connector.writeLeads([{ ...ref, scoreFields: values }], live);
      const [lead] = await connector.readLeads([ref], live);
      const { 'attributes.isPartner': _, ...others } = values; // a checkbox of Salesforce cannot be cleared
      const cleared = Object.fromEntries(Object.keys(others).map((name) => [name, null])) as Partial<ScoreFieldValues>;
      await connector.writeLeads([{ ...ref, scoreFields: cleared }], live);
      const [empty] = await connector.readLeads([ref], live);

      expect(outcome).toMatchObject({ ok: true });
      expect(lead?.scoreFields).toMatchObject(values);
      expect(empty?.scoreFields).toMatchObject(cleared);
    });

    it('that nobody can write, that lack an option, that are too short, are named before a run (NS2)', async () => {
      const bench = await open();
      const ref = bench.lead(0);
      const { sandbox, crm } = bench;
      const choice = await makeField(sandbox, crm, ref.object, {
        name: 'rating_of_ours',
        kind: 'choice',
        options: ['Hot', 'Cold'],
      });
      const digits = await makeField(sandbox, crm, ref.object, { name: 'tiny', kind: 'number', digits: [1, 0] });
      const computed = crm === 'hubspot' ? 'hs_email_domain' : 'LastActivityDate';
      const type = crm === 'hubspot' ? 'text' : 'date';
      const attributes = {
        domain: aLine(computed, { type, direction: 'write' }),
        rating: aLine(choice, { type: 'text', direction: 'write', map: { Hot: 'hot', Warm: 'warm' } }),
        tiny: aLine(digits, { type: 'number', direction: 'write' }),
      };
      const mapping = mappingOf(bench, ref, attributes);

      const { faults, limits } = await checkConnection(bench.connect({ mapping }), { mapping, models: [] }, live);

      const place = `leads.${ref.object}.attributes`;
      expect(faults.map(({ message }) => message)).toEqual([
        expect.stringContaining(`${place}.domain → ${computed}: `),
        expect.stringMatching(new RegExp(`^${place}\\.rating → ${choice}: .*\\.${choice} has no value "Warm"`)),
      ]);
      expect(limits[ref.object]?.['attributes.tiny']).toEqual(
        crm === 'hubspot' ? {} : { digits: { whole: 1, part: 0 } },
      );
    });

    it('may be hidden options and are written all the same', async () => {
      const bench = await open();
      const ref = bench.lead(0);
      const field = { name: 'tier', kind: 'choice', options: ['gold', 'tin'], hidden: ['tin'] } as const;
      const tier = await makeField(bench.sandbox, bench.crm, ref.object, field);
      const attributes = { tier: aLine(tier, { type: 'text', direction: 'write', map: { gold: 'A', tin: 'B' } }) };
      const mapping = mappingOf(bench, ref, attributes);
      const connector = bench.connect({ mapping });

      const { faults } = await checkConnection(connector, { mapping, models: [] }, live);
      await connector.writeLeads([{ ...ref, scoreFields: { 'attributes.tier': 'tin' } }], live);
      const part = { attributes: [], scoreFields: ['attributes.tier'], hasLifecycle: false };
      const [values] = await connector.readMapped(ref.object, part, [ref.crmId], live);

      expect(faults).toEqual([]);
      expect(values?.scoreFields).toEqual({ 'attributes.tier': 'tin' });
    });
  });
}

const CHOICES = { kind: 'choices', options: ['crm', 'email', 'ads'] } as const;

/** Fields that an admin makes, and the lines that read them. */
const READ_FIELDS: Readonly<Record<string, { readonly field: NewField; readonly line: Partial<FieldMapping> }>> = {
  budget: { field: { kind: 'text' }, line: { type: 'number', decimal: ',' } },
  seats: { field: { kind: 'number' }, line: {} },
  isPartner: { field: { kind: 'text' }, line: { type: 'boolean', map: { Yes: true, No: false } } },
  isClient: { field: { kind: 'boolean' }, line: {} },
  metOn: { field: { kind: 'text' }, line: { type: 'date', format: 'dd/MM/yyyy' } },
  foundedOn: { field: { kind: 'date' }, line: { type: 'date' } },
  seenAt: { field: { kind: 'instant' }, line: { type: 'instant' } },
  interests: { field: CHOICES, line: { type: 'list', map: { crm: 'crm', email: 'e-mail' } } },
  seniority: { field: { kind: 'text' }, line: { map: { 'C-Level': 'executive' }, default: 'unknown' } },
};
const GOOD = {
  budget: '1.200,50 €',
  seats: '12',
  isPartner: 'Yes',
  isClient: 'true',
  metOn: '23/11/2026',
  foundedOn: '2001-02-03',
  seenAt: '2026-11-23T10:00:00Z',
  interests: 'email;crm',
  seniority: 'C-Level',
};
const READ = {
  budget: 1_200.5,
  seats: 12,
  isPartner: true,
  isClient: true,
  metOn: '2026-11-23',
  foundedOn: '2001-02-03',
  seenAt: '2026-11-23T10:00:00.000Z',
  interests: ['e-mail', 'crm'],
  seniority: 'executive',
};
const BAD = { budget: 'a lot', isPartner: 'perhaps', metOn: '11/23/2026', interests: 'crm;ads', seniority: 'Clerk' };

/** Lines whose fields are not there before they are provisioned. */
function WRITTEN(isHubspot: boolean): AttributeMappings {
  const line = (name: string, more: Partial<FieldMapping>) =>
    aLine(isHubspot ? `ours_${name}` : `Ours_${name}__c`, { direction: 'write', ...more });
  return {
    note: line('note', { type: 'text' }),
    points: line('points', { type: 'number' }),
    isPartner: line('is_partner', { type: 'boolean' }),
    reviewAt: line('review_at', { type: 'instant' }),
    reviewOn: line('review_on', { type: 'date' }),
    rank: line('rank', { type: 'text', map: { 1: 'first', 2: 'second' } }),
  };
}

/** Makes the fields on the lead's object; answers the lines with the CRM's names of them. */
async function withFields(
  { sandbox, crm }: Bench,
  { object }: LeadRef,
  fields: typeof READ_FIELDS,
): Promise<AttributeMappings> {
  const lines = Object.entries(fields).map(async ([name, { field, line }]) => {
    const inCrm = await makeField(sandbox, crm, object, { name: `ours_${name.toLowerCase()}`, ...field });
    return [name, aLine(inCrm, line)] as const;
  });
  return Object.fromEntries(await Promise.all(lines));
}

/** The shipped mapping with further attributes on the object of a lead. */
function mappingOf({ subject }: Bench, { object }: LeadRef, attributes: AttributeMappings): Mapping {
  const { leads } = subject.mapping;
  const part = leads[object]!; // the shipped mapping has both
  return {
    ...subject.mapping,
    leads: { ...leads, [object]: { ...part, attributes: { ...part.attributes, ...attributes } } },
  };
}

function valuesOf(attributes: AttributeMappings, values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [attributes[name]!.field, value]));
}

async function pulledLeads(bench: Bench, mapping: Mapping): Promise<readonly CrmLead[]> {
  const connector = bench.connect({ mapping });
  const streams = streamsOf(connector, 'lead');
  return (await Promise.all(streams.map((stream) => pulled(connector, stream, null)))).flatMap(
    ({ records }) => records,
  );
}

function find(leads: readonly CrmLead[], { object, crmId }: LeadRef): CrmLead {
  return leads.find((lead) => lead.object === object && lead.crmId === crmId)!; // undefined fails what is expected of it
}

/** Another lead of the same object as the first, from the nth on. */
function sameObject(bench: Bench, n: number): LeadRef {
  const { object } = bench.lead(0);
  for (let person = n; ; person += 1) if (bench.lead(person).object === object) return bench.lead(person);
}

const pick = <T extends object>(values: T, names: readonly (keyof T)[]) =>
  Object.fromEntries(names.map((name) => [name, values[name]]));
