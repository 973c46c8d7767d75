import { stringify } from 'yaml';
import { LeadScoringError } from '../../src/errors.ts';
import { type IncludeResolver, parseModel } from '../../src/scoring/parse-model.ts';

/** A valid model in which every key stands that a model may have. */
export const WHOLE_MODEL = {
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

/** What is told of a model's content, one line a fault. */
export function linesOf(content: unknown): readonly string[] {
  try {
    parseModel({ file: 'm.yaml', text: stringify(content) }, extra);
  } catch (error) {
    if (error instanceof LeadScoringError) return error.message.split('\n');
    throw error;
  }
  return [];
}

/** Keys and indices that lead into the content of a model. */
export type Steps = readonly (string | number)[];

// biome-ignore lint/suspicious/noExplicitAny: walks and spoils content of any shape
export type Content = any;

/** What stands at the end of a path. */
export const at = (content: Content, path: Steps): Content => path.reduce((inner, step) => inner[step], content);

/** A copy of the whole model with one thing changed. */
export function spoiled(path: Steps, spoil: (parent: Content, key: string | number) => void): Content {
  const copy = structuredClone(WHOLE_MODEL);
  spoil(at(copy, path.slice(0, -1)), path.at(-1)!); // no path is empty
  return copy;
}
