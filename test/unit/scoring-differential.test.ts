import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { companyScore } from '../../src/scoring/company-score.ts';
import type { ScoreModel } from '../../src/scoring/model.ts';
import type { ScoreCard } from '../../src/scoring/score-card.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { casesOf } from '../support/cases-of.ts';
import { type ReferenceCard, referenceScore } from '../support/reference-engine.ts';
import { aModel, anInput, aRollUp, someLeads } from '../support/scoring-cases.ts';

const CASES = casesOf(5_000, 100_000);
const COMPANIES = casesOf(1_000, 20_000);

const aCompany = fc.tuple(aModel, fc.option(aRollUp, { nil: undefined }), someLeads);

describe('the engine agrees with the reference to the hundredth of a point', () => {
  it(`in ${CASES} random cases of leads`, { timeout: 900_000 }, () => {
    fc.assert(
      fc.property(aModel, anInput, (model, input) => {
        expect(plain(createScorer(model).score(input))).toEqual(referenceScore(model, input));
      }),
      { numRuns: CASES },
    );
  });

  it(`in ${COMPANIES} random cases of companies`, { timeout: 900_000 }, () => {
    fc.assert(
      fc.property(aCompany, anInput, ([drawn, rollUp, leads], input) => {
        const model: ScoreModel = { ...drawn, object: 'company', ...(rollUp !== undefined && { rollUp }) };
        expect(plain(companyScore(model, input, leads))).toEqual(referenceScore(model, input, leads));
      }),
      { numRuns: COMPANIES },
    );
  });
});

/** A score card in the form of the reference. */
function plain({ score, band, grade, dimensions, reasons, ledger }: ScoreCard): ReferenceCard {
  return {
    score,
    band,
    grade,
    dimensions,
    reasons: reasons.map(({ rule, cp }) => ({ rule, cp })),
    ledger: ledger.map(({ rule, label, dimension, cp, engagement, occurredAt, lead }) => ({
      rule,
      label,
      dimension,
      cp,
      ...(engagement !== undefined && occurredAt !== undefined && { engagement, occurredAt: occurredAt.getTime() }),
      ...(lead !== undefined && { lead }),
    })),
  };
}
