import { type Facts, modelFacts } from '../scoring/model-facts.ts';
import type { FoundModel } from './cli-app.ts';
import { printTable } from './print.ts';

/** Prints everything a model says as tables. */
export function printModel({ model, source }: FoundModel): void {
  const { model: own, dimensions, bands, rules } = modelFacts(model);
  process.stdout.write(`${model.name} v${model.version} (${source})\n`);
  printTable(['model', ''], Object.entries(own));
  printFacts('dimension', dimensions, ['points', 'half-life', 'grades']);
  printFacts('band', bands, ['from']);
  const optioned = [...rules].map(([id, facts]): [string, Facts] => [id, { ...facts, options: optionsOf(facts) }]);
  printFacts('rule', new Map(optioned), ['dimension', 'label', 'points', 'when', 'options']);
}

function printFacts(what: string, named: ReadonlyMap<string, Facts>, aspects: readonly string[]): void {
  printTable(
    [what, ...aspects],
    [...named].map(([name, facts]) => [name, ...aspects.map((aspect) => facts[aspect] ?? '')]),
  );
}

/** What only some rules bear, in one column. */
function optionsOf({ label: _label, dimension: _dimension, points: _points, when: _when, ...options }: Facts): string {
  return Object.entries(options)
    .map(([aspect, text]) => `${aspect} ${text}`)
    .join(', ');
}
