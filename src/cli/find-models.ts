import type { ScoreModel } from '../scoring/model.ts';
import type { FoundModel, WithApp } from './cli-app.ts';

/** Reads a model file with what it includes; throws `MODEL_INVALID` with every fault. */
export type ReadModel = (file: string) => ScoreModel;

/** The models of some references; the database is opened only if one of them is a name. */
export async function findModels(
  references: readonly string[],
  read: ReadModel,
  withApp: WithApp,
): Promise<readonly FoundModel[]> {
  const files = references.map((reference) => (isFile(reference) ? read(reference) : null));
  const names = references.filter((reference) => !isFile(reference));
  const named = names.length === 0 ? [] : await withApp((app) => Promise.all(names.map((name) => app.findModel(name))));
  return references.map((reference, index) => {
    const model = files[index];
    if (model !== null && model !== undefined) return { model, source: reference };
    return named[names.indexOf(reference)]!; // found, or findModel has thrown
  });
}

function isFile(reference: string): boolean {
  return /\.ya?ml$|[/\\]/.test(reference);
}
