import type { AttributeValue, Engagement } from '../domain/lead.ts';
import { type Demand, isMet, waysToHold } from './demands.ts';
import type { Occurrence, Rule, ScoreModel } from './model.ts';
import { type ScoringSubject, scoreSubject } from './score-subject.ts';
import { witnessesOf } from './witnesses.ts';

/** Engagements that would bring a lead into a band. */
export interface NextSteps {
  /** In the order in which they would have to happen; empty if the lead is there or above already. */
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
export function nextStepsTo(model: ScoreModel, subject: ScoringSubject, band: string): NextSteps | null {
  const now = scoreSubject(model, subject);
  const placeOf = (name: string) => model.bands.findIndex((one) => one.name === name);
  if (placeOf(now.band) <= placeOf(band)) return { engagements: [], score: now.score };
  const kinds = rewardedKinds(model, subject.asOf.getTime());
  const isStep = stepsOf(model);
  let paths: readonly (readonly Kind[])[] = [[]];
  for (let steps = 1; steps <= MOST_STEPS; steps += 1) {
    paths = paths.flatMap((path) => kinds.filter(mayFollow(path.at(-1), kinds, isStep)).map((kind) => [...path, kind]));
    let best: NextSteps | null = null;
    for (const path of paths) {
      const engagements = path.map((kind, index) => engagementOf(kind, index, subject));
      const card = scoreSubject(model, { ...subject, engagements: [...subject.engagements, ...engagements] });
      if (card.band === band && (best === null || card.score < best.score)) best = { engagements, score: card.score };
    }
    if (best !== null) return best;
  }
  return null;
}

/** An engagement that has not happened: all but its id and its instant. */
type Kind = Pick<Engagement, 'type' | 'properties'> & Partial<Pick<Engagement, 'channel' | 'campaign'>>;

/** Of two kinds whose order is all the same to the model, one comes first: the others are the same path again. */
function mayFollow(last: Kind | undefined, kinds: readonly Kind[], isStep: (kind: Kind) => boolean) {
  return (kind: Kind): boolean =>
    last === undefined || kinds.indexOf(last) <= kinds.indexOf(kind) || (isStep(last) && isStep(kind));
}

/** Whether a kind may be a step of a sequence, where alone the order counts. */
function stepsOf({ rules }: ScoreModel): (kind: Kind) => boolean {
  const types = new Set(rules.flatMap((rule) => ('sequence' in rule ? rule.sequence.map(({ type }) => type) : [])));
  return ({ type }) => types.has(type);
}

function rewardedKinds({ rules }: ScoreModel, asOfMs: number): readonly Kind[] {
  const rewarding = rules.filter((rule) => 'points' in rule && rule.points > 0);
  const occurrences = rewarding.toSorted(byPoints).flatMap(occurrencesOf);
  const kinds = occurrences.map((occurrence) => kindOf(occurrence, asOfMs)).filter((kind) => kind !== null);
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

/** The simplest engagement of a type that its `where` lets through; `null` where none can be made up. */
function kindOf({ type, where }: Occurrence, asOfMs: number): Kind | null {
  if (where === undefined) return { type, properties: {} };
  for (const way of waysToHold(where).take(MOST_WAYS)) {
    const kind = kindOn(way, type, asOfMs);
    if (kind !== null) return kind;
  }
  return null;
}

const MOST_WAYS = 100;

function kindOn(way: readonly Demand[], type: string, asOfMs: number): Kind | null {
  const properties: Record<string, AttributeValue> = {};
  const named: { channel?: string; campaign?: string } = {};
  for (const [name, demands] of Map.groupBy(way, ({ attribute }) => attribute)) {
    const value = name === 'type' ? type : plainestValue(demands, asOfMs, name.startsWith('properties.'));
    if (value === undefined || !demands.every((demand) => isMet(demand, value, asOfMs))) return null;
    if (value === null) continue;
    if (name.startsWith('properties.')) properties[name.slice('properties.'.length)] = value;
    else if (name === 'channel' || name === 'campaign') named[name] = String(value);
  }
  return { type, ...named, properties };
}

/** The plainest value that meets all demands, `null` for none at all; a channel or campaign is text. */
function plainestValue(demands: readonly Demand[], asOfMs: number, isOfAnyType: boolean): AttributeValue | undefined {
  return witnessesOf(demands, asOfMs).find(
    ({ value }) =>
      (isOfAnyType || value === null || typeof value === 'string') &&
      demands.every((demand) => isMet(demand, value, asOfMs)),
  )?.value;
}

function engagementOf(kind: Kind, index: number, { asOf }: ScoringSubject): Engagement {
  // One instant, ids in order: later steps of a sequence may share the instant of the earlier ones.
  return { id: `what-if-${index + 1}`, occurredAt: asOf, ...kind };
}
