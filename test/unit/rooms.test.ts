import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Room → rooms it may import besides itself and `src/errors.ts`: the arrows of the architecture. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/domain': [],
  'src/scoring': ['src/domain'],
  'src/learning': ['src/domain'],
  'src/insight': ['src/domain'],
  'src/store': ['src/domain'],
  'src/sync': ['src/domain', 'src/scoring', 'src/learning', 'src/insight'],
  'src/api': ['src/domain', 'src/scoring', 'src/learning', 'src/insight', 'src/sync'],
  'src/cli': ['src/domain', 'src/scoring', 'src/learning', 'src/insight', 'src/sync'],
  connectors: ['src/domain'],
  jobs: ['src/domain', 'src/scoring', 'src/learning', 'src/insight', 'src/sync'],
  config: ['src/domain'],
  sandbox: ['src/domain'],
};
/** Meet everything by design: main and the files beside it put the concrete things together, benchmarks measure them. */
const FREE = /^src\/[^/]+\.ts$|^bench\//;
const PURE_ROOMS = ['src/scoring', 'src/learning', 'src/insight'];
/** main hands the environment to `readEnv`. */
const READS_ENVIRONMENT = ['config/env.ts', 'src/main.ts'];

const files = globSync('{src,connectors,jobs,config,sandbox,bench}/**/*.ts', { cwd: ROOT }).toSorted();
const sources = new Map(files.map((file) => [file, readFileSync(path.join(ROOT, file), 'utf8')]));

describe('the rooms', () => {
  it('hold every file', () => {
    const homeless = files.filter((file) => !FREE.test(file) && !(roomOf(file) in MAY_IMPORT));

    expect(homeless).toEqual([]);
    expect(files.length).toBeGreaterThan(20);
  });

  it('import only from rooms below them', () => {
    const wrong = files
      .filter((file) => !FREE.test(file))
      .flatMap((file) => importsOf(file).map((imported) => ({ file, imported })))
      .filter(({ file, imported }) => !mayImport(file, imported));

    expect(wrong.map(({ file, imported }) => `${file} → ${imported}`)).toEqual([]);
  });

  it('hold errors.ts below all of them', () => {
    expect(importsOf('src/errors.ts')).toEqual([]);
  });

  it('keep one CRM out of the other', () => {
    const wrong = files.filter((file) => {
      const other = {
        'connectors/hubspot/': 'connectors/salesforce/',
        'connectors/salesforce/': 'connectors/hubspot/',
      };
      return Object.entries(other).some(
        ([own, foreign]) => file.startsWith(own) && importsOf(file).some((imported) => imported.startsWith(foreign)),
      );
    });

    expect(wrong).toEqual([]);
  });

  it('have no import cycle', () => {
    expect(firstCycle()).toBeNull();
  });

  it('import only files that are there', () => {
    const missing = files.flatMap((file) => importsOf(file).filter((imported) => !sources.has(imported)));

    expect(missing).toEqual([]);
  });

  it('are pure where a score must come out the same again: no clock, no chance, no I/O', () => {
    const impure = /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|'node:(?!crypto')|\bfetch\(/;
    const wrong = files.filter((file) => PURE_ROOMS.includes(roomOf(file)) && impure.test(sources.get(file) ?? ''));

    expect(wrong).toEqual([]);
  });

  it('read the environment in one place', () => {
    const wrong = files.filter(
      (file) =>
        /^(src|connectors|jobs|config)\//.test(file) &&
        !READS_ENVIRONMENT.includes(file) &&
        /\bprocess\.env\b/.test(sources.get(file) ?? ''),
    );

    expect(wrong).toEqual([]);
  });
});

function mayImport(file: string, imported: string): boolean {
  const room = roomOf(file);
  if (imported === 'src/errors.ts' || roomOf(imported) === room) return true;
  return (MAY_IMPORT[room] ?? []).includes(roomOf(imported));
}

/** `src/store/database.ts` is in `src/store`, `jobs/job.ts` in `jobs`. */
function roomOf(file: string): string {
  const [top = '', below = ''] = file.split('/');
  return top === 'src' ? `${top}/${below}` : top;
}

/** Our own files that a file imports, types included. */
function importsOf(file: string): readonly string[] {
  const specifiers = (sources.get(file) ?? '').matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+)'/g);
  return [...specifiers].map(([, specifier]) => path.posix.join(path.posix.dirname(file), specifier!));
}

/** The first cycle met when walking the imports of every file, as a list that ends where it begins. */
function firstCycle(): readonly string[] | null {
  const done = new Set<string>();
  const walk = (file: string, above: readonly string[]): readonly string[] | null => {
    if (above.includes(file)) return [...above.slice(above.indexOf(file)), file];
    if (done.has(file)) return null;
    for (const imported of importsOf(file)) {
      const cycle = walk(imported, [...above, file]);
      if (cycle !== null) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of files) {
    const cycle = walk(file, []);
    if (cycle !== null) return cycle;
  }
  return null;
}
