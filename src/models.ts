import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { nearestWord } from './domain/nearest-word.ts';
import { LeadScoringError } from './errors.ts';
import type { ScoreModel } from './scoring/model.ts';
import { type ModelSource, parseModel } from './scoring/parse-model.ts';
import type { PublishedModel } from './store/models.ts';

/** Folder of the templates that come along. */
const TEMPLATES = path.join(import.meta.dirname, '..', 'config', 'models');

/**
 * Reads a score model from a file; the templates it includes lie beside it, else come along.
 *
 * @throws {LeadScoringError} `MODEL_INVALID` if the file cannot be read, or with every fault in it.
 */
export function readModelFile(file: string): ScoreModel {
  return parseModel(sourceOf(file), (name) => modelFile(name, path.dirname(file)));
}

/** The text of a model by name: a file of a folder, else a template; `undefined` if there is neither. */
export function modelFile(name: string, folder?: string): ModelSource | undefined {
  const home = foldersOf(folder).find((one) => namesIn(one).includes(name));
  return home === undefined ? undefined : sourceOf(path.join(home, `${name}.yaml`));
}

/** Names of the models of a folder and of the templates. */
export function modelNames(folder?: string): readonly string[] {
  return [...new Set(foldersOf(folder).flatMap(namesIn))].sort();
}

/** Parses published models, each text once. */
export function modelReader(modelsDir?: string): (published: readonly PublishedModel[]) => readonly ScoreModel[] {
  const parsed = new Map<string, ScoreModel>();
  return (published) =>
    published.map((one) => {
      const known = parsed.get(one.yaml) ?? parsePublished(one, modelsDir);
      parsed.set(one.yaml, known);
      return known;
    });
}

/** The model of a published text; the templates it includes are read as they are now. */
export function parsePublished({ name, version, yaml }: PublishedModel, modelsDir?: string): ScoreModel {
  return parseModel({ file: `${name} v${version}`, text: yaml }, (include) => modelFile(include, modelsDir));
}

/** A name that leads to no model, with the one that was perhaps meant. */
export function unknownModel(name: string, known: readonly string[]): LeadScoringError {
  const meant = nearestWord(name, known);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return new LeadScoringError('MODEL_UNKNOWN', `There is no model ${name}${hint}`);
}

function foldersOf(folder: string | undefined): readonly string[] {
  return folder === undefined ? [TEMPLATES] : [folder, TEMPLATES];
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : []));
  } catch (cause) {
    throw new LeadScoringError('CONFIG_INVALID', `MODELS_DIR: found no readable folder (${codeOf(cause)})`, { cause });
  }
}

function sourceOf(file: string): ModelSource {
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (cause) {
    const found = `found no readable file (${codeOf(cause)})`;
    throw new LeadScoringError('MODEL_INVALID', `${file}:1:1: ${found}, expected a score model`, { cause });
  }
}

function codeOf(cause: unknown): string {
  return (cause as NodeJS.ErrnoException).code ?? 'error'; // what the file system throws
}
