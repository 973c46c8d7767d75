import type { Engagement } from '../domain/lead.ts';
import { bandOf, gradeOf } from './band.ts';
import type { CompiledModel } from './compile-model.ts';
import { clamp, roundHalfAway } from './points.ts';
import { rankReasons } from './rank-reasons.ts';
import type { LedgerLine, ScoreCard, ScoringInput } from './score-card.ts';

/** Scores a lead whose engagements are in order already; the timeline may reach beyond `asOf`. */
export function scoreTimeline(
  compiled: CompiledModel,
  { lead, asOf, previousBand }: Omit<ScoringInput, 'engagements'>,
  timeline: readonly Engagement[],
): ScoreCard {
  const { contributions } = compiled;
  const sight = compiled.sight.turnTo(lead, timeline, asOf.getTime());
  const ledger: LedgerLine[] = [];
  const dimensions = { ...compiled.noPoints };
  let totalCp = 0;
  for (const { name, minCp, maxCp, rules } of compiled.dimensions) {
    let sumCp = 0;
    for (const { place, rule } of rules) {
      const cp = rule.earn(sight, ledger);
      contributions[place] = cp;
      sumCp += cp;
    }
    const cappedCp = clamp(sumCp, minCp, maxCp);
    if (cappedCp !== sumCp) ledger.push({ rule: null, label: 'dimension cap', dimension: name, cp: cappedCp - sumCp });
    dimensions[name] = cappedCp;
    totalCp += cappedCp;
  }
  const cappedCp = clamp(totalCp, compiled.totalMinCp, compiled.totalMaxCp);
  if (cappedCp !== totalCp) ledger.push(closingLine('total cap', cappedCp - totalCp));
  const score = roundHalfAway(cappedCp / 100);
  if (score * 100 !== cappedCp) ledger.push(closingLine('rounding', score * 100 - cappedCp));
  return {
    id: lead.id,
    score,
    band: bandOf(compiled.model, score, previousBand),
    grade: gradeOf(compiled.grades, dimensions),
    dimensions,
    reasons: rankReasons(compiled.rules, contributions),
    ledger,
    warnings: sight.tally.warnings(),
  };
}

function closingLine(label: string, cp: number): LedgerLine {
  return { rule: null, label, dimension: null, cp };
}
