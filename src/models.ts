import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { ScoreModel } from './scoring/model.ts';
import { type ModelSource, parseModel } from './scoring/parse-model.ts';
import type { PublishedModel } from './store/models.ts';

/** Folder of the templates that come along. */
const TEMPLATES = path.join(import.meta.dirname, '..', 'config', 'models');

/** The text of a model by name: a file of `modelsDir`, else a template; `undefined` if there is neither. */
export function modelFile(name: string, modelsDir?: string): ModelSource | undefined {
  for (const folder of [modelsDir, TEMPLATES]) {
    if (folder === undefined) continue;
    const file = path.join(folder, `${name}.yaml`);
    if (readdirSync(folder).includes(`${name}.yaml`)) return { file, text: readFileSync(file, 'utf8') };
  }
  return undefined;
}

/** Parses published models, each text once. */
export function modelReader(modelsDir?: string): (published: readonly PublishedModel[]) => readonly ScoreModel[] {
  const parsed = new Map<string, ScoreModel>();
  return (published) =>
    published.map(({ name, version, yaml }) => {
      const known = parsed.get(yaml);
      if (known !== undefined) return known;
      const source = { file: `${name} v${version}`, text: yaml };
      const model = parseModel(source, (include) => modelFile(include, modelsDir));
      parsed.set(yaml, model);
      return model;
    });
}
