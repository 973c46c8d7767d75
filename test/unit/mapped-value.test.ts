import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldMapping } from '../../src/domain/field-mapping.ts';
import type { AttributeValue } from '../../src/domain/lead.ts';
import { type CrmValue, crmForm, crmText, fromCrm, toCrm } from '../../src/domain/mapped-value.ts';
import { aLine } from '../support/mapping-lines.ts';

/** A value whose text is the value itself, as HubSpot sends every one. */
const text = (value: string): CrmValue => ({ value, text: value });
/** A value with a type of its own, as Salesforce sends it. */
const typed = (value: AttributeValue): CrmValue => ({ value, text: value === null ? null : String(value) });
const NOTHING: CrmValue = { value: null, text: null };

describe('a value of the CRM', () => {
  it.each<[CrmValue, Partial<FieldMapping>, AttributeValue]>([
    [text('Head of Marketing'), {}, 'Head of Marketing'],
    [typed(42), {}, 42],
    [typed(['crm', 'email']), {}, ['crm', 'email']],
    [typed(42), { type: 'text' }, '42'],
    [text(' CFO '), { type: 'text' }, 'CFO'],
    [text('12.50'), { type: 'number' }, 12.5],
    [text('9.5E8'), { type: 'number' }, 950_000_000],
    [text('€ 1.234,50'), { type: 'number', decimal: ',' }, 1_234.5],
    [text('1,234.50'), { type: 'number', decimal: '.' }, 1_234.5],
    [text('TRUE'), { type: 'boolean' }, true],
    [typed(false), { type: 'boolean' }, false],
    [text('Yes'), { type: 'boolean', map: { Yes: true, No: false } }, true],
    [typed(1), { type: 'boolean', map: { 1: true, 0: false } }, true],
    [text('2026-11-23'), { type: 'instant' }, '2026-11-23T00:00:00.000Z'],
    [text('2026-04-25T15:50:37.000+0000'), { type: 'instant' }, '2026-04-25T15:50:37.000Z'],
    [text('2026-04-25T23:50:37-02:00'), { type: 'date' }, '2026-04-26'],
    [text('23/11/2026'), { type: 'date', format: 'dd/MM/yyyy' }, '2026-11-23'],
    [text('23/11/2026 14:30'), { type: 'instant', format: 'dd/MM/yyyy HH:mm' }, '2026-11-23T14:30:00.000Z'],
    [text('crm; email;'), { type: 'list' }, ['crm', 'email']],
    [text('crm, email'), { type: 'list', split: ',' }, ['crm', 'email']],
    [typed(['C', 'E']), { type: 'list', map: { C: 'crm', E: 'email' } }, ['crm', 'email']],
    [text('VP'), { map: { VP: 'vice president' } }, 'vice president'],
    [text('VP '), { map: { VP: 'vice president' } }, 'vice president'],
    [text('CEO'), { map: { VP: 'vice president' }, others: 'keep' }, 'CEO'],
    [text('7'), { type: 'number', map: { few: 3 }, others: 'keep' }, 7],
  ])('%j as %j is %j', (crm, line, value) => {
    expect(fromCrm(crm, aLine('field', line))).toEqual({ value, isUnconverted: false });
  });

  it.each<[CrmValue, Partial<FieldMapping>]>([
    [text('a lot'), { type: 'number' }],
    [text('1,234'), { type: 'number' }],
    [text('1,23,4'), { type: 'number', decimal: '.' }],
    [text('50-100'), { type: 'number', decimal: '.' }],
    [text('0x10'), { type: 'number' }],
    [text('Yes'), { type: 'boolean' }],
    [text('soon'), { type: 'instant' }],
    [text('2026-02-30'), { type: 'date' }],
    [text('11/23/2026'), { type: 'date', format: 'dd/MM/yyyy' }],
    [text('CEO'), { map: { VP: 'vice president' } }],
    [text('constructor'), { map: { VP: 'vice president' } }],
    [text('many'), { type: 'number', map: { few: 3 }, others: 'keep' }],
  ])('%j as %j does not convert, and is missing', (crm, line) => {
    expect(fromCrm(crm, aLine('field', line))).toEqual({ value: null, isUnconverted: true });
  });

  it('that does not convert has the default, and is counted all the same', () => {
    const line = aLine('field', { type: 'number', default: 0 });

    expect(fromCrm(text('a lot'), line)).toEqual({ value: 0, isUnconverted: true });
    expect(fromCrm(NOTHING, line)).toEqual({ value: 0, isUnconverted: false });
  });

  it('keeps of a list what the map names', () => {
    const line = aLine('field', { type: 'list', map: { C: 'crm' }, default: ['none'] });

    expect(fromCrm(typed(['C', 'X']), line)).toEqual({ value: ['crm'], isUnconverted: true });
    expect(fromCrm(typed(['X']), line)).toEqual({ value: ['none'], isUnconverted: true });
  });
});

describe('a value of ours', () => {
  it.each<[AttributeValue, Partial<FieldMapping>, AttributeValue]>([
    ['hot', { type: 'text', map: { Hot: 'hot', Warm: 'warm' } }, 'Hot'],
    [true, { type: 'boolean', map: { Yes: true, No: false } }, 'Yes'],
    [['email', 'crm'], { type: 'list', map: { C: 'crm', E: 'email' } }, ['C', 'E']],
    [['b', 'a', 'b'], { type: 'list' }, ['a', 'b']],
    [12.5, { type: 'number' }, 12.5],
    ['12.5', { type: 'number' }, 12.5],
    [55, { type: 'text' }, '55'],
    ['2026-11-23T10:00:00.123Z', { type: 'instant' }, '2026-11-23T10:00:00.000Z'],
    ['2026-11-23T10:00:00Z', { type: 'date' }, '2026-11-23'],
    [null, { type: 'text' }, null],
    [null, { type: 'text', default: 'unknown' }, 'unknown'],
    ['CEO', { type: 'text', map: { VP: 'vice president' }, others: 'keep' }, 'CEO'],
  ])('%j by %j is %j in the CRM', (value, line, crm) => {
    expect(toCrm(value, aLine('field', { direction: 'write', ...line }))).toEqual(crm);
  });

  it.each<[AttributeValue, Partial<FieldMapping>]>([
    ['tepid', { type: 'text', map: { Hot: 'hot' } }],
    [['crm', 'fax'], { type: 'list', map: { C: 'crm' } }],
    ['a lot', { type: 'number' }],
    ['maybe', { type: 'boolean' }],
    ['soon', { type: 'instant' }],
    [['a'], { type: 'text' }],
  ])('%j cannot be said by %j', (value, line) => {
    expect(toCrm(value, aLine('field', { direction: 'write', ...line }))).toBeUndefined();
  });

  it.each<[Exclude<AttributeValue, null>, Partial<FieldMapping>, string]>([
    [['a', 'b'], { type: 'list' }, 'a;b'],
    [['a', 'b'], { type: 'list', split: ', ' }, 'a, b'],
    [1_234.5, { type: 'number' }, '1234.5'],
    [1_234.5, { type: 'number', decimal: ',' }, '1234,5'],
    [1e21, { type: 'number' }, '1000000000000000000000'],
    [-0, { type: 'number' }, '0'],
    [true, { type: 'boolean' }, 'true'],
    ['2026-11-23', { type: 'date', format: 'dd.MM.yyyy' }, '23.11.2026'],
    ['2026-11-23T10:00:00.000Z', { type: 'instant' }, '2026-11-23T10:00:00.000Z'],
  ])('%j by %j is the text %j', (value, line, sent) => {
    expect(crmText(value, aLine('field', line))).toBe(sent);
  });
});

describe('what was written', () => {
  const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9 ]{0,8}[a-z0-9]$/);
  const entry = fc.stringMatching(/^[a-z0-9]{1,8}$/);
  const instant = fc
    .date({ min: new Date('1970-01-01'), max: new Date('2100-01-01'), noInvalidDate: true })
    .map((at) => at.toISOString());
  const number = fc.integer({ min: -1e9, max: 1e9 }).map((cents) => cents / 100);
  const kinds: readonly [string, Partial<FieldMapping>, fc.Arbitrary<AttributeValue>][] = [
    ['text', { type: 'text' }, word],
    ['number', { type: 'number' }, number],
    ['number in a text', { type: 'number', decimal: ',' }, number],
    ['boolean', { type: 'boolean' }, fc.boolean()],
    ['instant', { type: 'instant' }, instant],
    ['date', { type: 'date' }, instant.map((at) => at.slice(0, 10))],
    ['date in a text', { type: 'date', format: 'dd/MM/yyyy' }, instant.map((at) => at.slice(0, 10))],
    ['list', { type: 'list' }, fc.uniqueArray(entry, { minLength: 1, maxLength: 5 })],
    ['mapped boolean', { type: 'boolean', map: { Yes: true, No: false } }, fc.boolean()],
    ['mapped text', { type: 'text', map: { A: 'a', B: 'b' } }, fc.constantFrom('a', 'b')],
    [
      'mapped list',
      { type: 'list', map: { A: 'a', B: 'b' } },
      fc.uniqueArray(fc.constantFrom('a', 'b'), { minLength: 1 }),
    ],
  ];

  it.each(kinds)('reads back as it was written: %s', (_, words, values) => {
    const line = aLine('field', { direction: 'both', ...words });
    fc.assert(
      fc.property(values, (value) => {
        const wanted = toCrm(value, line);
        expect(wanted).toBeDefined();
        const stored = text(crmText(wanted as Exclude<AttributeValue, null>, line)); // every kind has a value
        expect(crmForm(stored, line)).toEqual(wanted);
        const { value: read, isUnconverted } = fromCrm(stored, line);
        expect(isUnconverted).toBe(false);
        expect(toCrm(read, line)).toEqual(wanted);
      }),
    );
  });

  it('is kept as it is where it is none of the type, so that an undo can restore it', () => {
    expect(crmForm(text('a lot'), aLine('field', { type: 'number', direction: 'write' }))).toBe('a lot');
    expect(crmForm(text('Tepid'), aLine('field', { type: 'text', direction: 'write', map: { Hot: 'hot' } }))).toBe(
      'Tepid',
    );
  });
});

describe('a line of a mapping', () => {
  const faultsOf = (line: object) =>
    (FieldMapping.safeParse(line).error?.issues ?? [])
      .flatMap((issue) => (issue.code === 'invalid_union' ? issue.errors.flat() : [issue]))
      .filter(({ path }) => path.length > 0)
      .map(({ path, message }) => `${path.join('.')}: ${message}`);

  it('in short names the field alone', () => {
    expect(FieldMapping.parse('jobtitle')).toEqual({ field: 'jobtitle', type: 'any', direction: 'read' });
  });

  it.each<[object, string]>([
    [{ type: 'text', split: ',' }, 'split: only with type: list'],
    [{ type: 'text', decimal: ',' }, 'decimal: only with type: number'],
    [{ type: 'text', format: 'dd/MM/yyyy' }, 'format: only with type: instant or date'],
    [{ others: 'keep' }, 'others: only beside map'],
    [{ from: 'country' }, 'from: only with direction: write'],
    [{ type: 'number', map: { few: 'three' } }, 'map.few: expected a number'],
    [{ type: 'list', map: { C: 1 } }, 'map.C: expected a text'],
    [{ type: 'boolean', default: 'no' }, 'default: expected true or false'],
    [{ type: 'date', default: '2026-02-30' }, 'default: expected a date such as 2026-11-23'],
    [{ type: 'number', tpye: 'text' }, 'Unrecognized key'],
  ])('%j has the fault %s', (line, fault) => {
    const faults = faultsOf({ field: 'f', ...line });
    const all = [...faults, FieldMapping.safeParse({ field: 'f', ...line }).error?.message ?? ''].join('\n');

    expect(all).toContain(fault);
  });

  it.each(['write', 'both'])('to %s has a map that can be turned round', (direction) => {
    const line = { field: 'f', type: 'boolean', direction, map: { Yes: true, Y: true, No: false } };

    expect(faultsOf(line)).toEqual([
      `map.Y: ${direction} needs a map that can be turned round, and "Yes" and "Y" both mean true`,
    ]);
    expect(faultsOf({ ...line, direction: 'read' })).toEqual([]);
  });

  it('in both directions keeps no value as it is beside mapped ones', () => {
    expect(faultsOf({ field: 'f', type: 'text', direction: 'both', map: { VP: 'vp' }, others: 'keep' })[0]).toMatch(
      /^others: not with direction: both/,
    );
  });
});
