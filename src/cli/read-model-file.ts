import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { LeadScoringError } from '../errors.ts';
import type { ScoreModel } from '../scoring/model.ts';
import { type ModelSource, parseModel } from '../scoring/parse-model.ts';

/** Folder of the templates that come along. */
const TEMPLATES = path.join(import.meta.dirname, '..', '..', 'config', 'models');

/**
 * Reads a score model from a file; the templates it includes lie beside it, else among ours.
 *
 * @throws {LeadScoringError} `MODEL_INVALID` if the file cannot be read, or with every fault in it.
 */
export function readModelFile(file: string): ScoreModel {
  return parseModel(sourceOf(file), (name) => {
    const included = [path.dirname(file), TEMPLATES]
      .map((folder) => path.join(folder, `${name}.yaml`))
      .find(existsSync);
    return included === undefined ? undefined : sourceOf(included);
  });
}

function sourceOf(file: string): ModelSource {
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException; // what the file system throws
    throw new LeadScoringError(
      'MODEL_INVALID',
      `${file}:1:1: found no readable file (${code}), expected a score model`,
      { cause },
    );
  }
}
