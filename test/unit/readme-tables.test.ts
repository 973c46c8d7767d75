import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { Env } from '../../config/env.ts';
import { JOBS } from '../../jobs/jobs.ts';
import { ERRORS } from '../../src/errors.ts';
import { scorewireProgram } from '../../src/program.ts';
import { sectionOf, tableUnder } from '../support/markdown.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const README = readFileSync(path.join(ROOT, 'README.md'), 'utf8');

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

  it('of commands is that of the program, with every argument and option', () => {
    const told = tableUnder(README, 'Commands').map(({ command = '' }) => shapeOf(command));
    const there = commandsOf(scorewireProgram({}));

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

/** Every command that does something, and all that it takes. */
function commandsOf(command: Command, above: readonly string[] = []): readonly CommandShape[] {
  if (command.commands.length > 0) {
    return command.commands.flatMap((below) => commandsOf(below, [...above, below.name()]));
  }
  const options = command.options.flatMap(({ long }) => long ?? []);
  return [{ name: above.join(' '), arguments: command.registeredArguments.length, options: options.toSorted() }];
}

const withSlash = (folder: string): string => `${folder.replace(/\/$/, '')}/`;
