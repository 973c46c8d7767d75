import type { Sandbox } from '../sandbox/start.ts';
import type { App } from './app.ts';
import { addConnection, connectorNamed } from './connect.ts';
import { demoMapping } from './demo-mapping.ts';
import type { Crm } from './domain/crm.ts';

/** What the sandbox takes where nothing else was set. */
const CREDENTIALS: Readonly<Record<Crm, object>> = {
  hubspot: { kind: 'service-key', token: 'pat-sandbox' },
  salesforce: { kind: 'client-credentials', clientId: 'sandbox-client', clientSecret: 'sandbox-secret' },
};

const PROVISION_LIMIT_MS = 60_000;

/** Links one CRM of a sandbox under the CRM's own name, with every column that its people bring, and provisions it. */
export async function connectSandbox(app: App, sandbox: Sandbox, crm: Crm): Promise<void> {
  await addConnection(app, {
    name: crm,
    crm,
    baseUrl: crm === 'hubspot' ? sandbox.hubspotUrl : sandbox.salesforceUrl,
    mappingFile: await demoMapping(app.env.DATA_DIR, crm, sandbox.world.extraColumns),
    credentials: CREDENTIALS[crm],
  });
  const connector = await connectorNamed(app, crm);
  await connector.provision({ dryRun: false }, AbortSignal.timeout(PROVISION_LIMIT_MS));
}
