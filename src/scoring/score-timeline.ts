import type { Engagement } from '../domain/lead.ts';
import { bandOf, gradeOf } from './band.ts';
import type { CompiledModel } from './compile-model.ts';
import { clamp, roundHalfAway } from './points.ts';
import { ReasonRanking } from './rank-reasons.ts';
import type { LedgerLine, ScoreCard, ScoringInput } from './score-card.ts';
import { Sight } from './sight.ts';

/**
 * Scores a lead whose engagements are in order already; the timeline may reach beyond `asOf`.
 *
 * @param rolledUp - Lines of one rule that is no rule of the model: the leads' share of a company's score.
 */
export function scoreTimeline(
  compiled: CompiledModel,
  { lead, asOf, previousBand }: Omit<ScoringInput, 'engagements'>,
  timeline: readonly Engagement[],
  rolledUp: readonly RolledUpLine[] = [],
): ScoreCard {
  const sight = new Sight(lead, timeline, asOf.getTime(), compiled.types);
  const ledger: LedgerLine[] = [];
  const dimensions: Record<string, number> = {};
  const ranking = new ReasonRanking();
  let totalCp = 0;
  for (const { name, minCp, maxCp, rules } of compiled.dimensions) {
    let sumCp = 0;
    for (const rule of rules) {
      const cp = rule.earn(sight, ledger);
      sumCp += cp;
      if (cp !== 0) ranking.add(rule, name, cp);
    }
    if (rolledUp.length > 0) sumCp += addRolledUp(rolledUp, name, ledger, ranking);
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
    reasons: ranking.reasons(),
    ledger,
    warnings: sight.tally.warnings(),
  };
}

/** A line that a rule outside the model has made. */
export type RolledUpLine = LedgerLine & { readonly rule: string; readonly dimension: string };

function addRolledUp(
  lines: readonly RolledUpLine[],
  dimension: string,
  ledger: LedgerLine[],
  ranking: ReasonRanking,
): number {
  const own = lines.filter((line) => line.dimension === dimension && line.cp !== 0);
  ledger.push(...own);
  const cp = own.reduce((sum, line) => sum + line.cp, 0);
  const [first] = own;
  if (first !== undefined)
    ranking.add({ id: first.rule, label: first.label, place: Number.POSITIVE_INFINITY }, dimension, cp);
  return cp;
}

function closingLine(label: string, cp: number): LedgerLine {
  return { rule: null, label, dimension: null, cp };
}
