import type { Engagement, Lead } from '../../src/domain/lead.ts';
import type { ScoreModel } from '../../src/scoring/model.ts';

/** The instant at which tests score. */
export const NOW = new Date('2026-06-15T12:00:00Z');

/** So many days before {@link NOW}; fractions and the future (below 0) are allowed. */
export function daysAgo(days: number): Date {
  return new Date(NOW.getTime() - days * 86_400_000);
}

/** A lead that exists for a year and of whom nothing is known. */
export function aLead(changes: Partial<Lead> = {}): Lead {
  return { id: 'lead-1', createdAt: daysAgo(365), attributes: {}, ...changes };
}

let engagements = 0;

/** An engagement of a type at an instant, with an id of its own. */
export function did(type: string, occurredAt: Date, changes: Partial<Engagement> = {}): Engagement {
  engagements += 1;
  return { id: `did-${String(engagements).padStart(6, '0')}`, type, occurredAt, properties: {}, ...changes };
}

/** A model with two wide dimensions, the usual three bands and no rule. */
export function aScoreModel(changes: Partial<ScoreModel> = {}): ScoreModel {
  return {
    name: 'test',
    version: 1,
    object: 'lead',
    priority: 0,
    dimensions: { fit: { min: -100, max: 100 }, engagement: { min: -100, max: 100 } },
    total: { min: 0, max: 100 },
    bands: [
      { name: 'hot', from: 80 },
      { name: 'warm', from: 50 },
      { name: 'cold', from: 0 },
    ],
    hysteresis: 0,
    writeBack: { minDelta: 3 },
    rules: [],
    ...changes,
  };
}
