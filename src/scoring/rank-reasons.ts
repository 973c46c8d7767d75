import type { RankedRule } from './compile-model.ts';
import type { Reason } from './score-card.ts';

const MOST_POSITIVE = 3;
const MOST_NEGATIVE = 2;

/** What a reason says of its rule; `place` among the rules decides between equal weights. */
type Ranked = Reason & Pick<RankedRule, 'place'>;

/** Keeps the reasons that weigh most while the rules are summed: at most three above 0 and two below. */
export class ReasonRanking {
  readonly #positive: Ranked[] = [];
  readonly #negative: Ranked[] = [];

  add({ id, label, place }: Pick<RankedRule, 'id' | 'label' | 'place'>, dimension: string, cp: number): void {
    const ranking = cp > 0 ? this.#positive : this.#negative;
    const most = cp > 0 ? MOST_POSITIVE : MOST_NEGATIVE;
    let rank = ranking.length;
    while (rank > 0 && weighsMore(cp, place, ranking[rank - 1]!)) rank -= 1;
    if (cp === 0 || rank === most) return;
    // By hand rather than splice: this runs for every rule of every lead.
    for (let index = Math.min(ranking.length, most - 1); index > rank; index -= 1) ranking[index] = ranking[index - 1]!;
    ranking[rank] = { rule: id, label, dimension, cp, place };
  }

  /** Largest magnitude first. */
  reasons(): readonly Reason[] {
    const reasons: Reason[] = [];
    let negative = 0;
    for (const ranked of this.#positive) {
      for (let next = this.#negative[negative]; next && weighsMore(next.cp, next.place, ranked); ) {
        reasons.push(reasonOf(next));
        next = this.#negative[++negative];
      }
      reasons.push(reasonOf(ranked));
    }
    for (const ranked of this.#negative.slice(negative)) reasons.push(reasonOf(ranked));
    return reasons;
  }
}

function reasonOf({ rule, label, dimension, cp }: Ranked): Reason {
  return { rule, label, dimension, cp };
}

function weighsMore(cp: number, place: number, other: Ranked): boolean {
  const difference = Math.abs(cp) - Math.abs(other.cp);
  return difference > 0 || (difference === 0 && place < other.place);
}
