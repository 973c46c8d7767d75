import { CompiledAttribute, CompiledTable } from './compile-attribute-rule.ts';
import { CompiledEngagement } from './compile-engagement-rule.ts';
import { CompiledSequence } from './compile-sequence-rule.ts';
import { CompiledAbsence, CompiledCount } from './compile-window-rule.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { Rule } from './model.ts';
import type { Names } from './sight.ts';

/** Makes a checked rule ready, each operand prepared once. */
export function compileRule(rule: Rule, dimensionHalfLifeDays: number | undefined, names: Names): CompiledRule {
  if ('when' in rule) return new CompiledAttribute(rule, names);
  if ('table' in rule) return new CompiledTable(rule, names);
  if ('on' in rule) return new CompiledEngagement(rule, dimensionHalfLifeDays, names);
  if ('count' in rule) return new CompiledCount(rule, names);
  if ('sequence' in rule) return new CompiledSequence(rule, dimensionHalfLifeDays, names);
  return new CompiledAbsence(rule, names);
}
