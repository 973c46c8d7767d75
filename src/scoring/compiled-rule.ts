import type { LedgerLine } from './score-card.ts';
import type { Sight } from './sight.ts';

/** A rule made ready. */
export interface CompiledRule {
  /** Appends the rule's lines, none of 0 cp, its cap last; returns their sum in cp. */
  earn(sight: Sight, ledger: LedgerLine[]): number;
  /** Tells `visit` every instant at which the lines may change otherwise than by decay. */
  turns(everything: Sight, visit: (atMs: number) => void): void;
  /** How its lines decay and are capped; `null` for a rule whose lines do neither. */
  readonly ageing: Ageing | null;
}

/** What the lines of an engagement or sequence rule are subject to. */
export interface Ageing {
  /** Worth of a fresh line. */
  readonly baseCp: number;
  /** `null`: no decay. */
  readonly halfLifeDays: number | null;
  /** Bound of the rule's sum, of the sign of `baseCp`; `null`: none. */
  readonly maxCp: number | null;
}
