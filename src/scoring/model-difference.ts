import type { ScoreModel } from './model.ts';
import { type Facts, modelFacts } from './model-facts.ts';

/** What one thing is in two models; `null` where it is not there. */
export interface ModelChange {
  readonly what: 'model' | 'dimension' | 'band' | 'rule';
  /** Name of the dimension or band, id of the rule; `null` of the model itself. */
  readonly name: string | null;
  /** Only what differs; of something added or removed, everything. */
  readonly before: Facts | null;
  readonly after: Facts | null;
}

/** What an edit changes in a model, in plain words: the model itself, its dimensions, bands and rules. */
export function modelDifference(before: ScoreModel, after: ScoreModel): readonly ModelChange[] {
  const [old, edited] = [modelFacts(before), modelFacts(after)];
  return [
    ...changeOf('model', null, old.model, edited.model),
    ...changesOf('dimension', old.dimensions, edited.dimensions),
    ...changesOf('band', old.bands, edited.bands),
    ...changesOf('rule', old.rules, edited.rules),
  ];
}

type Named = ReadonlyMap<string, Facts>;

/** Those of the first model in its order, then those that are new. */
function changesOf(what: ModelChange['what'], before: Named, after: Named): readonly ModelChange[] {
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names.flatMap((name) => changeOf(what, name, before.get(name) ?? null, after.get(name) ?? null));
}

function changeOf(
  what: ModelChange['what'],
  name: string | null,
  before: Facts | null,
  after: Facts | null,
): readonly ModelChange[] {
  if (before === null || after === null) return [{ what, name, before, after }];
  const aspects = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const changed = aspects.filter((aspect) => before[aspect] !== after[aspect]);
  if (changed.length === 0) return [];
  const only = (facts: Facts) => Object.fromEntries(changed.map((aspect) => [aspect, facts[aspect] ?? 'none']));
  return [{ what, name, before: only(before), after: only(after) }];
}
