import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const MEDIAN_LINES = 90;
const LONGEST_LINES = 300;
const LONGEST_TEST_LINES = 400;

const code = linesOf('{src,connectors,jobs,config,sandbox,bench}/**/*.ts');
const tests = linesOf('test/**/*.ts');

describe('a file', () => {
  it('has a median length that a reader holds in mind', () => {
    const lengths = [...code.values()].toSorted((a, b) => a - b);

    expect(lengths.length).toBeGreaterThan(100);
    expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(MEDIAN_LINES);
  });

  it('is split before it grows long', () => {
    expect(longerThan(LONGEST_LINES, code)).toEqual([]);
  });

  it('of tests is split later, since its cases stand side by side', () => {
    expect(tests.size).toBeGreaterThan(20);
    expect(longerThan(LONGEST_TEST_LINES, tests)).toEqual([]);
  });

  it('is named in kebab-case, migrations by number', () => {
    const misnamed = [...code.keys(), ...tests.keys()].filter(
      (file) => !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/.test(path.basename(file)),
    );

    expect(misnamed).toEqual([]);
  });
});

function linesOf(glob: string): ReadonlyMap<string, number> {
  const files = globSync(glob, { cwd: ROOT }).toSorted();
  return new Map(files.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8').trimEnd().split('\n').length]));
}

function longerThan(most: number, files: ReadonlyMap<string, number>): readonly string[] {
  return [...files].filter(([, lines]) => lines > most).map(([file, lines]) => `${file}: ${lines} lines`);
}
