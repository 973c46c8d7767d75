import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkModel } from '../../src/scoring/check-model.ts';
import { parseModel } from '../../src/scoring/parse-model.ts';
import { parseMapping } from '../../src/sync/parse-mapping.ts';
import { fencesOf, sectionOf, tableUnder } from '../support/markdown.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const PACKAGE = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};

describe('README', () => {
  it('names npm scripts that are there', () => {
    const named = [...README.matchAll(/\bnpm (?:run )?(?!run\b|ci\b)([a-z]+)/g)].map(([, script = '']) => script);

    expect(named).toContain('demo');
    expect(named.filter((script) => !(script in PACKAGE.scripts))).toEqual([]);
  });

  it('names files and folders that are there', () => {
    const named = [...README.matchAll(/`((?:config|src|test|connectors|jobs|sandbox|bench|\.ci)\/[\w./-]*)`/g)];
    const absent = named.map(([, file = '']) => file).filter((file) => !existsSync(path.join(ROOT, file)));

    expect(named.length).toBeGreaterThan(30);
    expect(absent).toEqual([]);
  });

  it('proves each guarantee by tests that are there', () => {
    const rows = tableUnder(README, 'Guarantees').map(({ guarantee, proof = '' }) => ({
      guarantee,
      files: [...proof.matchAll(/\btest\/[\w/-]+\.test\.ts\b/g)].map(([file]) => file),
    }));
    const unproved = rows.filter(
      ({ files }) => files.length === 0 || !files.every((file) => existsSync(path.join(ROOT, file))),
    );

    expect(rows.length).toBeGreaterThanOrEqual(8);
    expect(unproved).toEqual([]);
  });

  it('counts the templates right', () => {
    const included = ['journey.yaml', 'negative.yaml'];
    const templates = globSync('*.yaml', { cwd: path.join(ROOT, 'config/models') });

    expect(included.filter((name) => !templates.includes(name))).toEqual([]);
    expect(templates.length - included.length).toBe(8);
    expect(README).toContain('Eight templates');
  });

  it('shows a score model that is valid and has nothing to warn of', () => {
    const [text = ''] = fencesOf(sectionOf(README, 'Score model').join('\n'), 'yaml');
    const model = parseModel({ file: 'README.md', text });

    expect(model.rules.length).toBeGreaterThan(1);
    expect(checkModel(model)).toEqual([]);
  });

  it('shows a mapping file that is valid', () => {
    const [text = ''] = fencesOf(sectionOf(README, 'Mapping file').join('\n'), 'yaml');

    expect(parseMapping('README.md', text, 'hubspot')).toMatchObject({ crm: 'hubspot' });
  });

  it('shows TypeScript that compiles against the code as it is', () => {
    const snippets = fencesOf(README, 'ts');

    expect(snippets.length).toBeGreaterThan(0);
    expect(typeErrorsOf(snippets)).toBe('');
  });

  it('shows TypeScript that prints what it says', () => {
    const [model = ''] = fencesOf(sectionOf(README, 'Score model').join('\n'), 'yaml');
    const [snippet = ''] = fencesOf(README, 'ts');
    const printed = inFolder((folder) => {
      writeFileSync(path.join(folder, 'acme.yaml'), model);
      writeFileSync(path.join(folder, 'snippet.ts'), fromRoot(snippet));
      return execFileSync(process.execPath, ['snippet.ts'], { cwd: folder, encoding: 'utf8' });
    });

    expect(snippet).toContain('// 40, warm');
    expect(printed).toMatch(/^40 warm \[/);
  });
});

/** What the compiler has to say, with the options of the project. */
function typeErrorsOf(snippets: readonly string[]): string {
  return inFolder((folder) => {
    const files = snippets.map((snippet, index) => {
      writeFileSync(path.join(folder, `snippet-${index}.ts`), fromRoot(snippet));
      return `snippet-${index}.ts`;
    });
    const compilerOptions = { typeRoots: [path.join(ROOT, 'node_modules/@types')] };
    const config = { extends: path.join(ROOT, 'tsconfig.json'), compilerOptions, include: [], files };
    writeFileSync(path.join(folder, 'tsconfig.json'), JSON.stringify(config));
    try {
      return execFileSync(path.join(ROOT, 'node_modules/.bin/tsc'), ['--project', folder], { encoding: 'utf8' });
    } catch (error) {
      return (error as { stdout: string }).stdout; // what execFileSync throws
    }
  });
}

/** A snippet is written for a file in the root of the project, and tried in another folder. */
const fromRoot = (snippet: string): string => snippet.replaceAll("from './", `from '${ROOT}/`);

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(path.join(tmpdir(), 'scorewire-readme-'));
  writeFileSync(path.join(folder, 'package.json'), '{"type":"module"}');
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
