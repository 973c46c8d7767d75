import { modelFile } from '../../src/models.ts';

const { text } = modelFile('b2b-default')!; // comes along

/** A model of the catalogue in another version, in which leads are hot from so many points on. */
export function modelVersion(version: number, hotFrom: number): { name: string; version: number; yaml: string } {
  const yaml = text
    .replace('version: 1', `version: ${version}`)
    .replace('{ name: hot, from: 80 }', `{ name: hot, from: ${hotFrom} }`)
    .replace('{ name: warm, from: 50 }', `{ name: warm, from: ${Math.round(hotFrom / 2)} }`);
  return { name: 'b2b-default', version, yaml };
}
