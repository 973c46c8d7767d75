import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { LeadScoringError } from '../errors.ts';

const ALGORITHM = 'aes-256-gcm';
const KEY_BYTES = 32;
/** A sealed secret: 1 byte of version, 4 of key id, 12 of nonce, 16 of tag, then the cipher text. */
const VERSION = 1;
const NONCE_AT = 5;
const TAG_AT = 17;
const TEXT_AT = 33;

/** Seals and opens secrets with one key. */
export interface Vault {
  /** Encrypts `text` for one place: only `open` with the same `place` gives it back. */
  seal(text: string, place: string): Buffer;

  /**
   * Decrypts what `seal` gave.
   *
   * @throws {LeadScoringError} `SECRET_UNREADABLE` if it was sealed with another key, for another place, or altered.
   */
  open(sealed: Buffer, place: string): string;
}

/**
 * A vault over AES-256-GCM with a random nonce for each secret. The place is authenticated with it, so that a secret
 * copied to another row does not open there.
 *
 * @param key - 32 bytes.
 */
export function openVault(key: Buffer): Vault {
  const keyId = createHash('sha256').update(key).digest().subarray(0, 4);
  return {
    seal: (text, place) => {
      const nonce = randomBytes(TAG_AT - NONCE_AT);
      const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(Buffer.from(place));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.of(VERSION), keyId, nonce, cipher.getAuthTag(), sealed]);
    },
    open: (sealed, place) => {
      if (sealed[0] !== VERSION || !sealed.subarray(1, NONCE_AT).equals(keyId)) {
        throw new LeadScoringError('SECRET_UNREADABLE', `The credentials of ${place} were sealed with another key`);
      }
      try {
        const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(NONCE_AT, TAG_AT), { authTagLength: 16 })
          .setAAD(Buffer.from(place))
          .setAuthTag(sealed.subarray(TAG_AT, TEXT_AT));
        return Buffer.concat([decipher.update(sealed.subarray(TEXT_AT)), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new LeadScoringError('SECRET_UNREADABLE', `The credentials of ${place} have been altered`, { cause });
      }
    },
  };
}

/**
 * The key of the installation: `key` if given, else that of `DATA_DIR/secret.key`, which is made on first use.
 *
 * @param key - `SCOREWIRE_KEY`, base64 of 32 bytes.
 * @param warn - Receives one line when a key is made: without a copy of it, a backup of the database is of no use.
 * @throws {LeadScoringError} `SECRET_UNREADABLE` if the file does not hold a key.
 */
export async function readKey(
  { key, dataDir }: { readonly key: string | undefined; readonly dataDir: string },
  warn: (line: string) => void,
): Promise<Buffer> {
  if (key !== undefined) return Buffer.from(key, 'base64');
  const file = path.resolve(dataDir, 'secret.key');
  const text = (await readFile(file, 'utf8').catch(absent)) ?? (await makeKey(file, warn));
  const stored = Buffer.from(text.trim(), 'base64');
  if (stored.length === KEY_BYTES) return stored;
  throw new LeadScoringError('SECRET_UNREADABLE', `${file} holds no key of ${KEY_BYTES} bytes in base64`);
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw new LeadScoringError('SECRET_UNREADABLE', `The key file cannot be read (${error.code})`, { cause: error });
}

async function makeKey(file: string, warn: (line: string) => void): Promise<string> {
  const unfinished = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(unfinished, `${randomBytes(KEY_BYTES).toString('base64')}\n`, { mode: 0o600 });
  try {
    // A link appears whole and never replaces the key that another process has just made.
    await link(unfinished, file);
    warn(`Stored credentials are sealed with a new key in ${file}: keep a copy of it, or set SCOREWIRE_KEY`);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    await rm(unfinished, { force: true });
  }
  return readFile(file, 'utf8');
}
