import type { App } from './app.ts';
import type { FightReport } from './cli/cli-app.ts';
import { connectorsOf } from './connectors.ts';
import type { CrmAudit, LeadRef } from './domain/crm.ts';
import type { Changer, FieldFight } from './domain/field-fight.ts';
import { connectionNamed } from './store/connections.ts';
import { foughtLeads, listFights } from './store/field-fights.ts';

/** Leads of each field of which the CRM is asked who set it: enough to tell a workflow from a person. */
const LOOKED_AT = 50;

/**
 * The fields of a connection that somebody else keeps overwriting, with who that is.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`, or what the CRM answers.
 */
export async function fightsOf(app: App, name: string, signal: AbortSignal): Promise<readonly FightReport[]> {
  const connection = await connectionNamed(app.db, name);
  const connector = await connectorsOf(app)(connection);
  const reports: FightReport[] = [];
  for (const fight of await listFights(app.db, connection.id, connection.mapping.fieldFights.rounds)) {
    const leads = await foughtLeads(app.db, connection.id, fight.field, LOOKED_AT);
    reports.push({ ...fight, by: await changersOf(connector, fight, leads, signal) });
  }
  return reports;
}

/** Most leads first; where we have written since, it is us. */
async function changersOf(
  connector: Pick<CrmAudit, 'whoChanged'>,
  { field }: FieldFight,
  leads: readonly LeadRef[],
  signal: AbortSignal,
): Promise<readonly Changer[]> {
  if (leads.length === 0) return [];
  const found = await connector.whoChanged(leads, [field], signal);
  const changes = found.flatMap((change) => change?.[field]?.by ?? []);
  return [...Map.groupBy(changes, ({ kind, id }) => JSON.stringify([kind, id])).values()]
    .map((same) => ({ ...same[0]!, leads: same.length }))
    .sort((a, b) => b.leads - a.leads);
}
