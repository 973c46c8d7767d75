import type { ScoreModel } from './model.ts';
import type { LedgerLine, ScoreCard } from './score-card.ts';
import { type ScoringSubject, scoreSubject } from './score-subject.ts';

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
  /** Leads whose score or band changes. */
  readonly changed: number;
  /** The first of them, in the order given. */
  readonly changes: readonly LeadChange[];
  /** Band → leads in it, by the names of each model. */
  readonly bandsBefore: Readonly<Record<string, number>>;
  readonly bandsAfter: Readonly<Record<string, number>>;
  /** Leads that move from one band to another, most of them first. */
  readonly moves: readonly BandMove[];
}

/** How many leads move from one band to another. */
export interface BandMove {
  readonly before: string;
  readonly after: string;
  readonly leads: number;
}

/**
 * What would change, for whom and why, if `after` took the place of `before`; every subject is scored by both.
 *
 * @param mostChanges - Changes to keep; memory does not grow with the subjects beyond them.
 */
export async function previewEdit(
  before: ScoreModel,
  after: ScoreModel,
  subjects: Iterable<ScoringSubject> | AsyncIterable<ScoringSubject>,
  mostChanges = Number.POSITIVE_INFINITY,
): Promise<EditPreview> {
  const changes: LeadChange[] = [];
  const [bandsBefore, bandsAfter] = [emptyBands(before), emptyBands(after)];
  const moves = new Map<string, BandMove>();
  let [leads, changed] = [0, 0];
  for await (const subject of subjects) {
    const [then, now] = [scoreSubject(before, subject), scoreSubject(after, subject)];
    leads += 1;
    bandsBefore[then.band]! += 1;
    bandsAfter[now.band]! += 1;
    if (then.band !== now.band) countMove(moves, then.band, now.band);
    if (then.score === now.score && then.band === now.band) continue;
    changed += 1;
    if (changes.length < mostChanges) changes.push(changeOf(then, now));
  }
  const largestFirst = [...moves.values()].sort((a, b) => b.leads - a.leads);
  return { leads, changed, changes, bandsBefore, bandsAfter, moves: largestFirst };
}

/** How one score became another. */
export function changeOf(before: ScoreCard, after: ScoreCard): LeadChange {
  return { id: after.id, before: placeOf(before), after: placeOf(after), why: ledgerDifference(before, after) };
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

function countMove(moves: Map<string, BandMove>, before: string, after: string): void {
  const key = JSON.stringify([before, after]);
  moves.set(key, { before, after, leads: (moves.get(key)?.leads ?? 0) + 1 });
}

function emptyBands({ bands }: ScoreModel): Record<string, number> {
  return Object.fromEntries(bands.map(({ name }) => [name, 0]));
}

function placeOf({ score, band }: ScoreCard): LeadChange['before'] {
  return { score, band };
}
