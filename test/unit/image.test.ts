import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Env } from '../../config/env.ts';
import { tableUnder } from '../support/markdown.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const textOf = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

const DOCKERFILE = textOf('Dockerfile');
const COMMANDS = tableUnder(textOf('README.md'), 'Commands').map(({ command = '' }) => command.split(' ')[0]);

interface Service {
  readonly image: string;
  readonly build?: string;
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string | number>>;
  readonly ports?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly deploy?: { readonly replicas: number };
}
const compose = parse(textOf('compose.yaml'), { merge: true }) as {
  readonly services: Readonly<Record<string, Service>>;
  readonly volumes: Readonly<Record<string, null>>;
};
const services = Object.entries(compose.services);
const ours = services.filter(([, { build }]) => build !== undefined);

describe('the image', () => {
  it('is made of folders and files that are there', () => {
    const copied = DOCKERFILE.split('\n')
      .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
      .flatMap((line) => line.split(' ').slice(1, -1));

    expect(copied).toContain('src');
    expect(copied.filter((source) => !existsSync(path.join(ROOT, source)))).toEqual([]);
  });

  it('is given by .dockerignore what it copies, and nothing else', () => {
    const letIn = textOf('.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'))
      .map((line) => line.slice(1));
    const copied = DOCKERFILE.matchAll(/^COPY (?!--from)(.+) \S+$/gm);

    expect(letIn.toSorted()).toEqual(
      [...new Set([...copied].flatMap(([, files = '']) => files.split(' ')))].toSorted(),
    );
    expect(textOf('.dockerignore')).toMatch(/^\*$/m);
  });

  it('starts the program that is there, with a command that it knows', () => {
    const program = jsonAfter('ENTRYPOINT').at(-1) ?? '';
    const [command = ''] = jsonAfter('CMD');

    expect(existsSync(path.join(ROOT, program))).toBe(true);
    expect(COMMANDS).toContain(command);
  });

  it('sets only settings of ours and of Node', () => {
    const [, line = ''] = DOCKERFILE.match(/^ENV (.+)$/m) ?? [];
    const names = line.split(' ').map((setting) => setting.split('=')[0] ?? '');

    expect(names.filter((name) => !(name in Env.shape) && name !== 'NODE_ENV')).toEqual([]);
    expect(names).toContain('DATA_DIR');
  });

  it('does not run as root, and asks /health whether it is well', () => {
    const last = DOCKERFILE.slice(DOCKERFILE.lastIndexOf('FROM '));

    expect(last).toMatch(/^USER node$/m);
    expect(last).toMatch(/^HEALTHCHECK [\s\S]*\/health/m);
  });
});

describe('compose.yaml', () => {
  it('runs commands that the program knows', () => {
    const commands = ours.map(([, { command = [] }]) => command[0]);

    expect(commands.toSorted()).toEqual(['migrate', 'server', 'worker']);
    expect(commands.filter((command) => !COMMANDS.includes(command))).toEqual([]);
  });

  it('gives our processes settings that there are, and all of them the same database, queue and key', () => {
    const environments = ours.map(([, { environment = {} }]) => environment);
    const unknown = environments.flatMap(Object.keys).filter((name) => !(name in Env.shape));
    const shared = environments.map(({ DATABASE_URL, REDIS_URL, SCOREWIRE_KEY }) =>
      [DATABASE_URL, REDIS_URL, SCOREWIRE_KEY].join(' '),
    );

    expect(unknown).toEqual([]);
    expect(new Set(shared).size).toBe(1);
    expect(shared[0]).toMatch(/^postgres:.*@postgres:5432\/scorewire redis:\/\/redis:6379 /);
  });

  it('takes secrets from outside, and does not start without them', () => {
    const secrets = [...textOf('compose.yaml').matchAll(/\$\{(\w*(?:PASSWORD|KEY|TOKEN|SECRET)\w*)(.*?)\}/g)];

    expect(secrets.length).toBeGreaterThan(2);
    expect(secrets.filter(([, , rest = '']) => !rest.startsWith(':?'))).toEqual([]);
  });

  it('opens ports on this machine only', () => {
    const ports = services.flatMap(([, service]) => service.ports ?? []);

    expect(ports.length).toBe(1);
    expect(ports.every((port) => port.startsWith('127.0.0.1:'))).toBe(true);
  });

  it('waits for services that are there and can tell that they are well', () => {
    const waits = services.flatMap(([, { depends_on = {} }]) => Object.entries(depends_on));
    const wrong = waits.filter(([name, { condition }]) => {
      const service = compose.services[name];
      const canTell =
        condition === 'service_healthy' ? service?.healthcheck?.test : service?.command?.[0] === 'migrate';
      return !canTell;
    });

    expect(waits.length).toBeGreaterThan(3);
    expect(wrong).toEqual([]);
  });

  it('keeps what must last in volumes that it names', () => {
    const mounted = services.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0]));

    expect(mounted.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
  });

  it('runs two workers, on whose health no port is asked', () => {
    expect(compose.services.worker).toMatchObject({ deploy: { replicas: 2 }, healthcheck: { disable: true } });
  });
});

describe('.ci/run', () => {
  it('can be run, and runs scripts that there are', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...textOf('.ci/run').matchAll(/ npm (?:run )?(?:--silent )?([\w:]+)/g)];
    const run = named.map(([, script = '']) => script).filter((script) => !['ci', 'run'].includes(script));

    expect(statSync(path.join(ROOT, '.ci/run')).mode & 0o111).not.toBe(0);
    expect(run).toEqual(['types', 'lint', 'test', 'test:simulate', 'demo']);
    expect(run.filter((script) => !(script in scripts))).toEqual([]);
  });
});

/** The JSON list behind an instruction of the Dockerfile. */
function jsonAfter(instruction: string): readonly string[] {
  const [, list = '[]'] = DOCKERFILE.match(new RegExp(`^${instruction} (\\[.*\\])$`, 'm')) ?? [];
  return JSON.parse(list) as string[];
}
