import { signed } from '../scoring/model-facts.ts';
import type { RuleChange } from '../scoring/what-if.ts';

/** Why a score changes, one line a rule, cap or rounding: `  +40 Demo request (0 → +40)`. */
export function whyLines(why: readonly RuleChange[]): string {
  return why
    .map(({ label, rule, dimension, beforeCp, afterCp }) => {
      const whose = rule === null ? dimension : label === 'rule cap' ? rule : null;
      const name = whose === null ? label : `${label} of ${whose}`;
      const [change, before, after] = [afterCp - beforeCp, beforeCp, afterCp].map((cp) => signed(cp / 100));
      return `  ${change} ${name} (${before} → ${after})\n`;
    })
    .join('');
}
