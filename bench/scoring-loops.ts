import type { Attributes, Engagement } from '../src/domain/lead.ts';
import type { ScoringInput } from '../src/scoring/score-card.ts';
import { ENGAGEMENT_POINTS } from './scoring-case.ts';

/** The least that computes the rules of the case: no ledger, no reasons, no duplicates, no order, no caps, no band. */
export function bareLoopScore({ lead, engagements }: ScoringInput): number {
  let cp = attributesCp(lead.attributes);
  for (const { type } of engagements) cp += pointsOf(type) * 100;
  return Math.round(cp / 100);
}

/** {@link bareLoopScore} with decay. */
export function bareDecayingLoopScore({ lead, engagements, asOf }: ScoringInput, halfLifeDays: number): number {
  let cp = attributesCp(lead.attributes);
  const asOfMs = asOf.getTime();
  for (const { type, occurredAt } of engagements) {
    const ageDays = (asOfMs - occurredAt.getTime()) / 86_400_000;
    cp += Math.round(pointsOf(type) * 100 * 2 ** (-ageDays / halfLifeDays));
  }
  return Math.round(cp / 100);
}

/**
 * What one would write with care for this one model and no other, so that it gives our score for every lead: each
 * engagement once, none of the future, caps and band. Ids that grow, as they mostly do, need no set.
 */
export function likeForLikeLoopScore(
  { lead, engagements, asOf }: ScoringInput,
  halfLifeDays: number,
): { score: number; band: string } {
  const asOfMs = asOf.getTime();
  let engagementCp = 0;
  for (const { type, occurredAt } of growsById(engagements) ? engagements : eachOnce(engagements)) {
    const ageMs = asOfMs - occurredAt.getTime();
    if (ageMs < 0) continue;
    engagementCp += Math.round(pointsOf(type) * 100 * 2 ** (-ageMs / 86_400_000 / halfLifeDays));
  }
  const fitCp = Math.max(-100_000, Math.min(100_000, attributesCp(lead.attributes)));
  const cappedCp = Math.max(-10_000_000_000, Math.min(10_000_000_000, engagementCp));
  const score = Math.round(Math.max(-100_000_000, Math.min(100_000_000, (fitCp + cappedCp) / 100)));
  return { score, band: score >= 80 ? 'hot' : score >= 50 ? 'warm' : 'cold' };
}

function growsById(engagements: readonly Engagement[]): boolean {
  let before = '';
  for (const { id } of engagements) {
    if (id <= before) return false;
    before = id;
  }
  return true;
}

/** Of several with one id the earliest. */
function eachOnce(engagements: readonly Engagement[]): readonly Engagement[] {
  const ordered = engagements.toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime());
  const seen = new Set<string>();
  return ordered.filter(({ id }) => {
    const isNew = !seen.has(id);
    seen.add(id);
    return isNew;
  });
}

function attributesCp(attributes: Attributes): number {
  let cp = 0;
  const title = String(attributes.jobTitle).trim().toLowerCase();
  const industry = String(attributes['company.industry']).trim().toLowerCase();
  const employees = Number(attributes['company.employees']);
  if (title === 'marketing director') cp += 2000;
  if (title === 'student') cp -= 1500;
  if (industry === 'computer software') cp += 1500;
  if (industry === 'internet') cp += 1000;
  if (industry === 'real estate') cp -= 500;
  if (employees >= 500) cp += 1000;
  if (employees >= 50) cp += 500;
  if (employees < 5) cp -= 500;
  if (String(attributes.country).trim().toLowerCase() === 'france') cp += 500;
  if (String(attributes.source).trim().toLowerCase() === 'referral') cp += 1000;
  return cp;
}

function pointsOf(type: string): number {
  return ENGAGEMENT_POINTS[type as keyof typeof ENGAGEMENT_POINTS]; // the case makes no others
}
