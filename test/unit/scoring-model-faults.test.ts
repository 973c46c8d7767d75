import { describe, expect, it } from 'vitest';
import { LeadScoringError } from '../../src/errors.ts';
import { type IncludeResolver, parseModel } from '../../src/scoring/parse-model.ts';

const KEYS = {
  name: 'test',
  version: '1',
  object: 'lead',
  dimensions: '{ fit: { min: 0, max: 50 }, engagement: { min: 0, max: 50 } }',
  bands: '[{ name: hot, from: 50 }, { name: cold, from: 0 }]',
  rules: '[]',
};
const model = (changes: Readonly<Record<string, string>>) =>
  Object.entries({ ...KEYS, ...changes })
    .map(([key, value]) => `${key}: ${value}\n`)
    .join('');
const ruled = (...rules: readonly string[]) =>
  model({ rules: `[${rules.map((rule, n) => `{ id: r${n}, dimension: fit, label: R, ${rule} }`).join(', ')}]` });

/** The lines of the message without their places. */
function faultsOf(text: string, include?: IncludeResolver): readonly string[] {
  try {
    parseModel({ file: 'm.yaml', text }, include);
  } catch (error) {
    if (!(error instanceof LeadScoringError)) throw error;
    return error.message.split('\n').map((line) => line.replace(/^[^:]+:\d+:\d+: /, ''));
  }
  return [];
}

describe('a model', () => {
  it.each<[Record<string, string>, string]>([
    [{ name: '" "' }, 'found name: " ", expected text that is not empty'],
    [{ version: '1.5' }, 'found version: 1.5, expected a whole number'],
    [{ object: 'company!' }, 'found object: "company!", expected lead or company, did you mean company'],
    [{ include: 'negative' }, 'found include: "negative", expected a list'],
    [{ hysteresis: 'much' }, 'found hysteresis: "much", expected a number'],
    [{ writeBack: '{ minDelta: 0 }' }, 'found minDelta: 0, expected a number above 0'],
    [{ bands: '{}' }, 'found bands: a map, expected a list'],
    [
      { bands: '[{ name: hot, from: 5 }, { name: cold, from: 7 }]' },
      'found from: 7, expected less than 5, the bound of the band before',
    ],
    [{ dimensions: '{}' }, 'found dimensions: a map, expected at least one dimension'],
    [{ dimensions: '{ fit: { min: 6, max: 5 } }' }, 'found min: 6, expected at most the max, which is 5'],
    [{ dimensions: '{ 1st: { min: 0, max: 5 } }' }, 'found key 1st, expected a name that starts with a letter'],
    [{ grades: '{ fit: {} }' }, 'found fit: a map, expected at least one letter with its bound'],
    [
      { grades: '{ fti: { A: 5 } }' },
      'found key fti, expected a dimension of the model: fit, engagement, did you mean fit',
    ],
    [{ grades: '{ fit: { A: high } }' }, 'found A: "high", expected a number'],
    [
      { object: 'company', rollUp: '{ dimension: fti, by: max }' },
      'found dimension: "fti", expected a dimension of the model: fit, engagement, did you mean fit',
    ],
    [{ rollUp: '{ dimension: fit, by: max }' }, 'found key rollUp, expected no rollUp, which is for object: company'],
    [{ appliesTo: 'x' }, 'found appliesTo: "x", expected a condition with one of attribute, equals'],
  ])('%j is refused, saying what was expected', (changes, line) => {
    const faults = faultsOf(model(changes));

    expect(faults).toHaveLength(1);
    expect(faults[0]!.startsWith(line)).toBe(true);
  });

  it.each<Record<string, string>>([
    { total: '{ min: 5, max: 5 }' },
    { object: 'company', rollUp: '{ dimension: fit, by: max }' },
    { grades: '{ fit: { A: 5, B: 4 } }' },
    { dimensions: '{ ère: { min: -1, max: 0, halfLifeDays: 0.5 } }' },
  ])('%j is taken', (changes) => {
    expect(faultsOf(model(changes))).toEqual([]);
  });

  it('that is no map at all is told once', () => {
    expect(faultsOf('')).toEqual(['found nothing, expected a map']);
    expect(faultsOf('text')).toEqual(['found "text", expected a map']);
    expect(faultsOf('7')).toEqual(['found 7, expected a map']);
  });

  it('includes nothing that leads out of the folder of templates', () => {
    expect(faultsOf(model({ include: '[../x]' }))).toContain('found include: "../x", expected the name of a template');
  });

  it('is shown by its first sixty characters', () => {
    expect(faultsOf(model({ version: 'v'.repeat(58) }))).toEqual([
      `found version: "${'v'.repeat(58)}", expected a number`,
    ]);
    expect(faultsOf(model({ version: 'v'.repeat(59) }))).toEqual([
      `found version: "${'v'.repeat(59)}…, expected a number`,
    ]);
  });

  it('with bounds of a wrong type is told their type and not their order', () => {
    expect(faultsOf(model({ total: '{ min: z, max: a }' }))).toEqual([
      'found min: "z", expected a number',
      'found max: "a", expected a number',
    ]);
    expect(faultsOf(model({ total: '{ min: 5, max: "1" }' }))).toEqual(['found max: "1", expected a number']);
    expect(faultsOf(model({ total: '{ min: "5", max: 1 }' }))).toEqual(['found min: "5", expected a number']);
    expect(faultsOf(model({ bands: '[{ name: a, from: 1 }, { name: b, from: "2" }]' }))).toEqual([
      'found from: "2", expected a number',
    ]);
    expect(faultsOf(model({ bands: '[{ name: a, from: "1" }, { name: b, from: 2 }]' }))).toEqual([
      'found from: "1", expected a number',
    ]);
  });

  it('without names and ids is told what is missing, not what is there twice', () => {
    expect(faultsOf(model({ bands: '[{ from: 2 }, { from: 1 }]' }))).toEqual([
      'found name: nothing, expected text',
      'found name: nothing, expected text',
    ]);
  });
});

describe('a rule', () => {
  it.each([
    ['when: x, points: 1', 'found when: "x", expected a condition with one of attribute, equals'],
    ['when: null, points: 1', 'found when: nothing, expected a condition with one of attribute, equals'],
    ['when: { equals: 5 }, points: 1', 'found attribute: nothing, expected text'],
    ['when: { any: [] }, points: 1', 'found any: an empty list, expected a list that is not empty'],
    ['when: { attribut: x }, points: 1', 'found keys attribut, expected a condition with one of attribute, '],
    ['when: { attribute: x, exist: 1, gt: 2 }, points: 1', 'found key exist, expected one of attribute, equals, '],
    ['when: { attribute: x, between: 5 }, points: 1', 'found between: 5, expected a list of two'],
    ['when: { attribute: x, in: 5 }, points: 1', 'found in: 5, expected a list'],
    ['points: 1', 'found keys id, dimension, label, points, expected a rule with one of when, table, on, '],
    ['wehn: 1, tabel: 2', 'found keys wehn, tabel, expected a rule with one of when, table, on, '],
    ['attribute: x, table: [{ points: 5 }]', 'found table: a map, expected exactly one of equals, notEquals, in'],
    ['attribute: x, table: [{ else: 5, points: 5 }]', 'found key points, expected one of else'],
    [
      'attribute: x, table: [{ gt: 1, lt: 5, points: 5 }]',
      'found table: a map, expected exactly one of equals, notEquals, in',
    ],
    ['attribute: x, table: [5]', 'found table: 5, expected a table row with one of equals, notEquals, in, '],
    ['sequence: [], points: 1', 'found sequence: an empty list, expected a list that is not empty'],
    ['absence: { types: [fax], days: 1 }, points: 1', 'found types: "fax", expected an engagement type, or custom:…'],
    ['on: { type: search }, points: 1, withinDays: 0.000000005', 'found withinDays: 5e-9, expected days above 0'],
    [
      'on: { type: search, where: { attribute: chanel, equals: x } }, points: 1',
      'found attribute: "chanel", expected type, channel, campaign or properties.KEY, did you mean channel',
    ],
    [
      'on: { type: search, where: { attribute: camp aign, equals: x } }, points: 1',
      'found attribute: "camp aign", expected type, channel, campaign or properties.KEY, did you mean campaign',
    ],
    [
      'on: { type: search, where: { attribute: typ, equals: x } }, points: 1',
      'found attribute: "typ", expected type, channel, campaign or properties.KEY, did you mean type',
    ],
    [
      'on: { type: search, where: { attribute: my.properties.x, equals: x } }, points: 1',
      'found attribute: "my.properties.x", expected type, channel',
    ],
    [
      'count: { type: search, atLeast: 1, withinDays: 1, where: { attribute: q, equals: x } }, points: 1',
      'found attribute: "q", expected type, channel',
    ],
    [
      'sequence: [{ type: search, where: { attribute: q, equals: x } }], points: 1',
      'found attribute: "q", expected type, channel',
    ],
  ])('{ %s } is refused, saying what was expected', (rule, line) => {
    const faults = faultsOf(ruled(rule));

    expect(faults).toHaveLength(1);
    expect(faults[0]!.startsWith(line)).toBe(true);
  });

  it.each([
    'on: { type: search, where: { attribute: type, equals: search } }, points: 1',
    'on: { type: search, where: { attribute: channel, equals: web } }, points: 1, halfLifeDays: 2',
    'on: { type: search, where: { attribute: campaign, equals: x } }, points: 1, withinDays: 0.00000001',
    'when: { all: [{ attribute: x, exists: true }, { any: [{ attribute: y, lt: 5 }, { attribute: z, lt: 5 }] }] }, points: 1',
    'attribute: x, table: [{ gt: 5, points: 1 }, { else: 1 }]',
  ])('{ %s } is taken', (rule) => {
    expect(faultsOf(ruled(rule))).toEqual([]);
  });

  it('of a wrong dimension and wrong points is told each once', () => {
    expect(
      faultsOf(model({ rules: '[{ id: a, dimension: 5, label: A, on: { type: search }, points: x, maxPoints: 5 }]' })),
    ).toEqual(['found dimension: 5, expected text', 'found points: "x", expected a number']);
  });
});

describe('an include', () => {
  it('is told the malformed YAML of its template, and a template without rules adds none', () => {
    const text = model({ include: '[extra]' });
    const resolved = (template: string) => faultsOf(text, () => ({ file: 'extra.yaml', text: template }));

    expect(resolved('rules: [\n')[0]).toMatch(/^found malformed YAML/);
    expect(resolved('name: extra')).toEqual([]);
  });

  it('names the template of the second of two files', () => {
    const rule = (id: string) =>
      `rules:\n  - { id: ${id}, dimension: fti, label: R, when: { attribute: x, exists: true }, points: 1 }\n`;
    const find = (name: string) => ({ file: `${name}.yaml`, text: name === 'one' ? 'rules: []' : rule(name) });

    expect(() => parseModel({ file: 'm.yaml', text: model({ include: '[one, two, three]' }) }, find)).toThrow(
      /^two\.yaml:2:27: found dimension: "fti".*\nthree\.yaml:2:29: /,
    );
  });
});
