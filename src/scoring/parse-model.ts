import { nearestWord } from '../domain/nearest-word.ts';
import { LeadScoringError } from '../errors.ts';
import { ModelFile, type ScoreModel } from './model.ts';
import { inconsistenciesOf } from './model-consistency.ts';
import { faultsOf, type ModelFault, valueAt } from './model-fault.ts';
import { type Path, type Place, readYaml, type YamlSource } from './yaml-source.ts';

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
    faults.push(...found.map((fault) => lineOf(fault, content, sources)));
    if (checked.success && faults.length === 0) {
      const { include: _included, ...model } = checked.data;
      return model;
    }
  }
  throw new LeadScoringError('MODEL_INVALID', messageOf(faults));
}

/** A message with the place it is about. */
interface Line {
  readonly place: Place;
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
  names.forEach((name: unknown, index) => {
    const template = typeof name === 'string' ? include(name) : undefined;
    if (template === undefined) {
      const place = own.placeOf(['include', index]);
      faults.push({ place, message: `found ${shown(name)}, expected the name of a template` });
      return;
    }
    const source = readYaml(template.text, template.file);
    faults.push(...source.mistakes.map(malformed));
    if (valueAt(source.content, ['include']) !== undefined) {
      const place = source.placeOfKey(['include']);
      faults.push({ place, message: 'found key include, expected none in a template that is itself included' });
    }
    const further = valueAt(source.content, ['rules']);
    sources.push({ source, firstRule: rules.length });
    if (Array.isArray(further)) rules.push(...further);
  });
  return { rules, sources, faults };
}

function malformed({ place, message }: YamlSource['mistakes'][number]): Line {
  return { place, message: `found malformed YAML (${message.split('\n')[0]}), expected YAML 1.2` };
}

function lineOf(
  { path, isKey, found, expected, candidates }: ModelFault,
  content: unknown,
  sources: readonly RuleSource[],
): Line {
  const { source, local } = sourceOf(path, sources);
  const value = valueAt(content, path);
  const name = path.findLast((step) => typeof step === 'string');
  const text = found ?? (typeof name === 'string' ? `${name}: ${shown(value)}` : shown(value));
  const word = (found ?? (typeof value === 'string' ? value : '')).replace(/^(keys?|attribute|dimension) /, '');
  const meant = candidates.length === 1 ? candidates[0] : nearestWord(word, candidates);
  return {
    place: isKey ? source.placeOfKey(local) : source.placeOf(local),
    message: `found ${text}, expected ${expected}${meant === undefined ? '' : `, did you mean ${meant}`}`,
  };
}

/** The file that a path leads into, and the path within it. */
function sourceOf(path: Path, sources: readonly RuleSource[]): { readonly source: YamlSource; readonly local: Path } {
  const [key, index, ...rest] = path;
  if (key !== 'rules' || typeof index !== 'number') return { source: sources[0]!.source, local: path };
  const { source, firstRule } = sources.findLast(({ firstRule }) => firstRule <= index)!; // the first is 0
  return { source, local: [key, index - firstRule, ...rest] };
}

const LONGEST_SHOWN = 60;

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}

function messageOf(lines: readonly Line[]): string {
  const byPlace = [...lines].sort((a, b) => a.place.line - b.place.line || a.place.column - b.place.column);
  return byPlace
    .map(({ place: { file, line, column }, message }) => `${file}:${line}:${column}: ${message}`)
    .join('\n');
}
