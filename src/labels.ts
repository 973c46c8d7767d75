import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Language } from './scoring/reasons.ts';

const FOLDER = path.join(import.meta.dirname, '..', 'config', 'labels');
const Labels = z.record(z.string(), z.string());

/** What the labels of our templates are called in a language; those that are missing stay as they are. */
export function labelsIn(language: Language): Readonly<Record<string, string>> {
  // The templates are written in English.
  return language === 'en' ? {} : Labels.parse(parse(readFileSync(path.join(FOLDER, `${language}.yaml`), 'utf8')));
}
