import type { Crm } from '../src/domain/crm.ts';
import { type Listener, listen } from './listen.ts';
import { type OpenSandbox, openSandbox, type WorldOptions } from './open.ts';

/** How a sandbox is made, and where it answers. */
export interface SandboxOptions extends WorldOptions {
  /** 0 or omitted: any free port. */
  readonly hubspotPort?: number;
  readonly salesforcePort?: number;
}

/** A running sandbox. */
export interface Sandbox extends OpenSandbox {
  /** Base address; empty when that CRM was not asked for. */
  readonly hubspotUrl: string;
  readonly salesforceUrl: string;
  close(): Promise<void>;
}

/**
 * Starts a local HubSpot, a local Salesforce, or both, over one world of people.
 *
 * @throws {LeadScoringError} `PORT_TAKEN`; `INPUT_INVALID` naming the place in the CSV file that cannot be read
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const sandbox = openSandbox(options);
  const listeners = new Map<Crm, Listener>();
  const close = async () => {
    await Promise.all([...listeners.values()].map((listener) => listener.close()));
  };
  for (const crm of sandbox.crms) {
    const port = (crm === 'hubspot' ? options.hubspotPort : options.salesforcePort) ?? 0;
    try {
      listeners.set(crm, await listen(sandbox.app(crm), port));
    } catch (error) {
      await close();
      throw error;
    }
  }
  const urlOf = (crm: Crm) => listeners.get(crm)?.url ?? '';
  return { ...sandbox, hubspotUrl: urlOf('hubspot'), salesforceUrl: urlOf('salesforce'), close };
}
