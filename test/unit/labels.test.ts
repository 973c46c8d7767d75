import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { labelsIn } from '../../src/labels.ts';
import { readModelFile } from '../../src/models.ts';
import { LANGUAGES } from '../../src/scoring/reasons.ts';

const ROOT = path.join(import.meta.dirname, '..', '..');
const templates = globSync('config/models/*.yaml', { cwd: ROOT }).map((file) => path.join(ROOT, file));
const labels = new Set(templates.flatMap((file) => readModelFile(file).rules.map(({ label }) => label)));
const rollUps = ['Best lead', 'All leads', 'Best leads', 'Active leads'];

describe.each(LANGUAGES.filter((language) => language !== 'en'))('the labels in %s', (language) => {
  const words = labelsIn(language);

  it('are those of every template and of every roll-up, and no others', () => {
    expect(Object.keys(words).toSorted()).toEqual([...labels, ...rollUps].toSorted());
  });

  it('are short, and say something', () => {
    expect(Object.values(words).filter((label) => label.trim() === '' || label.length > 60)).toEqual([]);
  });
});

it('the labels in English are as the templates have them', () => {
  expect(labelsIn('en')).toEqual({});
});

it('the labels of a roll-up are those of the engine', () => {
  const engine = readFileSync(path.join(ROOT, 'src/scoring/roll-up.ts'), 'utf8');

  expect(rollUps.filter((label) => !engine.includes(`'${label}'`))).toEqual([]);
});
