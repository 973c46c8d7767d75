import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

const files = globSync('test/**/*.ts', { cwd: ROOT }).toSorted();
const titles = files.flatMap((file) =>
  titlesOf(readFileSync(path.join(ROOT, file), 'utf8')).map((title) => ({ file, title })),
);

describe('the title of a test', () => {
  it('stands in its file once with those above it, so that a report names one test', () => {
    const seen = Map.groupBy(titles, ({ file, title }) => `${file}: ${title}`);
    const doubled = [...seen].filter(([, found]) => found.length > 1).map(([place]) => place);

    expect(titles.length).toBeGreaterThan(200);
    expect(doubled).toEqual([]);
  });

  it('states a rule and not a wish', () => {
    expect(titles.filter(({ title }) => /\bshould\b/i.test(title))).toEqual([]);
  });

  it('is not that of a test that is switched off for good, or that switches off the others', () => {
    const off = files.filter(
      (file) =>
        file.endsWith('.test.ts') &&
        /^\s*(it|describe|test)\.(only|todo|skip)\(/m.test(readFileSync(path.join(ROOT, file), 'utf8')),
    );

    expect(off).toEqual([]);
  });
});

/** Titles given to `it` behind those of the `describe` around it, placeholders as they are written. */
function titlesOf(source: string): readonly string[] {
  const calls = source.matchAll(
    /^( *)(describe\w*|it|test)(?:\.\w+(?:<[^>]*>)?(?:\([\s\S]*?\))?)*\(\s*(['"`])((?:\\.|(?!\3).)*)\3/gm,
  );
  const above: { readonly indent: number; readonly title: string }[] = [];
  return [...calls].flatMap(([, blanks = '', kind = '', , title = '']) => {
    while ((above.at(-1)?.indent ?? -1) >= blanks.length) above.pop();
    if (kind.startsWith('describe')) above.push({ indent: blanks.length, title });
    return kind.startsWith('describe') ? [] : [[...above.map((block) => block.title), title].join(' > ')];
  });
}
