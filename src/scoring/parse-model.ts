import { LeadScoringError } from '../errors.ts';
import { ModelFile, type ScoreModel, TemplateName } from './model.ts';
import { inconsistenciesOf } from './model-consistency.ts';
import { eachOnce, type ModelFault, shown } from './model-fault.ts';
import { faultsOf } from './schema-faults.ts';
import { type Path, type Place, readYaml, type Standing, valueAt, type YamlSource } from './yaml-source.ts';

/** Text of a YAML file with the name it bears in messages. */
export interface ModelSource {
  readonly file: string;
  readonly text: string;
}

/** Finds the template that a model includes by name; `undefined` if there is none. */
export type IncludeResolver = (name: string) => ModelSource | undefined;

/**
 * Reads a score model from YAML and checks it whole.
 *
 * @param include - Finds the templates of the key `include`; their rules follow the model's own.
 * @throws {LeadScoringError} `MODEL_INVALID` with every fault, one a line: `file:line:column: found …, expected …`,
 *   and `, did you mean …` where a word is near.
 */
export function parseModel({ file, text }: ModelSource, include: IncludeResolver = () => undefined): ScoreModel {
  const own = readYaml(text, file);
  const { rules, sources, faults } = includeTemplates(own, include);
  const isMap = typeof own.content === 'object' && own.content !== null && !Array.isArray(own.content);
  const content: unknown = isMap && Array.isArray(rules) ? { ...own.content, rules } : own.content;
  if (own.mistakes.length === 0) {
    const checked = ModelFile.safeParse(content);
    const found = [
      ...(checked.error?.issues ?? []).flatMap((issue) => faultsOf(issue, content)),
      ...inconsistenciesOf(content),
    ];
    faults.push(...eachOnce(found, content).map((fault) => lineOf(fault, sources)));
    if (checked.success && faults.length === 0) {
      const { include: _included, ...model } = checked.data;
      return model;
    }
  }
  throw new LeadScoringError('MODEL_INVALID', messageOf(faults, file));
}

/** A message with the place it is about. */
interface Line extends Standing {
  readonly message: string;
}

/** Where each rule stands: the file it was read from, and the index of its first rule among all. */
interface RuleSource {
  readonly source: YamlSource;
  readonly firstRule: number;
}

interface Included {
  readonly rules: unknown;
  readonly sources: readonly RuleSource[];
  readonly faults: Line[];
}

function includeTemplates(own: YamlSource, include: IncludeResolver): Included {
  const faults: Line[] = own.mistakes.map(malformed);
  const sources: RuleSource[] = [{ source: own, firstRule: 0 }];
  const ownRules = valueAt(own.content, ['rules']);
  const names = valueAt(own.content, ['include']);
  if (!Array.isArray(ownRules) || !Array.isArray(names)) return { rules: ownRules, sources, faults };
  const rules: unknown[] = [...ownRules];
  for (const [index, name] of names.entries()) {
    if (!TemplateName.safeParse(name).success) continue; // the schema tells it
    const isAgain = names.indexOf(name) < index;
    const template = isAgain ? undefined : include(name);
    if (template === undefined) {
      const expected = isAgain ? 'each template once' : 'the name of a template';
      faults.push({
        ...own.placeOf(['include', index]),
        message: `found include: ${shown(name)}, expected ${expected}`,
      });
      continue;
    }
    const source = readYaml(template.text, template.file);
    faults.push(...source.mistakes.map(malformed), ...furtherIncludes(source));
    const further = valueAt(source.content, ['rules']);
    sources.push({ source, firstRule: rules.length });
    if (Array.isArray(further)) rules.push(...further);
  }
  return { rules, sources, faults };
}

function furtherIncludes(template: YamlSource): readonly Line[] {
  if (valueAt(template.content, ['include']) === undefined) return [];
  const message = 'found key include, expected none in a template that is itself included';
  return [{ ...template.placeOfKey(['include']), message }];
}

function malformed({ place, message }: YamlSource['mistakes'][number]): Line {
  return {
    use: place,
    origin: place,
    message: `found malformed YAML (${message.split('\n')[0]}), expected YAML 1.2`,
  };
}

function lineOf({ path, isKey, found, expected, meant }: ModelFault, sources: readonly RuleSource[]): Line {
  const { source, local } = sourceOf(path, sources);
  return {
    ...(isKey ? source.placeOfKey(local) : source.placeOf(local)),
    message: `found ${found}, expected ${expected}${meant === null ? '' : `, did you mean ${meant}`}`,
  };
}

/** The file that a path leads into, and the path within it. */
function sourceOf(path: Path, sources: readonly RuleSource[]): { readonly source: YamlSource; readonly local: Path } {
  const [key, index, ...rest] = path;
  if (key !== 'rules' || typeof index !== 'number') return { source: sources[0]!.source, local: path };
  const { source, firstRule } = sources.findLast(({ firstRule }) => firstRule <= index)!; // the first is 0
  return { source, local: [key, index - firstRule, ...rest] };
}

/** The model's own file first, each from top to bottom. What is wrong behind an anchor is not told at each alias again. */
function messageOf(lines: readonly Line[], own: string): string {
  const files = [...new Set([own, ...lines.map(({ use }) => use.file)])];
  const heightOf = ({ file, line }: Place) => files.indexOf(file) * 1e9 + line;
  const textOf = ({ file, line, column }: Place, message: string) => `${file}:${line}:${column}: ${message}`;
  const told = new Set(lines.map(({ use, message }) => textOf(use, message)));
  return lines
    .filter(({ use, origin, message }) => {
      const isAtAlias = textOf(use, message) !== textOf(origin, message);
      return !(isAtAlias && told.has(textOf(origin, message)));
    })
    .toSorted((a, b) => heightOf(a.use) - heightOf(b.use) || a.use.column - b.use.column)
    .map(({ use, message }) => textOf(use, message))
    .join('\n');
}
