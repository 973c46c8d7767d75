import { compileAttribute, compileTable } from './compile-attribute-rule.ts';
import { compileEngagement } from './compile-engagement-rule.ts';
import { compileSequence } from './compile-sequence-rule.ts';
import { compileAbsence, compileCount } from './compile-window-rule.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { Rule } from './model.ts';
import type { TypeIndex } from './sight.ts';

/** Turns a checked rule into closures, each operand prepared once. */
export function compileRule(rule: Rule, dimensionHalfLifeDays: number | undefined, types: TypeIndex): CompiledRule {
  if ('when' in rule) return compileAttribute(rule);
  if ('table' in rule) return compileTable(rule);
  if ('on' in rule) return compileEngagement(rule, dimensionHalfLifeDays, types);
  if ('count' in rule) return compileCount(rule, types);
  if ('sequence' in rule) return compileSequence(rule, dimensionHalfLifeDays, types);
  return compileAbsence(rule, types);
}
