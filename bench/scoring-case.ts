import type { AttributeValue, Engagement } from '../src/domain/lead.ts';
import type { Rule, ScoreModel } from '../src/scoring/model.ts';
import type { ScoringInput } from '../src/scoring/score-card.ts';

const NOW = new Date('2026-06-15T12:00:00Z');
const TITLES = ['Marketing Director', 'Software Engineer', 'Chief Executive Officer', 'Student', 'Sales Manager'];
const INDUSTRIES = ['Computer Software', 'Retail', 'Manufacturing', 'Internet', 'Real Estate'];

/** Ten attribute rules, each one comparison that every engine has. */
export const ATTRIBUTE_TESTS = [
  { attribute: 'jobTitle', equals: 'Marketing Director', points: 20 },
  { attribute: 'jobTitle', equals: 'Student', points: -15 },
  { attribute: 'company.industry', equals: 'Computer Software', points: 15 },
  { attribute: 'company.industry', equals: 'Internet', points: 10 },
  { attribute: 'company.industry', equals: 'Real Estate', points: -5 },
  { attribute: 'company.employees', gte: 500, points: 10 },
  { attribute: 'company.employees', gte: 50, points: 5 },
  { attribute: 'company.employees', lt: 5, points: -5 },
  { attribute: 'country', equals: 'France', points: 5 },
  { attribute: 'source', equals: 'Referral', points: 10 },
] as const;

/** Ten engagement rules. */
export const ENGAGEMENT_POINTS = {
  page_view: 1,
  email_click: 3,
  email_reply: 10,
  form_submission: 8,
  content_download: 12,
  webinar_registration: 5,
  webinar_attendance: 25,
  demo_request: 40,
  meeting_held: 20,
  email_unsubscribe: -10,
} as const;

/** The twenty rules as our model; without a half-life the score is a plain sum, which every engine can do. */
export function benchModel(halfLifeDays?: number): ScoreModel {
  const attributeRules = ATTRIBUTE_TESTS.map(({ points, ...when }, index): Rule => {
    return { id: `a${index}`, dimension: 'fit', label: `Attribute ${index}`, when, points };
  });
  const engagementRules = Object.entries(ENGAGEMENT_POINTS).map(([type, points]): Rule => {
    return { id: type, dimension: 'engagement', label: type, on: { type }, points };
  });
  return {
    name: 'bench',
    version: 1,
    object: 'lead',
    priority: 0,
    dimensions: {
      fit: { min: -1000, max: 1000 },
      engagement: { min: -100_000_000, max: 100_000_000, ...(halfLifeDays !== undefined && { halfLifeDays }) },
    },
    total: { min: -100_000_000, max: 100_000_000 },
    bands: [
      { name: 'hot', from: 80 },
      { name: 'warm', from: 50 },
      { name: 'cold', from: 0 },
    ],
    hysteresis: 5,
    writeBack: { minDelta: 3 },
    rules: [...attributeRules, ...engagementRules],
  };
}

/**
 * The decaying model with windows, and with caps as models have them: a lead with much behind it stays at its cap while
 * one engagement after another leaves its window.
 */
export function windowedModel(): ScoreModel {
  const { dimensions, rules, ...model } = benchModel(30);
  const every = { dimension: 'engagement', label: 'Window' };
  return {
    ...model,
    dimensions: { ...dimensions, engagement: { min: -50, max: 100, halfLifeDays: 30 } },
    total: { min: 0, max: 150 },
    rules: [
      ...rules.map((rule): Rule => ('on' in rule ? { ...rule, withinDays: 90 } : rule)),
      { ...every, id: 'often', count: { type: 'page_view', atLeast: 3, withinDays: 7 }, points: 10 },
      { ...every, id: 'silent', absence: { types: ['email_click', 'email_reply'], days: 20 }, points: -5 },
    ],
  };
}

/** Leads with so many engagements each, all different, the same at every call. */
export function benchInputs(leads: number, engagementsEach: number): readonly ScoringInput[] {
  const types = Object.keys(ENGAGEMENT_POINTS);
  return Array.from({ length: leads }, (_, n) => ({
    lead: {
      id: `lead-${n}`,
      createdAt: new Date(NOW.getTime() - 400 * 86_400_000),
      attributes: {
        jobTitle: TITLES[n % 5]!,
        'company.industry': INDUSTRIES[(n * 3) % 5]!,
        'company.employees': (n * 37) % 1200,
        country: n % 3 === 0 ? 'France' : 'Kenya',
        source: n % 4 === 0 ? 'Referral' : 'Direct',
      } satisfies Record<string, AttributeValue>,
    },
    engagements: Array.from({ length: engagementsEach }, (_, e): Engagement => {
      const ageMs = ((engagementsEach - e) * 180 * 86_400_000) / engagementsEach - (n % 1000);
      return {
        id: `e${n}-${String(e).padStart(6, '0')}`,
        type: types[(n + e * 7) % types.length]!,
        occurredAt: new Date(NOW.getTime() - ageMs),
        properties: {},
      };
    }),
    asOf: NOW,
  }));
}
