import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createScorer } from '../../src/scoring/scorer.ts';
import { casesOf } from '../support/cases-of.ts';
import { referenceScore } from '../support/reference-engine.ts';
import { aModel, anInput } from '../support/scoring-cases.ts';

const CASES = casesOf(5_000, 100_000);

it(`agrees with the reference engine to the hundredth of a point in ${CASES} random cases`, {
  timeout: 900_000,
}, () => {
  fc.assert(
    fc.property(aModel, anInput, (model, input) => {
      const { score, band, grade, dimensions, reasons, ledger } = createScorer(model).score(input);

      expect({
        score,
        band,
        grade,
        dimensions,
        reasons: reasons.map(({ rule, cp }) => ({ rule, cp })),
        ledger: ledger.map(({ rule, label, dimension, cp, engagement, occurredAt }) => ({
          rule,
          label,
          dimension,
          cp,
          ...(engagement !== undefined && { engagement, occurredAt: occurredAt?.getTime() }),
        })),
      }).toEqual(referenceScore(model, input));
    }),
    { numRuns: CASES },
  );
});
