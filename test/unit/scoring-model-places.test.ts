import { expect, it } from 'vitest';
import { LeadScoringError } from '../../src/errors.ts';
import { parseModel } from '../../src/scoring/parse-model.ts';

const HEAD = `name: test
version: 1
object: lead
dimensions: { fit: { min: 0, max: 50 } }
bands: [{ name: hot, from: 50 }, { name: cold, from: 0 }]
`;
const rules = (...lines: readonly string[]) => `${HEAD}rules:\n${lines.map((line) => `  ${line}\n`).join('')}`;
const rule = (id: string, rest: string) => `- { id: ${id}, dimension: fit, label: R, ${rest} }`;
const MARK = '→';

/** Lines and columns at which faults are told, with the names of what was found. */
function placesOf(text: string): readonly string[] {
  try {
    parseModel({ file: 'm.yaml', text });
  } catch (error) {
    if (!(error instanceof LeadScoringError)) throw error;
    return error.message.split('\n').map((line) => line.replace(/^m\.yaml:(\d+:\d+): .*$/, '$1'));
  }
  return [];
}

/** Lines and columns of the marks. */
function marksOf(text: string): readonly string[] {
  return text.split('\n').flatMap((line, index) =>
    line
      .split(MARK)
      .slice(0, -1)
      .map((_, mark, parts) => `${index + 1}:${parts.slice(0, mark + 1).join('').length + 1}`),
  );
}

it.each<[string, string]>([
  ['a value', rules(rule('a', 'when: { attribute: x, exists: →1 }, points: 1'))],
  [
    'a value on a line of its own',
    rules('- id: a', '  dimension: fit', '  label: R', '  points:', '    →x', '  when: { attribute: x, exists: true }'),
  ],
  ['a value in quotes', rules(rule('a', 'when: { attribute: x, exists: true }, points: →"x"'))],
  ['an unknown key of a flow map', rules(rule('a', 'when: { attribute: x, →exits: true, exists: true }, points: 1'))],
  [
    'an unknown key of a block map',
    `${rules(rule('a', 'when: { attribute: x, exists: true }, points: 1'))}→colour: red\n`,
  ],
  ['a key in quotes', `${rules()}→"colour": red\n`.replace('rules:\n', 'rules: []\n')],
  ['a key as a complex key', `${HEAD}rules: []\n? →colour\n: red\n`],
  ['the map that lacks a key', rules(`- →{ id: a, dimension: fit, label: R, when: { attribute: x, exists: true } }`)],
  [
    'the block map that lacks a key',
    rules('- →id: a', '  dimension: fit', '  label: R', '  when: { attribute: x, exists: true }'),
  ],
  ['the file that lacks a key', `→${HEAD}`],
  [
    'a value that is left out',
    rules('- id: a', '  dimension: fit', '  label: R', '  points:→', '  when: { attribute: x, exists: true }'),
  ],
  [
    'a second rule of one id',
    rules(
      rule('a', 'when: { attribute: x, exists: true }, points: 1'),
      rule('→a', 'when: { attribute: x, exists: true }, points: 1'),
    ),
  ],
  [
    'a dimension that is not there',
    rules('- { id: a, dimension: →fti, label: R, when: { attribute: x, exists: true }, points: 1 }'),
  ],
  ['a band out of order', `${HEAD.replace('from: 0', 'from: →60')}rules: []\n`],
  ['a letter with the bound of another', `${HEAD}grades: { fit: { A: 5, B: →5 } }\nrules: []\n`],
  ['a grade of no dimension', `${HEAD}grades:\n  →fti: { A: 5 }\nrules: []\n`],
  ['a grade without a letter', `${HEAD}grades: { fit: →{} }\nrules: []\n`],
  ['a dimension whose name is a number', `${HEAD.replace('{ fit', '{ →1st: { min: 0, max: 1 }, fit')}rules: []\n`],
  ['the roll-up of a lead', `${HEAD}→rollUp: { dimension: fti, by: max }\nrules: []\n`],
  [
    'a dimension of the roll-up',
    `${HEAD.replace('object: lead', 'object: company')}rollUp:\n  by: max\n  dimension: →fti\nrules: []\n`,
  ],
  [
    'an unknown key of the roll-up',
    `${HEAD.replace('object: lead', 'object: company')}rollUp: { dimension: fit, by: max, →n: 3 }\nrules: []\n`,
  ],
  [
    'a way of rolling up that is none',
    `${HEAD.replace('object: lead', 'object: company')}rollUp: { dimension: fit, by: →mean }\nrules: []\n`,
  ],
  [
    'an else row that is not the last',
    rules(rule('a', 'attribute: x, table: [{ gt: 1, points: 1 }, →{ else: 1 }, { lt: 0, points: 2 }]')),
  ],
  ['maxPoints of the wrong sign', rules(rule('a', 'on: { type: search }, points: 1, maxPoints: →-1'))],
  [
    'an attribute that no engagement has',
    rules(
      rule(
        'a',
        'on: { type: search, where: { any: [{ attribute: channel, equals: a }, { not: { attribute: →page, equals: a } }] } }, points: 1',
      ),
    ),
  ],
  ['a template that is not there', `${HEAD}include:\n  - →gone\nrules: []\n`],
  ['a key that stands twice', `${HEAD}rules: []\n→rules: []\n`],
  [
    'text that goes on over lines',
    rules(
      '- id: a',
      '  dimension: fit',
      '  label: R',
      '  points: →>',
      '    one',
      '    two',
      '  when: { attribute: x, exists: true }',
    ),
  ],
  ['what stands behind characters of two units', rules(rule('"😀"', 'when: { attribute: x, exists: →1 }, points: 1'))],
])('names the place of %s', (_what, marked) => {
  expect(placesOf(marked.replaceAll(MARK, ''))).toEqual(marksOf(marked));
  expect(marksOf(marked)).toHaveLength(1);
});

it.each<[string, string]>([
  [
    'what an anchor names, once',
    rules(
      rule('a', 'when: &c { attribute: x, exists: →1 }, points: 1'),
      rule('b', 'when: *c, points: 1'),
      rule('c', 'when: *c, points: 1'),
    ),
  ],
  [
    'a wrong key of what an anchor names, once',
    rules(rule('a', 'when: &c { →atribute: x, exists: true }, points: 1'), rule('b', 'when: { all: [*c] }, points: 1')),
  ],
  [
    'a key that what an anchor names lacks, once',
    rules(rule('a', 'when: &c →{ exists: true }, points: 1'), rule('b', 'when: { not: *c }, points: 1')),
  ],
  [
    'a scalar that an anchor names, once',
    rules(
      rule('a', 'when: { attribute: x, exists: true }, points: &p →x'),
      rule('b', 'when: { attribute: x, exists: true }, points: *p'),
    ),
  ],
  [
    'an alias of what is right elsewhere',
    rules('- { id: a, dimension: fit, label: &l R, when: { attribute: x, exists: true }, points: →*l }'),
  ],
  [
    'an alias in a list',
    rules('- { id: a, dimension: fit, label: &l R, attribute: x, table: [{ gt: 1, points: 1 }, →*l] }'),
  ],
  [
    'an alias of a rule, whose id then stands twice',
    rules(rule('a', 'when: { attribute: x, exists: true }, points: 1').replace('{', '&r {'), '- →*r'),
  ],
  [
    'an alias of a condition that reads a lead, in a rule that reads engagements',
    rules(
      rule('a', 'when: &c { attribute: jobTitle, exists: true }, points: 1'),
      rule('b', 'on: { type: search, where: →*c }, points: 1'),
    ),
  ],
  [
    'an alias of an alias',
    rules(
      rule('a', 'when: &c { any: [&d { attribute: x, exists: →1 }] }, points: 1'),
      rule('b', 'when: *c, points: 1'),
      rule('c', 'when: *d, points: 1'),
    ),
  ],
  [
    'a merge key, which YAML 1.2 does not know',
    rules(
      rule('a', 'when: &c { attribute: x, exists: true }, points: 1'),
      rule('b', 'when: { →<<: *c, attribute: x, exists: true }, points: 1'),
    ),
  ],
  [
    'a merge key of a block map',
    rules(
      rule('a', 'when: { attribute: x, exists: true }, points: 1').replace('{', '&r {'),
      '- →<<: *r',
      '  id: b',
      '  dimension: fit',
      '  label: R',
      '  points: 2',
      '  when: { attribute: x, exists: true }',
    ),
  ],
  ['an alias of what it is within', rules(rule('a', 'when: &c { all: [{ any: [→*c] }] }, points: 1'))],
  ['an alias of nothing', rules(rule('a', 'when: →*c, points: 1'))],
])('behind an alias names the place of %s', (_what, marked) => {
  expect(placesOf(marked.replaceAll(MARK, ''))).toEqual(marksOf(marked));
  expect(marksOf(marked)).toHaveLength(1);
});

it('names every place of several faults, in the order of the file', () => {
  const marked = rules(
    '- { id: a, dimension: →fti, label: R, when: { attribute: x, exists: →1 }, points: →1.234 }',
    rule('b', 'when: { attribute: x, →exits: true }, points: →x'),
  );

  // The misspelt comparison is the one that is missing; the map that lacks it is not told as well.
  expect(placesOf(marked.replaceAll(MARK, ''))).toEqual(marksOf(marked));
});
