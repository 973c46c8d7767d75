import { compileRule } from './compile-rule.ts';
import type { CompiledRule } from './compiled-rule.ts';
import type { ScoreModel } from './model.ts';
import type { NamedRule } from './rank-reasons.ts';
import { Names, Sight } from './sight.ts';

/** A model with every operand folded, every pattern compiled and every bound in cp, ready to score many leads. */
export interface CompiledModel {
  readonly model: ScoreModel;
  /** Scratch space: what the rules look at during one scoring, which nothing interrupts. */
  readonly sight: Sight;
  /** Scratch space: what each rule contributes to the score at hand, in cp, by its place. */
  readonly contributions: number[];
  /** By their places. */
  readonly rules: readonly NamedRule[];
  /** In the model's order. */
  readonly dimensions: readonly CompiledDimension[];
  /** Each dimension with 0 cp: to copy it is faster than to name them anew for every score. */
  readonly noPoints: Readonly<Record<string, number>>;
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
  readonly rules: readonly PlacedRule[];
}

/** A rule with its place among all rules of the model. */
export interface PlacedRule {
  readonly place: number;
  readonly rule: CompiledRule;
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
  const names = new Names();
  const dimensions = Object.entries(model.dimensions).map(([name, { min, max, halfLifeDays }]) => ({
    name,
    minCp: min * 100,
    maxCp: max * 100,
    rules: model.rules.flatMap((rule, place) =>
      rule.dimension === name ? [{ place, rule: compileRule(rule, halfLifeDays, names) }] : [],
    ),
  }));
  return {
    model,
    sight: new Sight(names),
    contributions: [...model.rules.map(() => 0), 0],
    rules: model.rules,
    dimensions,
    noPoints: Object.fromEntries(dimensions.map(({ name }) => [name, 0])),
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
