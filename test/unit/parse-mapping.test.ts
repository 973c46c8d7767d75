import { describe, expect, it } from 'vitest';
import { SCORE_FIELDS } from '../../src/domain/score-field.ts';
import { LeadScoringError } from '../../src/errors.ts';
import { parseMapping } from '../../src/sync/parse-mapping.ts';

const SCORE_FIELD_LINES = Object.keys(SCORE_FIELDS).map((name) => `  ${name}: sw_${name.toLowerCase()}`);

/** A mapping of a portal whose contact has these lines; the first is line 5 of the file. */
function mappingOf(...attributes: readonly string[]): string {
  return [
    'crm: hubspot',
    'leads:',
    '  contact:',
    '    attributes:',
    ...attributes.map((line) => `      ${line}`),
    '    lifecycle: { field: lifecyclestage, order: [lead, mql], onBand: { hot: mql } }',
    'company: { attributes: { company.employees: numberofemployees } }',
    'scoreFields:',
    ...SCORE_FIELD_LINES,
  ].join('\n');
}

const parse = (text: string) => parseMapping('m.yaml', text, 'hubspot');

function faultsOf(text: string): readonly string[] {
  try {
    parse(text);
    return [];
  } catch (error) {
    if (!(error instanceof LeadScoringError) || error.code !== 'MAPPING_INVALID') throw error;
    return error.message.split('\n');
  }
}

describe('a mapping file', () => {
  it('takes the short spelling and the long one', () => {
    const { attributes } = parse(
      mappingOf('jobTitle: jobtitle', 'budget: { field: yearly_budget, type: number, decimal: "," }'),
    ).leads.contact;

    expect(attributes).toEqual({
      jobTitle: { field: 'jobtitle', type: 'any', direction: 'read' },
      budget: { field: 'yearly_budget', type: 'number', direction: 'read', decimal: ',' },
    });
  });

  it('gives a value of a score the type of its own', () => {
    const { attributes } = parse(
      mappingOf(
        'score.dimension.fit: { field: sw_fit, direction: write }',
        'scoreBy.saas.total: { field: sw_saas, direction: write }',
        'rating: { field: rating, direction: write, from: score.band, map: { Hot: hot } }',
      ),
    ).leads.contact;

    expect(Object.values(attributes).map(({ type }) => type)).toEqual(['number', 'number', 'text']);
  });

  it.each<[string, string, string]>([
    [
      'a word that it does not know',
      'budget: { field: b, tpye: number }',
      'leads.contact.attributes.budget: Unrecognized key: "tpye"',
    ],
    [
      'a type that it does not know',
      'budget: { field: b, type: numbr }',
      'leads.contact.attributes.budget.type: Invalid option',
    ],
    [
      'a direction that it does not know',
      'budget: { field: b, direction: out }',
      'leads.contact.attributes.budget.direction: Invalid option',
    ],
    [
      'a map that cannot be turned round',
      'ok: { field: b, type: boolean, direction: both, map: { Y: true, Yes: true } }',
      'leads.contact.attributes.ok.map.Yes: both needs a map that can be turned round',
    ],
    [
      'a write without a type',
      'country: { field: b, direction: write }',
      'leads.contact.attributes.country: direction: write needs a type',
    ],
    [
      'a value of a score that there is not',
      'score.points: { field: b, direction: write }',
      'leads.contact.attributes.score.points: found score.points, expected score.VALUE',
    ],
    [
      'a value of a score that is read',
      'score.band: b',
      'leads.contact.attributes.score.band: a value of a score is ours: it needs direction: write',
    ],
    [
      'a value of a score of another type',
      'score.total: { field: b, direction: write, type: boolean }',
      'leads.contact.attributes.score.total.type: found boolean, but score.total is a number',
    ],
    [
      'a field that is written twice',
      'country: { field: sw_band, direction: write, type: text }',
      'leads.contact.attributes.country.field: sw_band is written by scoreFields.band already',
    ],
    [
      'the lifecycle written by another line',
      'stage: { field: LifecycleStage, direction: both, type: text }',
      'leads.contact.attributes.stage.field: LifecycleStage is written by leads.contact.lifecycle.field already',
    ],
  ])('refuses %s, with its place', (_, line, fault) => {
    const found = faultsOf(mappingOf(line));

    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^m\.yaml:5:\d+: /);
    expect(found[0]).toContain(fault);
  });

  it('refuses to write to companies', () => {
    const text = mappingOf('jobTitle: jobtitle').replace(
      'company.employees: numberofemployees',
      'company.employees: { field: numberofemployees, type: number, direction: both }',
    );

    expect(faultsOf(text)).toEqual([
      expect.stringContaining('company.attributes.company.employees.direction: found both, expected read'),
    ]);
  });

  it('refuses a band that moves to a stage outside the order', () => {
    expect(faultsOf(mappingOf('jobTitle: jobtitle').replace('{ hot: mql }', '{ hot: sql }'))).toEqual([
      expect.stringContaining('leads.contact.lifecycle.onBand.hot: found sql, expected a stage of order'),
    ]);
  });

  it('names every fault at once, each with its own line', () => {
    const found = faultsOf(
      mappingOf('a: { field: b, type: text, split: "," }', 'b: { field: c, type: list, decimal: "." }'),
    );

    expect(found).toEqual([
      expect.stringMatching(/^m\.yaml:5:\d+: leads\.contact\.attributes\.a\.split: only with type: list$/),
      expect.stringMatching(/^m\.yaml:6:\d+: leads\.contact\.attributes\.b\.decimal: only with type: number$/),
    ]);
  });
});
