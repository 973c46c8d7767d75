import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Failures of products like ours, by their numbers in shared/design/field.md. */
const LESSONS = 68;

/** Lessons that no test is named after, and why. */
const APART: Readonly<Record<number, string>> = {
  23: 'we receive no webhooks',
  24: 'a list of traps, each with a number of its own',
  28: 'a first sync reads all there is, so that no horizon needs to be shown',
  33: 'we start no bulk jobs',
  48: 'every certificate is JSON, and every e2e test reads it',
  49: 'each stream has its own checkpoint and is taken up where it stopped: T3, T21, T31',
  52: 'a rule reads an attribute itself; there are no segments that it would need',
  58: 'there are no predictive models yet',
  59: 'there are no predictive models yet',
  60: 'there are no predictive models yet',
  61: 'there are no predictive models yet',
  65: 'we receive no webhooks',
};

describe('a failure that others have lived through', () => {
  const source = globSync('test/**/*.ts', { cwd: ROOT })
    .filter((file) => !file.endsWith('field-lessons.test.ts'))
    .map((file) => readFileSync(path.join(ROOT, file), 'utf8'))
    .join('\n');
  const named = new Set([...source.matchAll(/\((T\d[^)]*)\)/g)].flatMap(([, list = '']) => numbersOf(list)));

  it('has a test that is named after it, or a reason why there is none', () => {
    const all = Array.from({ length: LESSONS }, (_, index) => index + 1);

    expect(all.filter((lesson) => !named.has(lesson) && APART[lesson] === undefined)).toEqual([]);
  });

  it('has no reason left once there is a test', () => {
    expect(Object.keys(APART).filter((lesson) => named.has(Number(lesson)))).toEqual([]);
  });
});

/** `T1–T5, T9` as 1, 2, 3, 4, 5 and 9. */
function numbersOf(list: string): readonly number[] {
  return [...list.matchAll(/T(\d+)(?:–T(\d+))?/g)].flatMap(([, from, to = from]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index),
  );
}
