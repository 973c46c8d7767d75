import type { ScoreModel } from './model.ts';
import type { LedgerLine, ScoreCard, ScoringInput } from './score-card.ts';
import { createScorer } from './scorer.ts';

/** What one rule, cap or rounding contributes before and after. */
export interface RuleChange {
  readonly rule: string | null;
  readonly label: string;
  readonly dimension: string | null;
  readonly beforeCp: number;
  readonly afterCp: number;
}

/** A lead whose score or band an edit changes, and why. */
export interface LeadChange {
  readonly id: string;
  readonly before: { readonly score: number; readonly band: string };
  readonly after: { readonly score: number; readonly band: string };
  /** Largest difference first; the differences sum to 100 · (score after − score before). */
  readonly why: readonly RuleChange[];
}

/** What an edit of a model would do to some leads. */
export interface EditPreview {
  readonly leads: number;
  /** Leads whose score or band changes, in the order given. */
  readonly changes: readonly LeadChange[];
  /** Band → leads in it, by the names of each model. */
  readonly bandsBefore: Readonly<Record<string, number>>;
  readonly bandsAfter: Readonly<Record<string, number>>;
}

/** What would change, for whom and why, if `after` took the place of `before`; every input is scored by both. */
export function previewEdit(before: ScoreModel, after: ScoreModel, inputs: Iterable<ScoringInput>): EditPreview {
  const [old, edited] = [createScorer(before), createScorer(after)];
  const changes: LeadChange[] = [];
  const [bandsBefore, bandsAfter] = [emptyBands(before), emptyBands(after)];
  let leads = 0;
  for (const input of inputs) {
    const [then, now] = [old.score(input), edited.score(input)];
    leads += 1;
    bandsBefore[then.band]! += 1;
    bandsAfter[now.band]! += 1;
    if (then.score === now.score && then.band === now.band) continue;
    changes.push({ id: input.lead.id, before: placeOf(then), after: placeOf(now), why: ledgerDifference(then, now) });
  }
  return { leads, changes, bandsBefore, bandsAfter };
}

/** Why one score differs from another: the rules, caps and roundings whose sums differ, largest difference first. */
export function ledgerDifference(before: ScoreCard, after: ScoreCard): readonly RuleChange[] {
  const changes = new Map<string, RuleChange>();
  const add = (line: LedgerLine, side: 'beforeCp' | 'afterCp') => {
    const { rule, label, dimension, cp } = line;
    const key = JSON.stringify(rule === null ? [rule, label, dimension] : [rule, label === 'rule cap' ? label : '']);
    const change = changes.get(key) ?? { rule, label, dimension, beforeCp: 0, afterCp: 0 };
    changes.set(key, { ...change, label, dimension, [side]: change[side] + cp });
  };
  for (const line of before.ledger) add(line, 'beforeCp');
  for (const line of after.ledger) add(line, 'afterCp');
  return [...changes.values()]
    .filter(({ beforeCp, afterCp }) => beforeCp !== afterCp)
    .sort((a, b) => Math.abs(b.afterCp - b.beforeCp) - Math.abs(a.afterCp - a.beforeCp));
}

function emptyBands({ bands }: ScoreModel): Record<string, number> {
  return Object.fromEntries(bands.map(({ name }) => [name, 0]));
}

function placeOf({ score, band }: ScoreCard): LeadChange['before'] {
  return { score, band };
}
