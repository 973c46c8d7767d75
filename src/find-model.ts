import type { App } from './app.ts';
import type { FoundModel, ModelLine } from './cli/cli-app.ts';
import { LeadScoringError } from './errors.ts';
import { modelFile, modelNames, parsePublished, unknownModel } from './models.ts';
import { parseModel } from './scoring/parse-model.ts';
import { publishedModels, publishedVersions, publishModel } from './store/models.ts';

/**
 * A model by name: the latest published version, else a file or template; with `@VERSION` that published version.
 *
 * @throws {LeadScoringError} `MODEL_UNKNOWN`, `MODEL_INVALID`.
 */
export async function findModel(app: App, reference: string): Promise<FoundModel> {
  const [, name = reference, version] = reference.match(/^(.+)@(\d+)$/) ?? [];
  const versions = await publishedVersions(app.db, name);
  const published = version === undefined ? versions[0] : versions.find((one) => one.version === Number(version));
  if (published !== undefined) return { model: parsePublished(published, app.env.MODELS_DIR), source: 'published' };
  if (version === undefined) return modelOfFile(app, name);
  const known = versions.length === 0 ? 'none' : versions.map((one) => one.version).join(', ');
  throw new LeadScoringError('MODEL_UNKNOWN', `There is no version ${version} of ${name}; published: ${known}`);
}

/** Every published model and every file that can be published, by name. */
export async function listModels({ db, env }: App): Promise<readonly ModelLine[]> {
  const published = new Map((await publishedModels(db)).map(({ name, version }) => [name, version]));
  const files = modelNames(env.MODELS_DIR);
  const names = [...new Set([...published.keys(), ...files])].sort();
  return names.map((name) => ({ name, version: published.get(name) ?? null, hasFile: files.includes(name) }));
}

/** Publishes a model file; says what happened. */
export async function publish(app: App, name: string): Promise<string> {
  const { model, text } = await modelOfFile(app, name);
  const isNew = await publishModel(app.db, { name: model.name, version: model.version, yaml: text });
  return isNew
    ? `${model.name} v${model.version} is published; the next run scores every lead with it`
    : `${model.name} v${model.version} is published already`;
}

async function modelOfFile({ db, env }: App, name: string): Promise<FoundModel & { readonly text: string }> {
  const include = (template: string) => modelFile(template, env.MODELS_DIR);
  const source = include(name);
  if (source !== undefined) return { model: parseModel(source, include), source: source.file, text: source.text };
  const published = (await publishedModels(db)).map((one) => one.name);
  throw unknownModel(name, [...published, ...modelNames(env.MODELS_DIR)]);
}
