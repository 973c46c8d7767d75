import { compileRule } from './compile-rule.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { ScoreModel } from './model.ts';
import { TypeIndex } from './sight.ts';

/** A model with every operand folded, every pattern compiled and every bound in cp, ready to score many leads. */
export interface CompiledModel {
  readonly model: ScoreModel;
  readonly types: TypeIndex;
  /** In the model's order. */
  readonly dimensions: readonly CompiledDimension[];
  readonly totalMinCp: number;
  readonly totalMaxCp: number;
  /** Per letter position of the grade; empty without `grades`. */
  readonly grades: readonly CompiledGrade[];
}

/** A dimension with its rules. */
export interface CompiledDimension {
  readonly name: string;
  readonly minCp: number;
  readonly maxCp: number;
  readonly rules: readonly RankedRule[];
}

/** A rule with what a reason says of it. */
export interface RankedRule extends CompiledRule {
  readonly id: string;
  readonly label: string;
  /** Place among all rules of the model; decides between reasons of equal weight. */
  readonly place: number;
}

/** One letter of the grade. */
export interface CompiledGrade {
  readonly dimension: string;
  /** By descending bound, in points; the last letter is also for what lies beneath every bound. */
  readonly letters: readonly { readonly letter: string; readonly from: number }[];
}

/** The compiled form of a checked model, which must not be changed afterwards: it is compiled once. */
export function compiledModelOf(model: ScoreModel): CompiledModel {
  const known = compiledModels.get(model) ?? compileModel(model);
  compiledModels.set(model, known);
  return known;
}

const compiledModels = new WeakMap<ScoreModel, CompiledModel>();

function compileModel(model: ScoreModel): CompiledModel {
  const types = new TypeIndex();
  return {
    model,
    types,
    dimensions: Object.entries(model.dimensions).map(([name, { min, max, halfLifeDays }]) => ({
      name,
      minCp: min * 100,
      maxCp: max * 100,
      rules: model.rules.flatMap((rule, place) => {
        if (rule.dimension !== name) return [];
        return [{ id: rule.id, label: rule.label, place, ...compileRule(rule, halfLifeDays, types) }];
      }),
    })),
    totalMinCp: model.total.min * 100,
    totalMaxCp: model.total.max * 100,
    grades: Object.entries(model.grades ?? {}).map(([dimension, bounds]) => ({
      dimension,
      letters: Object.entries(bounds)
        .map(([letter, from]) => ({ letter, from }))
        .sort((a, b) => b.from - a.from),
    })),
  };
}
