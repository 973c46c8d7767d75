import type { AttributeValue, Engagement } from '../../src/domain/lead.ts';
import type { Condition } from '../../src/scoring/condition.ts';
import type { Occurrence, Rule, ScoreModel } from '../../src/scoring/model.ts';
import type { ScoredLead } from '../../src/scoring/roll-up.ts';
import type { ScoringInput } from '../../src/scoring/score-card.ts';
import { referenceCondition } from './reference-condition.ts';

/**
 * A second, slow engine, written from the contract (shared/design/scoring.md) and from nothing else. It shares no code
 * with the first, so that where both agree the contract is probably met.
 */

const DAY = 24 * 60 * 60 * 1000;

/** A line as the contract has it, `occurredAt` in milliseconds. */
export interface ReferenceLine {
  rule: string | null;
  label: string;
  dimension: string | null;
  cp: number;
  engagement?: string;
  occurredAt?: number;
  lead?: string;
}

/** What the contract says of an input. */
export interface ReferenceCard {
  score: number;
  band: string;
  grade: string | null;
  dimensions: Record<string, number>;
  reasons: { rule: string; cp: number }[];
  ledger: ReferenceLine[];
}

/**
 * Scores by the letter of the contract, without a thought for speed.
 *
 * @param leads - Of a company; a lead has none.
 */
export function referenceScore(
  model: ScoreModel,
  input: ScoringInput,
  leads: readonly ScoredLead[] = [],
): ReferenceCard {
  const asOf = +input.asOf;
  const past = unique(input.engagements).filter((e) => +e.occurredAt <= asOf);
  const ledger: ReferenceLine[] = [];
  const dimensions: Record<string, number> = {};
  for (const [name, dimension] of Object.entries(model.dimensions)) {
    for (const rule of model.rules) {
      if (rule.dimension !== name) continue;
      ledger.push(...linesOf(rule, dimension.halfLifeDays, input, past));
    }
    if (model.rollUp?.dimension === name) ledger.push(...rolledUp(model.rollUp, leads, asOf));
    const sum = total(ledger.filter((line) => line.dimension === name));
    const cut = Math.max(dimension.min * 100, Math.min(dimension.max * 100, sum));
    ledger.push({ rule: null, label: 'dimension cap', dimension: name, cp: cut - sum });
    dimensions[name] = cut;
  }
  const sum = total(ledger);
  const cut = Math.max(model.total.min * 100, Math.min(model.total.max * 100, sum));
  ledger.push({ rule: null, label: 'total cap', dimension: null, cp: cut - sum });
  const score = awayFromZero(cut / 100);
  ledger.push({ rule: null, label: 'rounding', dimension: null, cp: 100 * score - cut });
  return {
    score,
    band: bandFor(model, score, input.previousBand ?? null),
    grade: gradeFor(model, dimensions),
    dimensions,
    reasons: reasonsFor(model, ledger),
    ledger: ledger.filter((line) => line.cp !== 0),
  };
}

/** Half away from zero, on the decimal digits of the magnitude. */
function awayFromZero(x: number): number {
  const whole = Math.trunc(x);
  const isHalf = Math.abs(x - whole) >= 0.5;
  return isHalf ? whole + Math.sign(x) : whole === 0 ? 0 : whole;
}

function total(lines: ReferenceLine[]): number {
  let sum = 0;
  for (const line of lines) sum += line.cp;
  return sum;
}

/** One of each id, earliest first. */
function unique(engagements: readonly Engagement[]): Engagement[] {
  const byId = new Map<string, Engagement[]>();
  for (const e of engagements) byId.set(e.id, [...(byId.get(e.id) ?? []), e]);
  const kept = [...byId.values()].map((same) => {
    const earliest = Math.min(...same.map((e) => +e.occurredAt));
    const candidates = same.filter((e) => +e.occurredAt === earliest);
    const texts = candidates.map(canonical);
    const smallest = [...texts].sort()[0]; // sort() without a comparator goes by UTF-16 code units
    return candidates[texts.indexOf(smallest!)]!;
  });
  const ids = kept.map((e) => e.id).sort();
  return kept.sort((a, b) => +a.occurredAt - +b.occurredAt || ids.indexOf(a.id) - ids.indexOf(b.id));
}

function canonical(value: unknown): string {
  if (value instanceof Date) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  const keys = entries.map(([key]) => key).sort();
  return `{${keys.map((key) => `${JSON.stringify(key)}:${canonical(Object.fromEntries(entries)[key])}`).join(',')}}`;
}

function linesOf(rule: Rule, halfLife: number | undefined, input: ScoringInput, past: Engagement[]): ReferenceLine[] {
  const { id, label, dimension } = rule;
  const once = (points: number): ReferenceLine[] => [{ rule: id, label, dimension, cp: Math.round(points * 100) }];
  const asOf = +input.asOf;
  const read = (name: string) => attributeOf(input.lead.attributes, name);
  const fits = (e: Engagement, step: Occurrence) => e.type === step.type && fitsWhere(e, step.where, asOf);
  const isWithin = (e: Engagement, days: number) => +e.occurredAt > asOf - Math.round(days * DAY);

  if ('when' in rule) return referenceCondition(rule.when, read, asOf) ? once(rule.points) : [];
  if ('table' in rule) {
    for (const row of rule.table) {
      if ('else' in row) return once(row.else);
      const { points, ...test } = row;
      if (referenceCondition({ attribute: rule.attribute, ...test } as Condition, read, asOf)) return once(points);
    }
    return [];
  }
  if ('count' in rule) {
    const counted = past.filter((e) => fits(e, rule.count) && isWithin(e, rule.count.withinDays));
    return counted.length >= rule.count.atLeast ? once(rule.points) : [];
  }
  if ('absence' in rule) {
    const { types, days } = rule.absence;
    const isOld = +input.lead.createdAt <= asOf - Math.round(days * DAY);
    const isSilent = !past.some((e) => types.includes(e.type) && isWithin(e, days));
    return isOld && isSilent ? once(rule.points) : [];
  }

  const dated =
    'on' in rule
      ? past.filter((e) => fits(e, rule.on) && (rule.withinDays === undefined || isWithin(e, rule.withinDays)))
      : completed(rule.sequence, rule.withinDays, past, fits);
  const counted: Engagement[] = [];
  for (const e of dated) {
    if (rule.limit !== undefined) {
      const opens = +e.occurredAt - Math.round(rule.limit.perDays * DAY);
      if (counted.filter((c) => +c.occurredAt > opens).length >= rule.limit.times) continue;
    }
    counted.push(e);
  }
  const half = rule.halfLifeDays === 'none' ? undefined : (rule.halfLifeDays ?? halfLife);
  const lines: ReferenceLine[] = counted.map((e) => {
    const age = Math.max(0, asOf - +e.occurredAt) / 86_400_000;
    const factor = half === undefined ? 1 : 2 ** (-age / half);
    const cp = awayFromZero(Math.round(rule.points * 100) * factor);
    return { rule: id, label, dimension, cp, engagement: e.id, occurredAt: +e.occurredAt };
  });
  if (rule.maxPoints === undefined) return lines;
  const sum = total(lines);
  const most = Math.round(rule.maxPoints * 100);
  const isOver = rule.points > 0 ? sum > most : sum < most;
  return [...lines, { rule: id, label: 'rule cap', dimension, cp: isOver ? most - sum : 0 }];
}

/** What the leads of a company add to it: the best, all of them, the k best, or each the less the longer it is silent. */
function rolledUp(
  { by, k, halfLifeDays, dimension }: NonNullable<ScoreModel['rollUp']>,
  leads: readonly ScoredLead[],
  asOf: number,
): ReferenceLine[] {
  const label = { max: 'Best lead', sum: 'All leads', top: 'Best leads', decayed: 'Active leads' }[by];
  const best = [...leads].sort((a, b) => (a.score === b.score ? (a.id < b.id ? -1 : 1) : b.score - a.score));
  const most = { max: 1, top: k, sum: Infinity, decayed: Infinity }[by];
  return best.slice(0, most).flatMap(({ id: lead, score, lastEngagedAt }) => {
    if (by === 'decayed' && lastEngagedAt === null) return [];
    const age = by === 'decayed' ? Math.max(0, asOf - +lastEngagedAt!) / 86_400_000 : 0;
    return [{ rule: 'roll-up', label, dimension, lead, cp: awayFromZero(score * 100 * 2 ** (-age / halfLifeDays)) }];
  });
}

/** Last steps of the completions, in their order. */
function completed(
  steps: readonly Occurrence[],
  spanDays: number | undefined,
  past: Engagement[],
  fits: (e: Engagement, step: Occurrence) => boolean,
): Engagement[] {
  const used = new Set<number>();
  const lasts: number[] = [];
  for (let start = 0; start < past.length; start++) {
    if (used.has(start) || !fits(past[start]!, steps[0]!)) continue;
    const chain = [start];
    for (const step of steps.slice(1)) {
      const after = chain[chain.length - 1]!;
      const next = past.findIndex((e, i) => i > after && !used.has(i) && fits(e, step));
      if (next === -1) break;
      chain.push(next);
    }
    if (chain.length < steps.length) continue;
    const last = chain[chain.length - 1]!;
    const opens = +past[last]!.occurredAt - (spanDays === undefined ? Infinity : Math.round(spanDays * DAY));
    if (+past[start]!.occurredAt <= opens) continue;
    for (const i of chain) used.add(i);
    lasts.push(last);
  }
  return lasts.sort((a, b) => a - b).map((i) => past[i]!);
}

function fitsWhere(e: Engagement, where: Condition | undefined, asOf: number): boolean {
  if (where === undefined) return true;
  const read = (name: string): AttributeValue | undefined => {
    if (name.startsWith('properties.')) return attributeOf(e.properties, name.substring(11));
    return { type: e.type, channel: e.channel, campaign: e.campaign }[name];
  };
  return referenceCondition(where, read, asOf);
}

function attributeOf(map: Readonly<Record<string, AttributeValue>>, name: string): AttributeValue | undefined {
  return Object.entries(map).find(([key]) => key === name)?.[1];
}

function bandFor(model: ScoreModel, score: number, previous: string | null): string {
  let natural = model.bands.length - 1;
  for (let i = model.bands.length - 1; i >= 0; i--) if (score >= model.bands[i]!.from) natural = i;
  const before = model.bands.map((band) => band.name).indexOf(previous ?? '');
  if (before >= 0 && before < natural && !(score < model.bands[before]!.from - model.hysteresis)) natural = before;
  return model.bands[natural]!.name;
}

function gradeFor(model: ScoreModel, dimensions: Record<string, number>): string | null {
  if (model.grades === undefined) return null;
  return Object.entries(model.grades)
    .map(([dimension, bounds]) => {
      const letters = Object.entries(bounds);
      const reached = letters.filter(([, bound]) => bound * 100 <= dimensions[dimension]!);
      const from = reached.length > 0 ? reached : letters;
      const bound = (reached.length > 0 ? Math.max : Math.min)(...from.map(([, b]) => b));
      return from.find(([, b]) => b === bound)![0];
    })
    .join('');
}

function reasonsFor(model: ScoreModel, ledger: ReferenceLine[]): { rule: string; cp: number }[] {
  const ids = [...model.rules.map(({ id }) => id), 'roll-up'];
  const sums = ids.map((id) => ({ rule: id, cp: total(ledger.filter((line) => line.rule === id)) }));
  const heaviest = (sign: number, most: number) =>
    sums
      .filter(({ cp }) => Math.sign(cp) === sign)
      .sort((a, b) => Math.abs(b.cp) - Math.abs(a.cp))
      .slice(0, most);
  const chosen = [...heaviest(1, 3), ...heaviest(-1, 2)];
  return sums.filter((sum) => chosen.includes(sum)).sort((a, b) => Math.abs(b.cp) - Math.abs(a.cp));
}
