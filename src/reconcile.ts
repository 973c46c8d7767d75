import type { App } from './app.ts';
import { connectorsOf } from './connectors.ts';
import type { CrmConnector } from './domain/crm.ts';
import type { Reconciled } from './domain/reconciled.ts';
import { connectionNamed } from './store/connections.ts';
import { reconcileStore } from './store/reconciliation.ts';
import { type ReconcileSource, reconcile } from './sync/reconcile.ts';

/** A connector as a reconciliation reads it: Salesforce counts in one call, HubSpot's list is its only honest count. */
export function reconcileSource(connector: CrmConnector): ReconcileSource {
  return {
    streams: connector.streams,
    scan: connector.scan.bind(connector),
    readLeads: connector.readLeads.bind(connector),
    count: connector.crm === 'salesforce' ? connector.count.bind(connector) : async () => null,
  };
}

/**
 * Compares a connection's leads with the CRM now, and repairs what differs.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`, or what the CRM answers.
 */
export async function reconcileNow(app: App, name: string, signal: AbortSignal): Promise<readonly Reconciled[]> {
  const connection = await connectionNamed(app.db, name);
  const connector = await connectorsOf(app)(connection);
  return reconcile(reconcileSource(connector), reconcileStore(app.db, connection), signal);
}
