import type { Attributes, Lead } from '../domain/lead.ts';
import { type Asking, askingAt, compileCondition, leadFinder } from './compile-condition.ts';
import type { ScoreModel } from './model.ts';
import { Readings } from './reading.ts';

/**
 * The lead model with the highest priority whose `appliesTo` holds for a lead; of equals, the first by name.
 *
 * @param models - The published models, in any order, company models among them or not.
 * @param asOf - The instant at which conditions on age look.
 * @returns `null` if none applies.
 */
export function selectModel(models: readonly ScoreModel[], { attributes }: Lead, asOf: Date): ScoreModel | null {
  const asking = askingAt(asOf.getTime());
  let best: ScoreModel | null = null;
  for (const model of models) {
    if (model.object !== 'lead' || (best !== null && !goesBefore(model, best))) continue;
    if (appliesTo(model)(attributes, asking)) best = model;
  }
  return best;
}

function goesBefore(a: ScoreModel, b: ScoreModel): boolean {
  return a.priority > b.priority || (a.priority === b.priority && a.name < b.name);
}

/** Whether a model is meant for a lead. */
type AppliesTo = (attributes: Attributes, asking: Asking) => boolean;

function appliesTo(model: ScoreModel): AppliesTo {
  const known = compiledAppliesTo.get(model) ?? compileAppliesTo(model);
  compiledAppliesTo.set(model, known);
  return known;
}

const compiledAppliesTo = new WeakMap<ScoreModel, AppliesTo>();

function compileAppliesTo({ appliesTo: condition }: ScoreModel): AppliesTo {
  if (condition === undefined) return () => true;
  const readings = new Readings(leadFinder);
  const compiled = compileCondition(condition, readings);
  return (attributes, asking) => compiled.holds(readings.take(attributes), asking);
}
