import type { Attributes, Lead } from '../domain/lead.ts';
import { type CompiledCondition, compileCondition, leadReader } from './compile-condition.ts';
import type { ScoreModel } from './model.ts';

/**
 * The lead model with the highest priority whose `appliesTo` holds for a lead; of equals, the first by name.
 *
 * @param models - The published models, in any order, company models among them or not.
 * @param asOf - The instant at which conditions on age look.
 * @returns `null` if none applies.
 */
export function selectModel(models: readonly ScoreModel[], { attributes }: Lead, asOf: Date): ScoreModel | null {
  const asking = { asOfMs: asOf.getTime(), wrongType: () => undefined };
  let best: ScoreModel | null = null;
  for (const model of models) {
    if (model.object !== 'lead' || (best !== null && !goesBefore(model, best))) continue;
    if (applies(model)?.holds(attributes, asking) ?? true) best = model;
  }
  return best;
}

function goesBefore(a: ScoreModel, b: ScoreModel): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.name < b.name);
}

function applies(model: ScoreModel): CompiledCondition<Attributes> | undefined {
  if (model.appliesTo === undefined) return undefined;
  const known = conditions.get(model) ?? compileCondition(model.appliesTo, leadReader);
  conditions.set(model, known);
  return known;
}

const conditions = new WeakMap<ScoreModel, CompiledCondition<Attributes>>();
