import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

const titles = globSync('test/**/*.ts', { cwd: ROOT })
  .toSorted()
  .flatMap((file) => titlesOf(readFileSync(path.join(ROOT, file), 'utf8')).map((title) => ({ file, title })));

describe('the title of a test', () => {
  it('stands in its file once, so that a report names one test', () => {
    const seen = Map.groupBy(titles, ({ file, title }) => `${file}: ${title}`);
    const doubled = [...seen].filter(([, found]) => found.length > 1).map(([place]) => place);

    expect(titles.length).toBeGreaterThan(200);
    expect(doubled).toEqual([]);
  });

  it('states a rule and not a wish', () => {
    expect(titles.filter(({ title }) => /\bshould\b/i.test(title))).toEqual([]);
  });

  it('is not that of a test that is switched off', () => {
    const off = globSync('test/**/*.ts', { cwd: ROOT }).filter((file) =>
      /^\s*(it|describe|test)\.(only|todo|skip)\(\s*['"`]/m.test(readFileSync(path.join(ROOT, file), 'utf8')),
    );

    expect(off).toEqual([]);
  });
});

/** Titles given to `it` and its variants, placeholders as they are written. */
function titlesOf(source: string): readonly string[] {
  const calls = source.matchAll(
    /^\s*(?:it|test)(?:\.\w+(?:<[^>]*>)?(?:\([\s\S]*?\))?)*\(\s*(['"`])((?:\\.|(?!\1).)*)\1/gm,
  );
  return [...calls].map(([, , title = '']) => title);
}
