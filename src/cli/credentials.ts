import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import type { Crm } from '../domain/crm.ts';
import { LeadScoringError } from '../errors.ts';

/** Credentials that the environment may bring. */
export interface CredentialSource {
  readonly HUBSPOT_TOKEN?: string | undefined;
  readonly SALESFORCE_CLIENT_ID?: string | undefined;
  readonly SALESFORCE_CLIENT_SECRET?: string | undefined;
  readonly SALESFORCE_USERNAME?: string | undefined;
  readonly SALESFORCE_PRIVATE_KEY_FILE?: string | undefined;
}

/**
 * Credentials of a CRM account, from the environment, else asked for on the terminal without echo.
 *
 * @throws {LeadScoringError} `CONFIG_INVALID` naming the variable, if there is no terminal to ask on.
 */
export async function credentialsFor(crm: Crm, source: CredentialSource): Promise<object> {
  if (crm === 'hubspot') {
    return { kind: 'service-key', token: await from(source, 'HUBSPOT_TOKEN', 'HubSpot service key') };
  }
  const clientId = await from(source, 'SALESFORCE_CLIENT_ID', 'Salesforce consumer key');
  const { SALESFORCE_USERNAME: username, SALESFORCE_PRIVATE_KEY_FILE: keyFile } = source;
  if (username !== undefined && keyFile !== undefined) {
    return { kind: 'jwt', clientId, username, privateKey: readKeyFile(keyFile) };
  }
  const clientSecret = await from(source, 'SALESFORCE_CLIENT_SECRET', 'Salesforce consumer secret');
  return { kind: 'client-credentials', clientId, clientSecret };
}

function readKeyFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LeadScoringError('CONFIG_INVALID', 'SALESFORCE_PRIVATE_KEY_FILE: the file cannot be read', { cause });
  }
}

async function from(source: CredentialSource, name: keyof CredentialSource, question: string): Promise<string> {
  const value = source[name];
  if (value !== undefined) return value;
  if (!process.stdin.isTTY) {
    throw new LeadScoringError('CONFIG_INVALID', `${name} is not set, and there is no terminal to ask on`);
  }
  process.stderr.write(`${question}: `);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return (await terminal.question('')).trim();
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
