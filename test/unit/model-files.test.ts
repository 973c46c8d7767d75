import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { modelFile, modelNames, modelReader, parsePublished, readModelFile, unknownModel } from '../../src/models.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'scorewire-models-'));
afterAll(() => rmSync(folder, { recursive: true }));
const text = (name: string, include = '') =>
  `name: ${name}\nversion: 1\nobject: lead\n${include}dimensions: { fit: { min: -50, max: 9 }, engagement: { min: -50, max: 9 } }\nbands: [{ name: hot, from: 0 }]\nrules: []\n`;
writeFileSync(path.join(folder, 'own.yaml'), text('own'));
writeFileSync(path.join(folder, 'journey.yaml'), text('journey'));
writeFileSync(path.join(folder, 'both.yaml'), text('both', 'include: [journey, negative]\n'));
mkdirSync(path.join(folder, 'torn.yaml'));

it('reads a model with what it includes: what lies beside it first, then what comes along', () => {
  const { rules } = readModelFile(path.join(folder, 'both.yaml'));

  expect(rules.map(({ id }) => id)).toContain('unsubscribe');
  expect(rules.map(({ id }) => id)).not.toContain('case-study-then-pricing');
});

it('finds a model by name in a folder of its own, else among the templates', () => {
  expect(modelFile('journey', folder)?.file).toBe(path.join(folder, 'journey.yaml'));
  expect(modelFile('journey')?.text).toContain('case-study-then-pricing');
  expect(modelFile('own')).toBeUndefined();
  expect(modelFile('../models/journey')).toBeUndefined();
});

it('names every model that can be published', () => {
  expect(modelNames()).not.toContain('own');
  expect(modelNames(folder)).toEqual([...new Set(['own', 'both', 'torn', ...modelNames()])].sort());
});

it('says what cannot be read, and where', () => {
  const none = path.join(folder, 'none');

  expect(() => readModelFile(`${none}.yaml`)).toThrow(`${none}.yaml:1:1: found no readable file (ENOENT), expected a`);
  expect(() => modelFile('torn', folder)).toThrow(/torn\.yaml:1:1: found no readable file \(EISDIR\)/);
  expect(() => modelFile('own', none)).toThrow('MODELS_DIR: found no readable folder (ENOENT)');
  expect(() => modelNames(none)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }));
});

it('parses each published text once', () => {
  const read = modelReader(folder);
  const published = { name: 'both', version: 3, yaml: text('both', 'include: [journey]\n') };

  expect(read([published])[0]).toBe(read([{ ...published }])[0]);
  expect(read([published])[0]).toEqual(parsePublished(published, folder));
  expect(() => parsePublished({ ...published, yaml: 'name: x' }, folder)).toThrow(
    /^both v3:1:1: found version: nothing/,
  );
});

it('guesses the name that was meant', () => {
  expect(unknownModel('b2b-defualt', modelNames())).toMatchObject({
    code: 'MODEL_UNKNOWN',
    message: 'There is no model b2b-defualt; did you mean b2b-default?',
  });
  expect(unknownModel('globex', modelNames()).message).toBe('There is no model globex');
});
