import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { LeadScoringError } from '../../src/errors.ts';
import { type IncludeResolver, parseModel } from '../../src/scoring/parse-model.ts';

/** A valid model in which every key stands that a model may have. */
const WHOLE = {
  name: 'whole',
  version: 1,
  object: 'company',
  include: ['extra'],
  appliesTo: { attribute: 'a', in: ['x', 'y'] },
  priority: 3,
  dimensions: { fit: { min: -50, max: 60 }, engagement: { min: -50, max: 100, halfLifeDays: 30 } },
  total: { min: 0, max: 100 },
  bands: [
    { name: 'hot', from: 80 },
    { name: 'cold', from: 0 },
  ],
  hysteresis: 5,
  grades: { fit: { A: 45, B: 30 }, engagement: { 1: 60, 2: 40 } },
  writeBack: { minDelta: 3 },
  rollUp: { dimension: 'fit', by: 'top', k: 3, halfLifeDays: 30 },
  rules: [
    {
      ...{ id: 'a', dimension: 'fit', label: 'A', points: 5 },
      when: {
        all: [
          { attribute: 'x', between: [1, 2] },
          { not: { attribute: 'y', exists: true } },
          {
            any: [
              { attribute: 'z', matches: 'a' },
              { attribute: 'z', withinDays: 3 },
            ],
          },
        ],
      },
    },
    {
      ...{ id: 'b', dimension: 'fit', label: 'B', attribute: 'e' },
      table: [{ gte: 5, points: 1 }, { in: ['a'], points: 2 }, { else: 0 }],
    },
    {
      ...{ id: 'c', dimension: 'engagement', label: 'C', points: 3, withinDays: 9, limit: { times: 1, perDays: 2 } },
      ...{ halfLifeDays: 'none', maxPoints: 9 },
      on: { type: 'page_view', where: { attribute: 'properties.page', contains: 'x' } },
    },
    {
      ...{ id: 'd', dimension: 'engagement', label: 'D', points: 3 },
      count: { type: 'page_view', where: { attribute: 'channel', equals: 'x' }, atLeast: 2, withinDays: 7 },
    },
    {
      ...{ id: 'e', dimension: 'engagement', label: 'E', points: 4, withinDays: 3, halfLifeDays: 3, maxPoints: 9 },
      sequence: [
        { type: 'search' },
        {
          type: 'page_view',
          where: {
            any: [
              { attribute: 'type', equals: 'x' },
              { attribute: 'campaign', lt: 5 },
            ],
          },
        },
      ],
    },
    { ...{ id: 'f', dimension: 'engagement', label: 'F', points: -5 }, absence: { types: ['email_click'], days: 90 } },
  ],
};

const TEMPLATE = 'name: extra\nversion: 1\nobject: company\nrules: []\n';
const extra: IncludeResolver = (name) => (name === 'extra' ? { file: 'extra.yaml', text: TEMPLATE } : undefined);

function linesOf(content: unknown): readonly string[] {
  try {
    parseModel({ file: 'm.yaml', text: stringify(content) }, extra);
  } catch (error) {
    if (error instanceof LeadScoringError) return error.message.split('\n');
    throw error;
  }
  return [];
}

type Steps = readonly (string | number)[];
// biome-ignore lint/suspicious/noExplicitAny: walks and spoils content of any shape
type Content = any;

function pathsOf(content: Content, above: Steps = []): readonly Steps[] {
  if (typeof content !== 'object') return [];
  return Object.keys(content).flatMap((key) => {
    const path = [...above, Array.isArray(content) ? Number(key) : key];
    return [path, ...pathsOf(content[key], path)];
  });
}

const at = (content: Content, path: Steps): Content => path.reduce((inner, step) => inner[step], content);

/** A copy of the whole model with one thing changed. */
function spoiled(path: Steps, spoil: (parent: Content, key: string | number) => void): Content {
  const copy = structuredClone(WHOLE);
  spoil(at(copy, path.slice(0, -1)), path.at(-1)!); // no path is empty
  return copy;
}

/** A dimension that is gone is missed wherever it is named, and each of these places is told. */
const paths = pathsOf(WHOLE).filter((path) => !(path[0] === 'dimensions' && path.length === 2));
const labelled = paths.map((path): [string, Steps] => [path.join('.'), path]);

it('the model that is spoiled below is whole', () => {
  expect(linesOf(WHOLE)).toEqual([]);
  expect(paths.length).toBeGreaterThan(120);
});

describe('one defect is told in one line at most:', () => {
  it.each(labelled)('%s of another kind', (_place, path) => {
    for (const value of [null, '', ' ', 'strange', -1, 0, 1.5, 1.234, 1e300, true, [], ['x'], [7], {}]) {
      const lines = linesOf(spoiled(path, (parent, key) => (parent[key] = value)));
      const isMapOfNothing = typeof value === 'object' && value !== null && !Array.isArray(value);

      // An empty map lacks each of its keys, and each of them is told.
      if (!isMapOfNothing) expect([value, lines.slice(1)]).toEqual([value, []]);
    }
  });

  it.each(labelled)('%s left out', (_place, path) => {
    const lines = linesOf(
      spoiled(path, (parent, key) => (Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key])),
    );

    expect(lines.slice(1)).toEqual([]);
  });

  it.each(labelled.filter(([, path]) => typeof path.at(-1) === 'string'))('%s mistyped', (_place, path) => {
    const lines = linesOf(
      spoiled(path, (parent, key) => {
        parent[`${key}q`] = parent[key];
        delete parent[key];
      }),
    );

    expect(lines.slice(1)).toEqual([]);
  });

  it.each(labelled.filter(([, path]) => typeof at(WHOLE, path) === 'object'))(
    'something added to %s',
    (_place, path) => {
      const lines = linesOf(
        spoiled(path, (parent, key) => {
          if (Array.isArray(parent[key])) parent[key].push(structuredClone(parent[key][0]));
          else parent[key].strange = 1;
        }),
      );

      expect(lines.slice(1)).toEqual([]);
    },
  );
});

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
