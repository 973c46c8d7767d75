import type { AttributeValue, Engagement } from '../domain/lead.ts';
import { attributesOf } from './compile-condition.ts';
import type { Condition } from './condition.ts';
import type { Occurrence, Rule, ScoreModel } from './model.ts';
import type { ScoringInput } from './score-card.ts';
import { createScorer } from './scorer.ts';

/** Engagements that would bring a lead into a band. */
export interface NextSteps {
  /** In the order in which they would have to happen; empty if the lead is there already. */
  readonly engagements: readonly Engagement[];
  /** Whole score after the last of them. */
  readonly score: number;
}

const MOST_STEPS = 4;
const MOST_KINDS = 12;

/**
 * The fewest engagements that, happening now, would bring a lead into a band; of equally few those that ask least of
 * the lead, which is the lowest score that is enough.
 *
 * Plausible is what the model itself rewards, with the simplest properties that its conditions ask for.
 *
 * @returns `null` if four are not enough.
 */
export function nextStepsTo(model: ScoreModel, input: ScoringInput, band: string): NextSteps | null {
  const scorer = createScorer(model);
  const now = scorer.score(input);
  if (now.band === band) return { engagements: [], score: now.score };
  const kinds = rewardedKinds(model);
  let paths: readonly (readonly Kind[])[] = [[]];
  for (let steps = 1; steps <= MOST_STEPS; steps += 1) {
    paths = paths.flatMap((path) => kinds.map((kind) => [...path, kind]));
    let best: NextSteps | null = null;
    for (const path of paths) {
      const engagements = path.map((kind, index) => engagementOf(kind, index, input));
      const card = scorer.score({ ...input, engagements: [...input.engagements, ...engagements] });
      if (card.band === band && (best === null || card.score < best.score)) best = { engagements, score: card.score };
    }
    if (best !== null) return best;
  }
  return null;
}

/** An engagement that has not happened: all but its id and its instant. */
type Kind = Pick<Engagement, 'type' | 'properties'> & Partial<Pick<Engagement, 'channel' | 'campaign'>>;

function rewardedKinds({ rules }: ScoreModel): readonly Kind[] {
  const rewarding = rules.filter((rule) => 'points' in rule && rule.points > 0);
  const occurrences = rewarding.toSorted(byPoints).flatMap(occurrencesOf);
  const kinds = occurrences.map(kindOf).filter((kind) => kind !== null);
  const distinct = new Map(kinds.map((kind) => [JSON.stringify(kind), kind]));
  return [...distinct.values()].slice(0, MOST_KINDS);
}

function byPoints(a: Rule, b: Rule): number {
  return ('points' in b ? b.points : 0) - ('points' in a ? a.points : 0);
}

function occurrencesOf(rule: Rule): readonly Occurrence[] {
  if ('on' in rule) return [rule.on];
  if ('count' in rule) return [rule.count];
  return 'sequence' in rule ? rule.sequence : [];
}

/** The simplest engagement of a type that its `where` lets through; `null` where that cannot be made up. */
function kindOf({ type, where }: Occurrence): Kind | null {
  const wanted = where === undefined ? {} : wantedBy(where);
  if (wanted === null) return null;
  const properties: Record<string, AttributeValue> = {};
  const named: { channel?: string; campaign?: string } = {};
  for (const [name, value] of Object.entries(wanted)) {
    if (name.startsWith('properties.')) properties[name.slice('properties.'.length)] = value;
    else if (name === 'channel' || name === 'campaign') named[name] = String(value);
  }
  return { type, ...named, properties };
}

function wantedBy(condition: Condition): Readonly<Record<string, AttributeValue>> | null {
  if ('any' in condition) return condition.any.map(wantedBy).find((wanted) => wanted !== null) ?? null;
  if ('all' in condition) {
    const parts = condition.all.map(wantedBy);
    return parts.includes(null) ? null : Object.assign({}, ...parts);
  }
  // What a condition forbids, an engagement without the property does not have.
  if ('not' in condition) return attributesOf(condition.not).includes('type') ? null : {};
  const { attribute, equals, contains, startsWith, endsWith, gte, lte, exists } = condition;
  const value =
    equals ?? condition.in?.[0] ?? contains ?? startsWith ?? endsWith ?? gte ?? lte ?? condition.between?.[0];
  if (value !== undefined) return { [attribute]: value };
  if (exists === true) return { [attribute]: 'any' };
  return exists === false || condition.notEquals !== undefined || condition.notIn !== undefined ? {} : null;
}

function engagementOf(kind: Kind, index: number, { asOf }: ScoringInput): Engagement {
  // One instant, ids in order: later steps of a sequence may share the instant of the earlier ones.
  return { id: `what-if-${index + 1}`, occurredAt: asOf, ...kind };
}
