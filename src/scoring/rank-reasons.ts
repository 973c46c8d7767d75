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
    const [ranking, most] = cp > 0 ? [this.#positive, MOST_POSITIVE] : [this.#negative, MOST_NEGATIVE];
    let rank = ranking.length;
    while (rank > 0 && weighsMore(cp, place, ranking[rank - 1]!)) rank -= 1;
    if (cp === 0 || rank === most) return;
    ranking.splice(rank, 0, { rule: id, label, dimension, cp, place });
    if (ranking.length > most) ranking.pop();
  }

  /** Largest magnitude first. */
  reasons(): readonly Reason[] {
    const ranked = [...this.#positive, ...this.#negative];
    if (this.#negative.length > 0) ranked.sort((a, b) => (weighsMore(a.cp, a.place, b) ? -1 : 1));
    return ranked.map(({ rule, label, dimension, cp }) => ({ rule, label, dimension, cp }));
  }
}

function weighsMore(cp: number, place: number, other: Ranked): boolean {
  const difference = Math.abs(cp) - Math.abs(other.cp);
  return difference > 0 || (difference === 0 && place < other.place);
}
