import { describe, expect, it } from 'vitest';
import { linesOf, type Steps, spoiled } from '../support/whole-model.ts';

describe('one line tells', () => {
  const line = (path: Steps, value: unknown) =>
    linesOf(spoiled(path, (parent, key) => (parent[key] = value))).map((text) => text.replace(/^.*:\d+:\d+: /, ''));
  const first = ['rules', 0];

  it.each<[Steps, unknown, string]>([
    [['include'], ['extra', 'extra'], 'found include: "extra", expected each template once'],
    [['include'], ['gone'], 'found include: "gone", expected the name of a template'],
    [['include'], ['../extra'], 'found include: "../extra", expected the name of a template'],
    [['dimensions'], null, 'found dimensions: nothing, expected a map'],
    [['dimensions'], {}, 'found dimensions: a map, expected at least one dimension'],
    [['version'], 1e300, 'found version: 1e+300, expected a number of at most 9007199254740991'],
    [
      ['grades', 'fitt'],
      { A: 1 },
      'found key fitt, expected a dimension of the model: fit, engagement, did you mean fit',
    ],
    [['grades', 'fitt'], 5, 'found key fitt, expected a dimension of the model: fit, engagement, did you mean fit'],
    [
      ['rules', 2, 'dimension'],
      'fti',
      'found dimension: "fti", expected a dimension of the model: fit, engagement, did you mean fit',
    ],
    [['bands', 2], { name: 'hot', from: 80 }, 'found name: "hot", expected each name in bands once'],
    [['object'], 'lead', 'found key rollUp, expected no rollUp, which is for object: company'],
    [[...first, 'when', 'all', 0, 'between'], [1], 'found between: a list, expected a list of two'],
    [[...first, 'when', 'all', 0, 'between'], [1, 2, 3], 'found between: a list, expected a list of two'],
    [[...first, 'when', 'all', 0, 'between'], [1, 'x'], 'found between: "x", expected a number or an instant'],
    [[...first, 'points'], 1e306, 'found points: 1e+306, expected a number of at most 1000000000'],
    [['rules', 1, 'table', 0], [], 'found table: an empty list, expected a table row'],
    [['rules', 0], ['x'], 'found rules: a list, expected a rule with one of when, table, on, count, sequence, absence'],
  ])('%j = %j', (path, value, expected) => {
    expect(line(path, value).map((text) => text.slice(0, expected.length))).toEqual([expected]);
  });

  it('each condition of an engagement that reads something else', () => {
    const where = { all: [{ attribute: 'page', exists: true }, { not: { attribute: 'chanel', exists: true } }] };

    expect(line(['rules', 2, 'on', 'where'], where)).toEqual([
      'found attribute: "page", expected type, channel, campaign or properties.KEY, did you mean properties.page',
      'found attribute: "chanel", expected type, channel, campaign or properties.KEY, did you mean channel',
    ]);
  });
});
