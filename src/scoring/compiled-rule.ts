import type { Outlook } from './outlook.ts';
import type { LedgerLine } from './score-card.ts';
import type { Sight } from './sight.ts';

/** A rule made ready. */
export interface CompiledRule {
  /** Appends the rule's lines, none of 0 cp, its cap last; returns their sum in cp. */
  earn(sight: Sight, ledger: LedgerLine[]): number;
  /**
   * What the rule will be worth from an instant on, if nothing new comes in, as parts that add up.
   *
   * @param everything - The lead with all its engagements, those after the instant too.
   */
  outlooks(everything: Sight, asOfMs: number): readonly Outlook[];
}
