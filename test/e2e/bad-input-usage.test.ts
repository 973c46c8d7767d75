import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { scorewireProgram } from '../../src/program.ts';
import { type Ended, sandboxCommand, scorewire, scorewireHere } from '../support/command.ts';
import { openProduct, type Product } from '../support/product.ts';

const PASSWORD = 'very-secret-password';
const NOBODY = `postgres://somebody:${PASSWORD}@127.0.0.1:1/scorewire`;

let product: Product;
beforeAll(async () => {
  product = await openProduct({ crms: ['hubspot'], sandbox: { leads: 10 } });
});
afterAll(() => product.close());

describe('a database that cannot be reached', () => {
  it.each([['connections', 'list'], ['sync', 'hubspot'], ['worker'], ['server'], ['migrate'], ['doctor']])(
    'ends `%s %s` with its address and without its password',
    async (...args) => {
      const ended = await scorewire(args.filter(Boolean), { ...product.env, DATABASE_URL: NOBODY });

      expectLine(ended, 1, /^DATABASE_UNREACHABLE: Postgres at 127\.0\.0\.1:1\/scorewire .*ECONNREFUSED/);
    },
  );

  it('is not mixed up with one that refuses the password', async () => {
    const url = new URL(inject('postgresUrl'));
    url.password = PASSWORD;

    expectLine(await scorewireHere(['migrate'], { ...product.env, DATABASE_URL: url.href }), 1, /^DATABASE_UN.*28P01/);
  });
});

describe('a Redis that cannot be reached', () => {
  it.each([['worker'], ['sync', 'hubspot']])(
    'ends `%s %s` with its address and without its password',
    async (...args) => {
      const REDIS_URL = `redis://:${PASSWORD}@127.0.0.1:1`;

      const ended = await scorewire(args.filter(Boolean), { ...product.env, REDIS_URL });
      expectLine(ended, 1, /^QUEUE_UNREACHABLE: Redis at 127\.0\.0\.1:1 .*ECONNREFUSED/);
    },
  );

  it('is a line of the doctor, who goes on', async () => {
    const REDIS_URL = 'redis://127.0.0.1:1';
    const { exitCode, stdout } = await scorewireHere(['doctor'], { ...product.env, REDIS_URL });

    expect(stdout).toMatch(/^ok {3}database .*\nNOT {2}queue +QUEUE_UNREACHABLE: .*REDIS_URL.*\nok {3}models/m);
    expect(exitCode).toBe(1);
  });
});

describe('a port that another program holds', () => {
  it('is named by the server', async () => {
    const PORT = new URL(product.sandbox.hubspotUrl).port;

    expectLine(await scorewire(['server'], { ...product.env, PORT }), 1, new RegExp(`^PORT_TAKEN: Port ${PORT} `));
  });

  it('is named by the demo before it begins', async () => {
    const { port } = new URL(product.sandbox.hubspotUrl);

    expectLine(await scorewire(['demo', '--port', port], {}), 1, new RegExp(`^PORT_TAKEN: Port ${port} `));
  });

  it('is named by the sandbox', async () => {
    const { port } = new URL(product.sandbox.hubspotUrl);
    const { exitCode, stderr } = await sandboxCommand(['--leads', '1', '--hubspot-port', port]);

    expect(stderr).toMatch(new RegExp(`Port ${port} is taken[^\n]*\nPORT_TAKEN: `));
    expect(exitCode).toBe(1);
  });
});

describe('a wrong setting', () => {
  it.each<[string, string, RegExp]>([
    ['PORT', 'eighty', /^CONFIG_INVALID: PORT: must be a whole number from 0 to 65535\./],
    ['LOG_LEVEL', 'loud', /^CONFIG_INVALID: LOG_LEVEL: must be one of trace, debug, /],
    ['DATABASE_URL', 'mysql://localhost', /^CONFIG_INVALID: DATABASE_URL: must be postgres:/],
    ['SCOREWIRE_KEY', PASSWORD, /^CONFIG_INVALID: SCOREWIRE_KEY: must be 32 bytes in base64/],
    ['SCOREWIRE_KYE', PASSWORD, /^CONFIG_INVALID: SCOREWIRE_KYE: unknown, did you mean SCOREWIRE_KEY\?/],
  ])('of %s is named, and its value is not shown', async (name, value, line) => {
    expectLine(await scorewireHere(['connections', 'list'], { ...product.env, [name]: value }), 2, line);
  });
});

describe('wrong usage', () => {
  it.each<[string, RegExp]>([
    ['snyc', /^error: unknown command 'snyc'\n\(Did you mean sync\?\)/],
    ['sync hubspot --fulll', /^error: unknown option '--fulll'\n\(Did you mean --full\?\)/],
    ['sync', /^error: missing required argument 'name'/],
    ['sync hubspot salesforce', /^error: too many arguments/],
    ['connections add pipedrive --name x', /^error: .*'pipedrive' is invalid.*hubspot, salesforce/],
    ['connections add hubspot', /^error: required option '--name <name>' not specified/],
    ['demo --leads none', /^error: option '--leads <n>' argument 'none' is invalid\. expected a whole number above 0/],
    ['sync nobody', /^CONNECTION_UNKNOWN: There is no connection named nobody\./],
    ['provision nobody', /^CONNECTION_UNKNOWN: There is no connection named nobody\./],
    ['connections remove nobody', /^CONNECTION_UNKNOWN: There is no connection named nobody\./],
    ['certificate 7', /^RUN_UNKNOWN: No run 7\./],
    ['model publish nothing', /^MODEL_UNKNOWN: There is no model nothing\./],
    ['model publish b2b-defautl', /^MODEL_UNKNOWN: There is no model b2b-defautl; did you mean b2b-default\?/],
    ['model show nothing', /^MODEL_UNKNOWN: There is no model nothing\./],
    ['model show b2b-default@7', /^MODEL_UNKNOWN: There is no version 7 of b2b-default; published: 1\./],
  ])('such as `%s` is told with exit code 2', async (line, fault) => {
    const ended = await scorewireHere(line.split(' '), product.env);

    expect(ended.stderr).toMatch(fault);
    expect(ended.stderr).not.toMatch(/\n {4}at /);
    expect(ended.exitCode).toBe(2);
  });
});

describe('--help', () => {
  it.each(['', 'sync', 'connections add'])('of `%s` exits with 0 and says how it is used', async (command) => {
    const { exitCode, stdout, stderr } = await scorewire([...command.split(' ').filter(Boolean), '--help']);

    expect([exitCode, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(new RegExp(`^Usage: scorewire ${command}`));
  });

  it('of every command says what it does and how it is used', () => {
    const commands = [...everyCommand(scorewireProgram({}))];

    expect(commands.length).toBeGreaterThan(25);
    for (const [name, command] of commands) {
      expect(command.helpInformation()).toMatch(new RegExp(`^Usage: ${name}[^\n]*\n\n[^\n]{10,}`));
    }
  });
});

/** A command and every one below it, by their whole names. */
function* everyCommand(command: Command, above = ''): Generator<[string, Command]> {
  const name = `${above}${command.name()}`;
  yield [name, command];
  for (const below of command.commands) yield* everyCommand(below, `${name} `);
}

/** Asserts that a command failed as it is written down: its code, and nothing on stderr but one line that says why. */
function expectLine({ exitCode, stderr }: Ended, code: 1 | 2, line: RegExp): void {
  expect(stderr).toMatch(line);
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(stderr).not.toContain(PASSWORD);
  expect(exitCode).toBe(code);
}
