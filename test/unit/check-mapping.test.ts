import { describe, expect, it } from 'vitest';
import type { FieldDescription } from '../../src/domain/field-description.ts';
import type { FieldMapping } from '../../src/domain/field-mapping.ts';
import { Mapping } from '../../src/domain/mapping.ts';
import { SCORE_FIELDS } from '../../src/domain/score-field.ts';
import { parseModel } from '../../src/scoring/parse-model.ts';
import { checkMapping } from '../../src/sync/check-mapping.ts';
import { aField, anObject, aPicklist } from '../support/field-descriptions.ts';

const MODEL = parseModel({
  file: 'acme.yaml',
  text: `
name: acme
version: 12
object: lead
dimensions: { fit: { min: -50, max: 60 }, engagement: { min: 0, max: 1200 } }
total: { min: 0, max: 100 }
bands: [{ name: hot, from: 60 }, { name: cold, from: 0 }]
grades: { fit: { A: 30, B: 0 }, engagement: { 1: 10, 2: 0 } }
rules: [{ id: a, dimension: fit, label: A, when: { attribute: x, exists: true }, points: 1 }]
`,
});

const SCORE_FIELD_TYPES = Object.entries(SCORE_FIELDS).map(([name, { type }]) => aField(`sw_${name}`, { type }));

interface Case {
  readonly lines?: Readonly<Record<string, Partial<FieldMapping> & { readonly field: string }>>;
  readonly scoreFields?: Readonly<Record<string, string>>;
  readonly lifecycle?: object;
  readonly fields?: readonly FieldDescription[];
}

/** What a mapping of contacts and a CRM with these fields make of each other. */
function checked({ lines = {}, scoreFields = {}, lifecycle, fields = [] }: Case) {
  const mapping = Mapping.parse({
    crm: 'hubspot',
    leads: { contact: { attributes: lines, ...(lifecycle !== undefined && { lifecycle }) } },
    company: { attributes: {} },
    scoreFields: {
      ...Object.fromEntries(Object.keys(SCORE_FIELDS).map((name) => [name, `sw_${name}`])),
      ...scoreFields,
    },
  });
  const contact = anObject('Contact', [...SCORE_FIELD_TYPES, ...fields]);
  return checkMapping(mapping, (object) => (object === 'contact' ? contact : null), [MODEL]);
}

const faultsOf = (it: Case) => checked(it).faults.map(({ code, message }) => `${code} ${message}`);

describe('a field that is read', () => {
  it.each<[string, FieldDescription['type'], Partial<FieldMapping>]>([
    ['anything', 'number', {}],
    ['a text from any single value', 'boolean', { type: 'text' }],
    ['its own type', 'number', { type: 'number' }],
    ['an instant from a date', 'date', { type: 'instant' }],
    ['a number in a text with its decimal sign', 'text', { type: 'number', decimal: ',' }],
    ['a list in a text with its separator', 'text', { type: 'list', split: ',' }],
    ['a date in a text with its format', 'text', { type: 'date', format: 'dd/MM/yyyy' }],
    ['a boolean in a text with a map', 'text', { type: 'boolean', map: { Yes: true } }],
  ])('may be asked for as %s', (_, type, line) => {
    expect(faultsOf({ lines: { x: { field: 'f', ...line } }, fields: [aField('f', { type })] })).toEqual([]);
  });

  it.each<[FieldDescription['type'], Partial<FieldMapping>, string]>([
    ['text', { type: 'number' }, 'Contact.f is text, the mapping asks for number; numbers within a text need decimal'],
    ['text', { type: 'list' }, 'Contact.f is text, the mapping asks for list; a list within a text needs split'],
    ['text', { type: 'instant' }, 'Contact.f is text, the mapping asks for instant; one within a text needs format'],
    ['text', { type: 'boolean' }, 'Contact.f is text, the mapping asks for boolean; a text needs a map'],
    ['boolean', { type: 'number' }, 'Contact.f is boolean, the mapping asks for number; map it as boolean or text'],
    ['list', { map: { a: 'b' } }, 'Contact.f is list, which is mapped entry by entry with type: list'],
    [null, {}, 'Contact.f is address, which is no single value; map one of its parts'],
  ])('of type %s is refused as %j, with the way out', (type, line, sentence) => {
    const fields = [aField('f', { type, crmType: type ?? 'address' })];
    const [fault, ...others] = faultsOf({ lines: { x: { field: 'f', type: 'any', ...line } }, fields });

    expect(fault).toContain(`CRM_FIELD_TYPE leads.contact.attributes.x → f: ${sentence}`);
    expect(others).toEqual([]);
  });

  it('that is absent is named with the nearest that is there', () => {
    expect(faultsOf({ lines: { x: { field: 'jobtitel' } }, fields: [aField('jobtitle')] })).toEqual([
      'CRM_FIELD_MISSING leads.contact.attributes.x → jobtitel: Contact has no such field that we may see; did you mean jobtitle?',
    ]);
  });
});

describe('a field that is written', () => {
  const toWrite = { field: 'f', type: 'text', direction: 'write' } as const;
  const faultsOfWriting = (line: Partial<FieldMapping>, field: FieldDescription, name = 'x') =>
    faultsOf({ lines: { [name]: { ...toWrite, ...line } }, fields: [field] });

  it('is absent until it is provisioned, which is no fault of the mapping', () => {
    const { faults, absent } = checked({ lines: { x: toWrite } });

    expect(faults).toEqual([]);
    expect(absent.map(({ message }) => message)).toEqual([
      'leads.contact.attributes.x → f: Contact has no such field that we may see',
    ]);
  });

  it.each([{ direction: 'both' }, { type: 'list' }] as const)('must be there with %j', (more) => {
    expect(faultsOf({ lines: { x: { ...toWrite, ...more } } })).toEqual([
      expect.stringMatching(/^CRM_FIELD_MISSING leads\.contact\.attributes\.x → f/),
    ]);
  });

  it.each([
    [
      'computed',
      /^CRM_FIELD_READ_ONLY .* → f: Contact\.f is computed by the CRM and cannot be written; map another field$/,
    ],
    ['no permission', /^CRM_SCOPE_MISSING .* → f: edit access to Contact\.f is missing$/],
  ] as const)('is refused when it is read-only: %s', (readOnly, sentence) => {
    expect(faultsOfWriting({}, aField('f', { readOnly }))).toEqual([expect.stringMatching(sentence)]);
  });

  it.each<[Partial<FieldMapping>, FieldDescription]>([
    [{ type: 'instant' }, aField('f', { type: 'date' })],
    [{ type: 'number' }, aField('f')],
    [{ type: 'text' }, aField('f', { type: 'number' })],
    [{ type: 'text', map: { A: 'a' } }, aField('f', { type: 'number' })],
    [{ type: 'list' }, aField('f')],
  ])('by %j is refused where it is of another type', (line, field) => {
    expect(faultsOfWriting(line, field)).toEqual([
      expect.stringMatching(/^CRM_FIELD_TYPE .*; map a field of that type$/),
    ]);
  });

  it.each<[Partial<FieldMapping>, FieldDescription]>([
    [{ type: 'number', decimal: ',' }, aField('f')],
    [{ type: 'date', format: 'dd/MM/yyyy' }, aField('f')],
    [{ type: 'text', map: { 1: 'a', 2: 'b' } }, aField('f', { type: 'number' })],
    [{ type: 'text', map: { true: 'a', false: 'b' } }, aField('f', { type: 'boolean' })],
    [{ type: 'list' }, aField('f', { type: 'list' })],
  ])('by %j is taken where the conversion is told', (line, field) => {
    expect(faultsOfWriting(line, field)).toEqual([]);
  });

  it('has every option that the map would write, hidden ones among them', () => {
    const field = aPicklist('f', { Hot: 'Hot', Warm: 'Warm', chilly: 'Cold' });
    const map = { Hot: 'hot', Wram: 'warm', Cold: 'cold' };

    expect(faultsOfWriting({ map }, field)).toEqual([
      'CRM_FIELD_OPTION leads.contact.attributes.x → f: Contact.f has no value "Wram"; did you mean Warm?',
      'CRM_FIELD_OPTION leads.contact.attributes.x → f: Contact.f has no value "Cold"; did you mean chilly, which is shown as Cold?',
    ]);
  });

  it('has every band and grade that a published model can give (NS2: restricted picklists)', () => {
    const fields = [
      aPicklist('band', { Hot: 'Hot', cold: 'Cold' }),
      aPicklist('grade', { A1: 'A1', A2: 'A2', B1: 'B1' }),
    ];

    expect(faultsOf({ scoreFields: { band: 'band', grade: 'grade' }, fields })).toEqual([
      'CRM_FIELD_OPTION scoreFields.band → band: Contact.band has no value "hot"; did you mean Hot?',
      'CRM_FIELD_OPTION scoreFields.grade → grade: Contact.grade has no value "B2"; did you mean A2?',
    ]);
  });

  it('that takes options only holds no reasons', () => {
    expect(faultsOf({ scoreFields: { reasons: 'why' }, fields: [aPicklist('why', { a: 'A' })] })).toEqual([
      'CRM_FIELD_TYPE scoreFields.reasons → why: Contact.why takes its own values only; map a text field',
    ]);
  });

  it('is long enough for every word that we know we write, while reasons are cut (NS2: 255 characters)', () => {
    const scoreFields = { model: 'short', reasons: 'short_why', band: 'short_band' };
    const fields = [
      aField('short', { longest: 5 }),
      aField('short_why', { longest: 40 }),
      aField('short_band', { longest: 3 }),
    ];

    expect(faultsOf({ scoreFields, fields })).toEqual([
      'CRM_FIELD_TYPE scoreFields.band → short_band: Contact.short_band takes 3 characters, and "cold" has 4; map a longer field',
      'CRM_FIELD_TYPE scoreFields.model → short: Contact.short takes 5 characters, and "acme v12" has 8; map a longer field',
    ]);
    expect(checked({ scoreFields, fields }).limits.contact?.reasons).toEqual({ longest: 40 });
  });

  it('has digits enough for the points that a model can give', () => {
    const field = aField('points', { type: 'number', longest: null, digits: { whole: 3, part: 0 } });

    expect(faultsOf({ scoreFields: { engagementPoints: 'points' }, fields: [field] })).toEqual([
      'CRM_FIELD_TYPE scoreFields.engagementPoints → points: Contact.points takes 3 digits before the point, and the value may be 1200; map a longer field',
    ]);
    expect(faultsOf({ scoreFields: { score: 'points' }, fields: [field] })).toEqual([]);
  });

  it('names a model and a dimension that are published', () => {
    const line = { field: 'f', direction: 'write' } as const;
    const fields = [aField('f', { type: 'number' }), aField('g', { type: 'number' })];

    expect(
      faultsOf({ lines: { 'scoreBy.saas.total': line, 'score.dimension.fti': { ...line, field: 'g' } }, fields }),
    ).toEqual([
      'MAPPING_INVALID leads.contact.attributes.scoreBy.saas.total: no model saas is published; there are acme',
      'MAPPING_INVALID leads.contact.attributes.score.dimension.fti: no model has the dimension fti; there are fit, engagement',
    ]);
  });
});

describe('a lifecycle', () => {
  const lifecycle = { field: 'stage', order: ['Lead', 'mql'], onBand: {} };

  it('names stages by their values, not by what they are shown as', () => {
    expect(faultsOf({ lifecycle, fields: [aPicklist('stage', { lead: 'Lead', 4711: 'MQL' })] })).toEqual([
      'CRM_FIELD_OPTION leads.contact.lifecycle.order: Contact.stage has no value "Lead"; did you mean lead, which is shown as Lead?',
      'CRM_FIELD_OPTION leads.contact.lifecycle.order: Contact.stage has no value "mql"; did you mean 4711, which is shown as MQL?',
    ]);
  });

  it('is in a field that we may edit', () => {
    expect(faultsOf({ lifecycle, fields: [aField('stage', { readOnly: 'no permission' })] })).toEqual([
      'CRM_SCOPE_MISSING leads.contact.lifecycle.field → stage: edit access to Contact.stage is missing',
    ]);
  });
});
