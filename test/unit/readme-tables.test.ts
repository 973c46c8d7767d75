import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Env } from '../../config/env.ts';
import { JOBS } from '../../jobs/jobs.ts';
import { ERRORS } from '../../src/errors.ts';
import { sectionOf, tableUnder } from '../support/markdown.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
const run = promisify(execFile);

describe("README's table", () => {
  it('of settings is that of the environment, with meanings and defaults', () => {
    const defaults: Readonly<Record<string, unknown>> = Env.parse({});
    const settings = Object.entries(Env.shape).map(([setting, { description }]) => ({
      setting,
      default: `${defaults[setting] ?? 'unset'}`,
      meaning: description,
    }));

    expect(tableUnder(README, 'Settings')).toEqual(settings);
  });

  it('of errors is that of the code, with what happens and what to do', () => {
    const errors = Object.entries(ERRORS).map(([code, { recovery, exit, action }]) => ({
      code,
      'what happens': recovery,
      exit: `${exit}`,
      'what to do': action,
    }));

    expect(tableUnder(README, 'Errors')).toEqual(errors);
  });

  it('of jobs names every job with its attempts', () => {
    const jobs = JOBS.map(({ name, attempts }) => ({ job: name, attempts: `${attempts}` }));
    const files = globSync('jobs/*.ts', { cwd: ROOT })
      .filter((file) => readFileSync(path.join(ROOT, file), 'utf8').includes('= defineJob({'))
      .map((file) => path.basename(file, '.ts'));

    expect(tableUnder(README, 'Jobs')).toEqual(jobs.map((job) => expect.objectContaining(job)));
    expect(files.toSorted()).toEqual(jobs.map(({ job }) => job).toSorted());
  });

  it('of commands is that of the program, with every argument and option', { timeout: 240_000 }, async () => {
    const told = tableUnder(README, 'Commands').map(({ command = '' }) => shapeOf(command));
    const there = await commandsOf([]);

    expect(told.toSorted(byName)).toEqual(there.toSorted(byName));
  });

  it('of words is complete', () => {
    const words = tableUnder(README, 'Words');

    expect(words.length).toBeGreaterThanOrEqual(18);
    expect(words.filter(({ word, meaning }) => !word || !meaning)).toEqual([]);
  });

  it('of rooms names every room', () => {
    const rooms = globSync('{src/*,connectors,jobs,config,sandbox,bench,test}/', { cwd: ROOT }).map(withSlash);
    const told = sectionOf(README, 'Layout').join('\n');

    expect(rooms.filter((room) => !told.includes(`\`${room}\``))).toEqual([]);
  });
});

interface CommandShape {
  readonly name: string;
  readonly arguments: number;
  readonly options: readonly string[];
}

const byName = (a: CommandShape, b: CommandShape): number => (a.name < b.name ? -1 : 1);

/** `sync NAME [--full]` as a name, a count of arguments and a list of options. */
function shapeOf(command: string): CommandShape {
  const [name = ''] = command.match(/^[a-z-]+( [a-z]+)*/) ?? [];
  const rest = command.slice(name.length);
  const options = [...rest.matchAll(/--[a-z-]+/g)].map(([option]) => option);
  const values = rest.replaceAll(/--[a-z-]+( [A-Z]+)?/g, '');
  return { name, arguments: values.match(/\b[A-Z]+\b/g)?.length ?? 0, options: options.toSorted() };
}

/** Every command that does something, as `--help` tells. */
async function commandsOf(above: readonly string[]): Promise<readonly CommandShape[]> {
  const { stdout } = await run(process.execPath, [path.join(ROOT, 'src/main.ts'), ...above, '--help']);
  const below = namesIn(stdout, 'Commands').filter((name) => name !== 'help');
  if (below.length > 0) return (await Promise.all(below.map((name) => commandsOf([...above, name])))).flat();
  const [usage = ''] = stdout.match(/^Usage: .*$/m) ?? [];
  const options = namesIn(stdout, 'Options').filter((name) => name.startsWith('--'));
  return [
    {
      name: above.join(' '),
      arguments: usage.match(/<[a-z]+(\.\.\.)?>|\[(?!options)[a-z]+\]/g)?.length ?? 0,
      options: options.toSorted(),
    },
  ];
}

/** First words of the lines of a section of a help text; those of further lines of a description are indented deeper. */
function namesIn(help: string, section: string): readonly string[] {
  const [, body = ''] = help.match(new RegExp(`^${section}:\\n((?: {2}.*\\n?)*)`, 'm')) ?? [];
  return [...body.matchAll(/^ {2}(\S+)/gm)].map(([, name = '']) => name);
}

const withSlash = (folder: string): string => `${folder.replace(/\/$/, '')}/`;
