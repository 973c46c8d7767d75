import { describe, expect, it } from 'vitest';
import { LeadScoringError } from '../../src/errors.ts';
import { type IncludeResolver, parseModel } from '../../src/scoring/parse-model.ts';

const HEAD = `name: test
version: 1
object: lead
dimensions: { fit: { min: 0, max: 50 }, engagement: { min: 0, max: 50 } }
bands: [{ name: hot, from: 50 }, { name: cold, from: 0 }]
`;
const ruled = (...rules: string[]) =>
  `${HEAD}rules:\n${rules.map((rule) => `  - { id: r, dimension: fit, label: R, ${rule} }\n`).join('')}`;

function faultsOf(text: string, include?: IncludeResolver): readonly string[] {
  try {
    parseModel({ file: 'm.yaml', text }, include);
  } catch (error) {
    if (error instanceof LeadScoringError && error.code === 'MODEL_INVALID') return error.message.split('\n');
    throw error;
  }
  return [];
}

describe('parseModel', () => {
  it('fills in what a model may leave out', () => {
    const model = parseModel({ file: 'm.yaml', text: `${HEAD}rules: []` });

    expect(model).toMatchObject({
      priority: 0,
      total: { min: 0, max: 100 },
      hysteresis: 0,
      writeBack: { minDelta: 3 },
    });
    expect(model.grades).toBeUndefined();
  });

  it('names the place of an unknown key and the word that was meant', () => {
    expect(faultsOf(HEAD.replace('max: 50 }, eng', 'max: 50, halflifeDays: 3 }, eng').concat('rules: []'))).toEqual([
      'm.yaml:4:39: found key halflifeDays, expected one of min, max, halfLifeDays, did you mean halfLifeDays',
    ]);
  });

  it('names every fault at once, in the order of the file', () => {
    const text = `${HEAD.replace('version: 1', 'version: 0')}hysteresis: -1\nrules:\n  - { id: a, dimension: fitt, label: A, when: { attribute: x, exists: 1 }, points: 1.234 }\n`;

    expect(faultsOf(text)).toEqual([
      'm.yaml:2:10: found version: 0, expected a number of at least 1',
      'm.yaml:6:13: found hysteresis: -1, expected a number of at least 0',
      'm.yaml:8:25: found dimension: "fitt", expected a dimension of the model: fit, engagement, did you mean fit',
      'm.yaml:8:71: found exists: 1, expected true or false',
      'm.yaml:8:84: found points: 1.234, expected at most two decimals',
    ]);
  });

  it.each([
    ['when: { attribute: x, gt: 1, lt: 3 }, points: 1', /expected exactly one of equals/],
    ['when: { attribute: x }, points: 1', /expected exactly one of equals/],
    ['when: { attribute: x, gte: abc }, points: 1', /found gte: "abc", expected a number or an instant/],
    ['when: { attribute: x, gte: true }, points: 1', /found gte: true, expected a number or an instant/],
    ['when: { attribute: x, between: [1, 2026-01-01] }, points: 1', /expected two numbers or two instants/],
    ['when: { attribute: x, between: [1] }, points: 1', /found between: a list/],
    [
      'when: { attribute: x, equals: [a] }, points: 1',
      /found equals: a list, expected text, a number or true or false/,
    ],
    ['when: { attribute: x, equals: " " }, points: 1', /found equals: " "/],
    ['when: { attribute: x, in: [] }, points: 1', /found in: an empty list, expected a list that is not empty/],
    ['when: { attribute: x, contains: 5 }, points: 1', /found contains: 5, expected text/],
    ['when: { attribute: x, matches: "(?=a)" }, points: 1', /expected a pattern in RE2 syntax/],
    ['when: { attribute: x, matches: "(a" }, points: 1', /expected a pattern in RE2 syntax/],
    ['when: { attribute: x, withinDays: 0 }, points: 1', /found withinDays: 0, expected days above 0/],
    ['when: { all: [] }, points: 1', /found all: an empty list/],
    ['when: { not: [] }, points: 1', /found not: an empty list, expected a condition with one of/],
    [
      'whenn: { attribute: x, exists: true }, points: 1',
      /found keys whenn, expected a rule with one of .*, did you mean when/,
    ],
    ['attribute: x, table: [{ else: 1 }, { gt: 3, points: 1 }]', /expected the else row to be the last/],
    ['attribute: x, table: [{ gt: 3, lt: 5, points: 1 }]', /expected exactly one of/],
    ['attribute: x, table: []', /found table: an empty list/],
    [
      'on: { type: page_veiw }, points: 1',
      /found type: "page_veiw", expected an engagement type.*, did you mean page_view/,
    ],
    [
      'on: { type: page_view, where: { attribute: page, exists: true } }, points: 1',
      /found attribute: "page", expected type, .*, did you mean properties.page/,
    ],
    ['on: { type: page_view }, points: 3, maxPoints: -5', /found maxPoints: -5, expected the sign of the points/],
    [
      'on: { type: page_view }, points: 3, halfLifeDays: never',
      /found halfLifeDays: "never", expected days above 0, or none/,
    ],
    ['on: { type: page_view }, points: 3, limit: { times: 1 }', /found perDays: nothing, expected a number/],
    ['count: { type: page_view, atLeast: 3 }, points: 3', /found withinDays: nothing/],
    ['absence: { types: [email_click] }, points: 3', /found days: nothing/],
    ['when: { attribute: x, exists: true }, points: 3, withinDays: 5', /found key withinDays/],
  ])('refuses { %s }', (rule, message) => {
    expect(faultsOf(ruled(rule)).join('\n')).toMatch(message);
  });

  it.each([
    ['on: { type: custom:quiz }, points: 3'],
    [
      'on: { type: page_view, where: { not: { attribute: properties.page, startsWith: / } } }, points: 3, halfLifeDays: none',
    ],
    ['when: { attribute: x, gte: "5e2" }, points: -0.25'],
    ['when: { attribute: x, lt: 2026-01-01T00:00:00+0200 }, points: 3'],
  ])('takes { %s }', (rule) => {
    expect(faultsOf(ruled(rule))).toEqual([]);
  });

  it('refuses two rules of one id', () => {
    const rule = 'when: { attribute: x, exists: true }, points: 3';

    expect(faultsOf(ruled(rule, rule))).toEqual(['m.yaml:8:11: found id: "r", expected each id in rules once']);
  });

  it.each([
    ['bands: [{ name: hot, from: 50 }, { name: cold, from: 50 }]', /found from: 50, expected less than 50/],
    ['bands: [{ name: hot, from: 50 }, { name: hot, from: 0 }]', /found name: "hot", expected each name in bands once/],
    ['bands: []', /found bands: an empty list/],
    ['grades: { fitt: { A: 1 } }', /found key fitt, expected a dimension/],
    ['grades: { fit: { A: 1, B: 1 } }', /found B: 1, expected a bound that no other letter has/],
    ['total: { min: 5, max: 1 }', /found min: 5, expected at most the max, which is 1/],
    ['total: { min: 0.5, max: 1 }', /found min: 0.5, expected whole points/],
  ])('refuses %s', (line, message) => {
    const key = line.split(':')[0]!;
    const head = HEAD.split('\n')
      .filter((text) => !text.startsWith(`${key}:`))
      .join('\n');

    expect(faultsOf(`${head}${line}\nrules: []`).join('\n')).toMatch(message);
  });

  it('says what is wrong with the YAML itself', () => {
    expect(faultsOf('name: [\n')[0]).toMatch(/^m\.yaml:\d+:\d+: found malformed YAML \(.+\), expected YAML 1\.2$/);
    expect(faultsOf('name: a\nname: b\n')[0]).toMatch(/^m\.yaml:2:1: found malformed YAML \(Map keys must be unique\)/);
    expect(faultsOf('')).toEqual(['m.yaml:1:1: found nothing, expected a map']);
    expect(faultsOf('- a')).toContain('m.yaml:1:1: found a list, expected a map');
  });

  it('refuses aliases that multiply', () => {
    const bomb = [
      'a: &a [x, x, x, x, x, x, x, x, x]',
      ...'bcdefghi'.split('').map((name, index) => `${name}: &${name} [${`*${'abcdefghi'[index]}, `.repeat(9)}]`),
    ];

    expect(faultsOf(bomb.join('\n'))[0]).toMatch(/^m\.yaml:1:1: found malformed YAML/);
  });

  describe('with include', () => {
    const template =
      (text: string): IncludeResolver =>
      (name) =>
        name === 'extra' ? { file: 'extra.yaml', text } : undefined;
    const own = ruled('when: { attribute: x, exists: true }, points: 1').concat('include: [extra]\n');
    const rule = (id: string, dimension = 'fit') =>
      `rules:\n  - { id: ${id}, dimension: ${dimension}, label: E, when: { attribute: y, exists: true }, points: 2 }\n`;

    it('lets the rules of the template follow its own', () => {
      const model = parseModel({ file: 'm.yaml', text: own }, template(rule('e')));

      expect(model.rules.map(({ id }) => id)).toEqual(['r', 'e']);
      expect(model).not.toHaveProperty('include');
    });

    it('names the place in the template', () => {
      expect(faultsOf(own, template(rule('r')))).toEqual([
        'extra.yaml:2:11: found id: "r", expected each id in rules once',
      ]);
      expect(faultsOf(own, template(rule('e', 'third')))[0]).toMatch(/^extra\.yaml:2:25: found dimension: "third"/);
    });

    it('tells the faults of one file after those of another', () => {
      const both = own.replace('name: test', 'name: 5').replace('dimension: fit', 'dimension: fti');
      const wrong = rule('e').replace('points: 2', 'points: x');

      expect(faultsOf(both, template(wrong)).map((line) => line.replace(/: found.*/, ''))).toEqual([
        'm.yaml:1:7',
        'm.yaml:7:25',
        'extra.yaml:2:86',
      ]);
    });

    it('refuses a template that is not there, or includes others', () => {
      expect(faultsOf(own)).toEqual(['m.yaml:8:11: found include: "extra", expected the name of a template']);
      expect(faultsOf(own, template(`include: [more]\n${rule('e')}`))).toEqual([
        'extra.yaml:1:1: found key include, expected none in a template that is itself included',
      ]);
    });
  });
});
