import { describe, expect, it } from 'vitest';
import { Env, readEnv } from '../../config/env.ts';

describe('readEnv', () => {
  it('gives every setting a default or leaves it out when nothing is set', () => {
    const env = readEnv({});

    expect(env).toMatchObject({
      DATA_DIR: './data',
      PORT: 3000,
      LOG_LEVEL: 'info',
      PULL_EVERY_MINUTES: 10,
      RECONCILE_AT: '03:30',
      WORKER_CONCURRENCY: 4,
      STALLED_AFTER_MS: 30_000,
    });
    for (const name of ['DATABASE_URL', 'REDIS_URL', 'SCOREWIRE_KEY', 'SCOREWIRE_NOW', 'MODELS_DIR']) {
      expect(env).not.toHaveProperty(name);
    }
  });

  it('reads numbers and instants from text', () => {
    expect(readEnv({ PORT: '0', SCOREWIRE_NOW: '2026-03-01T10:00:00+01:00' })).toMatchObject({
      PORT: 0,
      SCOREWIRE_NOW: new Date('2026-03-01T09:00:00Z'),
    });
  });

  it('counts an empty variable as unset', () => {
    const env = readEnv({ REDIS_URL: '', PORT: '' });

    expect(env).toMatchObject({ PORT: 3000 });
    expect(env).not.toHaveProperty('REDIS_URL');
  });

  it('names every wrong variable at once and repeats no value', () => {
    const secret = 'hunter2-hunter2';
    const wrong = {
      DATABASE_URL: secret,
      REDIS_URL: `http://${secret}`,
      SCOREWIRE_KEY: secret,
      PORT: secret,
      LOG_LEVEL: secret,
      PULL_EVERY_MINUTES: '0',
      RECONCILE_AT: '24:00',
      WORKER_CONCURRENCY: '1.5',
      SCOREWIRE_NOW: secret,
      STALLED_AFTER_MS: '1',
    };

    const error = thrownBy(() => readEnv(wrong));

    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    expect(error.message).not.toContain(secret);
    for (const name of Object.keys(wrong)) expect(error.message).toContain(`${name}: must `);
  });

  it('refuses an unknown SCOREWIRE_ name and offers the nearest', () => {
    expect(() => readEnv({ SCOREWIRE_KEYS: 'x' })).toThrow('SCOREWIRE_KEYS: unknown, did you mean SCOREWIRE_KEY?');
  });

  it('lets the variables of other programs pass', () => {
    expect(() => readEnv({ PATH: '/bin', NODE_OPTIONS: '' })).not.toThrow();
  });

  it('accepts a key of exactly 32 bytes only', () => {
    const keyOf = (bytes: number) => Buffer.alloc(bytes, 7).toString('base64');

    expect(readEnv({ SCOREWIRE_KEY: keyOf(32) }).SCOREWIRE_KEY).toBe(keyOf(32));
    expect(() => readEnv({ SCOREWIRE_KEY: keyOf(31) })).toThrow(/SCOREWIRE_KEY/);
  });

  it('describes every setting', () => {
    const silent = Object.entries(Env.shape).filter(([, schema]) => !schema.description);

    expect(silent).toEqual([]);
  });
});

function thrownBy(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
}
