import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openVault, readKey } from '../../src/store/secrets.ts';

const TOKEN = '{"token":"pat-eu1-ünïcode"}';

describe('openVault', () => {
  const vault = openVault(randomBytes(32));

  it('opens what it sealed, in the same place', () => {
    expect(vault.open(vault.seal(TOKEN, 'a'), 'a')).toBe(TOKEN);
  });

  it('opens what another process sealed with the same key', () => {
    const key = randomBytes(32);

    expect(openVault(key).open(openVault(key).seal(TOKEN, 'a'), 'a')).toBe(TOKEN);
  });

  it('seals the same text differently each time', () => {
    expect(vault.seal(TOKEN, 'a').equals(vault.seal(TOKEN, 'a'))).toBe(false);
  });

  it('shows nothing of the text', () => {
    expect(vault.seal(TOKEN, 'a').toString('latin1')).not.toContain('pat-eu1');
  });

  it('refuses a secret that was copied from another place', () => {
    expect(() => vault.open(vault.seal(TOKEN, 'a'), 'b')).toThrow(
      expect.objectContaining({ code: 'SECRET_UNREADABLE' }),
    );
  });

  it('says so when the key is another one', () => {
    const sealed = openVault(randomBytes(32)).seal(TOKEN, 'a');

    expect(() => vault.open(sealed, 'a')).toThrow(/another key/);
  });

  it('refuses a secret of which any one byte was changed', () => {
    const sealed = vault.seal(TOKEN, 'a');

    for (const index of sealed.keys()) {
      const altered = Buffer.from(sealed);
      altered[index]! ^= 1;
      expect(() => vault.open(altered, 'a')).toThrow(expect.objectContaining({ code: 'SECRET_UNREADABLE' }));
    }
  });

  it('refuses a secret that was cut short', () => {
    const sealed = vault.seal(TOKEN, 'a');

    for (let bytes = 0; bytes < sealed.length; bytes += 1) {
      expect(() => vault.open(sealed.subarray(0, bytes), 'a')).toThrow(
        expect.objectContaining({ code: 'SECRET_UNREADABLE' }),
      );
    }
  });
});

describe('readKey', () => {
  let dataDir = '';
  beforeEach(async () => {
    dataDir = await mkdtemp(path.join(tmpdir(), 'scorewire-key-'));
  });
  afterEach(async () => {
    await rm(dataDir, { recursive: true });
  });

  it('takes the given key and makes no file', async () => {
    const key = randomBytes(32);

    expect(await readKey({ key: key.toString('base64'), dataDir }, failOnWarning)).toEqual(key);
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('makes a key that only its user can read, and warns once', async () => {
    const warnings: string[] = [];
    const warn = (line: string) => warnings.push(line);

    const key = await readKey({ key: undefined, dataDir }, warn);

    expect(await readKey({ key: undefined, dataDir }, warn)).toEqual(key);
    expect(key).toHaveLength(32);
    expect((await stat(path.join(dataDir, 'secret.key'))).mode & 0o777).toBe(0o600);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain(key.toString('base64'));
  });

  it('gives processes that start at the same time one key', async () => {
    const keys = await Promise.all([1, 2, 3, 4, 5].map(() => readKey({ key: undefined, dataDir }, () => {})));

    expect(new Set(keys.map((key) => key.toString('hex'))).size).toBe(1);
    expect(await readdir(dataDir)).toEqual(['secret.key']);
  });

  it('leaves a file that holds no key as it is', async () => {
    await writeFile(path.join(dataDir, 'secret.key'), 'not a key');

    await expect(readKey({ key: undefined, dataDir }, failOnWarning)).rejects.toMatchObject({
      code: 'SECRET_UNREADABLE',
    });
    expect(await readFile(path.join(dataDir, 'secret.key'), 'utf8')).toBe('not a key');
  });
});

function failOnWarning(line: string): void {
  throw new Error(line);
}
