import { describe, expect, it } from 'vitest';
import { checkModel } from '../../src/scoring/check-model.ts';
import { parseModel } from '../../src/scoring/parse-model.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { aLead, did, NOW } from '../support/scoring-builders.ts';

/** A model with one pattern on an attribute of the lead and on a property of an engagement. */
const modelWith = (pattern: string) =>
  parseModel({
    file: 'm.yaml',
    text: `name: hostile
version: 1
object: lead
dimensions: { fit: { min: 0, max: 100 } }
bands: [{ name: hot, from: 0 }]
rules:
  - { id: a, dimension: fit, label: A, when: { attribute: x, matches: ${JSON.stringify(pattern)} }, points: 1 }
  - id: b
    dimension: fit
    label: B
    on: { type: search, where: { attribute: properties.x, matches: ${JSON.stringify(pattern)} } }
    points: 2
`,
  });

/** The classic ones, each with a text on which a backtracking engine takes years. */
const HOSTILE: readonly [string, string][] = [
  ['^(a+)+$', `${'a'.repeat(5_000)}!`],
  ['^(a|aa)+$', `${'a'.repeat(5_000)}!`],
  ['^(a|a?)+$', `${'a'.repeat(5_000)}!`],
  ['^([a-zA-Z]+)*$', `${'a'.repeat(5_000)}1`],
  ['^(.*a){11}$', `${'a'.repeat(2_000)}!`],
  ['(x+x+)+y', 'x'.repeat(5_000)],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', `${'a'.repeat(2_000)}1`],
  ['^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@)$', `${'a'.repeat(2_000)}!`],
  ['(.*)*=(.*)*;$', `${'='.repeat(2_000)}!`],
  ['^(\\w+\\s?)*$', `${'word '.repeat(1_000)}!`],
];

describe('a hostile pattern', () => {
  it.each(HOSTILE)('%s is answered while a worker waits', (pattern, text) => {
    const model = modelWith(pattern);
    const input = { lead: aLead({ attributes: { x: text } }), asOf: NOW };

    expect(checkModel(model).filter(({ kind }) => kind === 'dead rule')).toEqual([]);
    // A hundred searches: those that a backtracking engine would not end one of.
    const searches = Array.from({ length: 100 }, () => did('search', NOW, { properties: { x: text.slice(-300) } }));
    expect(createScorer(model).score({ ...input, engagements: searches }).score).toBe(0);
  });

  it.each([
    ['(x{1,1000}){1,1000}'],
    ['((a{100}){100}){100}'],
    ['a{1001}'],
    ['(?=a)b'],
    ['(?<!a)b'],
    ['(a)\\1'],
    ['(?>a+)b'],
    ['a++b'],
    ['(a'],
    ['[z-a]'],
  ])('%s, which no linear engine takes, is a fault of the model', (pattern) => {
    expect(() => modelWith(pattern)).toThrow(/found matches: .*, expected a pattern in RE2 syntax/);
  });

  it('finds what it looks for, anywhere and whatever the case', () => {
    const { score } = createScorer(modelWith('\\bstra(ß|ss)e\\b')).score({
      lead: aLead({ attributes: { x: ' Lange STRASSE 5 ' } }),
      engagements: [did('search', NOW, { properties: { x: 'strasse' } })],
      asOf: NOW,
    });

    expect(score).toBe(3);
  });
});
