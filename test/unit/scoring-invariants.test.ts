import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes } from '../../src/domain/lead.ts';
import { attributesOf } from '../../src/scoring/compile-condition.ts';
import type { Rule, ScoreModel } from '../../src/scoring/model.ts';
import type { ScoreCard, ScoringInput } from '../../src/scoring/score-card.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { casesOf } from '../support/cases-of.ts';
import { aModel, anEngagement, anInput } from '../support/scoring-cases.ts';

const RUNS = { numRuns: casesOf(500, 20_000) };
const score = (model: ScoreModel, input: ScoringInput) => createScorer(model).score(input);
const sum = (lines: readonly { readonly cp: number }[]) => lines.reduce((total, { cp }) => total + cp, 0);

/** Rules that cannot take anything away because of one more engagement. */
const plain = (rule: Rule): boolean =>
  'when' in rule || 'table' in rule || ('on' in rule && rule.limit === undefined && rule.points >= 0);

/** A model whose every rule earns more, or as much, the more happens. */
const aGrowingModel = aModel.map((model) => ({ ...model, rules: model.rules.filter(plain) }));

describe('the engine', () => {
  it('writes a ledger that sums to the score, and within each dimension to its entry (T50)', () => {
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        const card = score(model, input);

        expect(sum(card.ledger)).toBe(100 * card.score);
        for (const [name, cp] of Object.entries(card.dimensions)) {
          expect(sum(card.ledger.filter(({ dimension }) => dimension === name))).toBe(cp);
        }
        expect(card.ledger.every(({ cp }) => Number.isSafeInteger(cp) && cp !== 0)).toBe(true);
      }),
      RUNS,
    );
  });

  it('holds every cap', () => {
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        const card = score(model, input);

        expect(card.score).toBeGreaterThanOrEqual(model.total.min);
        expect(card.score).toBeLessThanOrEqual(model.total.max);
        for (const [name, { min, max }] of Object.entries(model.dimensions)) {
          expect(card.dimensions[name]).toBeGreaterThanOrEqual(min * 100);
          expect(card.dimensions[name]).toBeLessThanOrEqual(max * 100);
        }
        for (const rule of model.rules) {
          if (!('maxPoints' in rule) || rule.maxPoints === undefined) continue;
          const earned = sum(card.ledger.filter((line) => line.rule === rule.id));
          expect(Math.abs(earned)).toBeLessThanOrEqual(Math.round(Math.abs(rule.maxPoints) * 100));
        }
      }),
      RUNS,
    );
  });

  it('does not care in which order engagements arrive, or how often', () => {
    const shuffled = anInput.chain((input) =>
      fc.tuple(
        fc.constant(input),
        fc.shuffledSubarray([...input.engagements, ...input.engagements], { minLength: input.engagements.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(aModel, shuffled, (model, [input, engagements]) => {
        expect(score(model, { ...input, engagements })).toEqual(score(model, input));
      }),
      RUNS,
    );
  });

  it('gives the same bytes for the same input', () => {
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        const copy = structuredClone({ model, input });

        expect(JSON.stringify(score(copy.model, copy.input))).toBe(JSON.stringify(score(model, input)));
      }),
      RUNS,
    );
  });

  it('changes nothing that it is given', () => {
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        const before = structuredClone({ model, input });
        score(model, input);
        createScorer(model).nextReviewAt(input);

        expect({ model, input }).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });

  it('never lowers the score for one more engagement where every rule only adds', () => {
    fc.assert(
      fc.property(aGrowingModel, anInput, anEngagement, (model, input, drawn) => {
        const engagements = [...input.engagements, { ...drawn, id: 'one more' }];

        expect(score(model, { ...input, engagements }).score).toBeGreaterThanOrEqual(score(model, input).score);
      }),
      RUNS,
    );
  });

  it('lets the worth of every line only fade', () => {
    fc.assert(
      fc.property(aModel, anInput, fc.integer({ min: 1, max: 40 * 86_400_000 }), (model, input, laterMs) => {
        const rules = model.rules.flatMap((rule): Rule[] => {
          if (!('on' in rule)) return [];
          const { limit: _limit, withinDays: _days, maxPoints: _cap, ...rest } = rule;
          return [{ ...rest, on: { type: rule.on.type } }];
        });
        const ageing = { ...model, rules };
        const later = score(ageing, { ...input, asOf: new Date(input.asOf.getTime() + laterMs) });
        for (const { rule, engagement, cp } of score(ageing, input).ledger) {
          if (rule === null) continue;
          const faded = later.ledger.find((line) => line.rule === rule && line.engagement === engagement)?.cp ?? 0;

          expect(Math.abs(faded)).toBeLessThanOrEqual(Math.abs(cp));
          expect(faded * cp).toBeGreaterThanOrEqual(0);
        }
      }),
      RUNS,
    );
  });

  it('does not depend on an attribute that no rule names', () => {
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        const named = new Set(
          model.rules.flatMap((rule) =>
            'when' in rule ? attributesOf(rule.when) : 'table' in rule ? [rule.attribute] : [],
          ),
        );
        const attributes = Object.fromEntries(
          Object.entries(input.lead.attributes).filter(([name]) => named.has(name)),
        );
        const bare = { ...input, lead: { ...input.lead, attributes: { ...attributes, 'never named': 'x' } } };

        expect(score(model, bare)).toEqual(score(model, input));
      }),
      RUNS,
    );
  });
});

describe('a change of the model', () => {
  it('that lists its rules otherwise leaves score, band and grade as they are', () => {
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        const { score: a, band, grade, dimensions } = score(model, input);
        const reversed = score({ ...model, rules: model.rules.toReversed() }, input);

        expect([reversed.score, reversed.band, reversed.grade, reversed.dimensions]).toEqual([
          a,
          band,
          grade,
          dimensions,
        ]);
      }),
      RUNS,
    );
  });

  it('that turns every sign round turns the score round', () => {
    const negate = (rule: Rule): Rule => {
      if ('table' in rule) {
        return {
          ...rule,
          table: rule.table.map((row) => ('else' in row ? { else: -row.else } : { ...row, points: -row.points })),
        };
      }
      const capped = 'maxPoints' in rule && rule.maxPoints !== undefined ? { maxPoints: -rule.maxPoints } : {};
      return { ...rule, points: -rule.points, ...capped };
    };
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        const mirrored: ScoreModel = {
          ...model,
          total: { min: -model.total.max, max: -model.total.min },
          dimensions: Object.fromEntries(
            Object.entries(model.dimensions).map(([name, it]) => [name, { ...it, min: -it.max, max: -it.min }]),
          ),
          rules: model.rules.map(negate),
        };

        expect(score(mirrored, input).score + score(model, input).score).toBe(0);
      }),
      RUNS,
    );
  });

  it('that moves every instant leaves the score as it is, where conditions read no instant', () => {
    const timeless = aModel.map((model) => ({
      ...model,
      rules: model.rules.filter((rule) => !JSON.stringify(rule).includes('"attribute"')),
    }));
    fc.assert(
      fc.property(timeless, anInput, fc.integer({ min: -1e10, max: 1e10 }), (model, input, byMs) => {
        const move = (at: Date) => new Date(at.getTime() + byMs);
        const moved = {
          ...input,
          asOf: move(input.asOf),
          lead: { ...input.lead, createdAt: move(input.lead.createdAt) },
          engagements: input.engagements.map((engagement) => ({
            ...engagement,
            occurredAt: move(engagement.occurredAt),
          })),
        };

        expect(score(model, moved).dimensions).toEqual(score(model, input).dimensions);
      }),
      RUNS,
    );
  });

  it('that renames its attributes, and those of the lead, leaves the score as it is', () => {
    const renamed = (name: string) => (RENAMED.test(name) ? name.replace(/[^.]+$/, 'new $&') : name);
    const renamedKeys = (attributes: Attributes, prefix = '') =>
      Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [renamed(prefix + name).slice(prefix.length), value]),
      );
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        const { lead, engagements } = input;
        const rules = JSON.parse(
          JSON.stringify(model.rules, (key, value) => (key === 'attribute' ? renamed(value) : value)),
        );
        const other = {
          ...input,
          lead: { ...lead, attributes: renamedKeys(lead.attributes) },
          engagements: engagements.map((engagement) => ({
            ...engagement,
            properties: renamedKeys(engagement.properties, 'properties.'),
          })),
        };

        expect(score({ ...model, rules }, other)).toMatchObject(withoutWarnings(score(model, input)));
      }),
      RUNS,
    );
  });

  it('into two models of some of its rules each gives scores that add up, where no cap bites', () => {
    const free = { min: -1_000_000, max: 1_000_000 };
    const uncapped = aModel.map((model) => ({
      ...model,
      total: free,
      dimensions: Object.fromEntries(Object.entries(model.dimensions).map(([name, it]) => [name, { ...it, ...free }])),
    }));
    fc.assert(
      fc.property(uncapped, anInput, fc.nat(255), (model, input, split) => {
        const part = (isFirst: boolean) =>
          score(
            { ...model, rules: model.rules.filter((_, index) => ((split >> index) & 1) === Number(isFirst)) },
            input,
          );
        const [first, second, whole] = [part(true), part(false), score(model, input)];

        for (const [name, cp] of Object.entries(whole.dimensions)) {
          expect(first.dimensions[name]! + second.dimensions[name]!).toBe(cp);
        }
        expect(Math.abs(first.score + second.score - whole.score)).toBeLessThanOrEqual(1); // two roundings for one
      }),
      RUNS,
    );
  });
});

/** What may be renamed: attributes of a lead and properties of an engagement, but not `type`, `channel` and `campaign`. */
const RENAMED = /^(?!type$|channel$|campaign$)/;

/** They count by name. */
function withoutWarnings({ warnings: _, ...card }: ScoreCard): Omit<ScoreCard, 'warnings'> {
  return card;
}
