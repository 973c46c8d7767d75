import type { Env } from '../config/env.ts';
import { openQueues } from '../jobs/queue.ts';
import { type App, openApp } from './app.ts';
import type { CliApp, Finding } from './cli/cli-app.ts';
import { commandLog } from './command-log.ts';
import { addConnection, connectorNamed, renewConnection, testConnection } from './connect.ts';
import { LeadScoringError } from './errors.ts';
import { fightsOf } from './fights.ts';
import { findModel, listModels, publish } from './find-model.ts';
import { linksOf } from './links.ts';
import { planReport } from './plan.ts';
import { retryNow } from './quarantine.ts';
import { reconcileNow } from './reconcile.ts';
import { remapConnection } from './remap.ts';
import { callsLeft } from './rhythm.ts';
import { certificateOf } from './store/certificates.ts';
import { connectionNamed, listConnections, removeConnection } from './store/connections.ts';
import { forgetFights } from './store/field-fights.ts';
import { publishedModels } from './store/models.ts';
import { discardPlan } from './store/plans.ts';
import { heldRecords, letGo, listQuarantine } from './store/quarantine.ts';
import { skippedLeads } from './store/undo.ts';
import { toProvision } from './sync/check-connection.ts';
import { approveNow, syncNow, undoNow } from './sync-now.ts';
import { previewUndo } from './undo.ts';
import { queueSettings } from './worker.ts';

/**
 * Opens the house for one command.
 *
 * @throws {LeadScoringError} `DATABASE_UNREACHABLE`, `CONFIG_INVALID`.
 */
export async function openCliApp(env: Env): Promise<CliApp> {
  const app = await openApp(env, commandLog);
  const { db } = app;
  return {
    addConnection: (request) => addConnection(app, request),
    listConnections: async () =>
      (await listConnections(db)).map(({ name, crm, accountId, halted }) => ({
        name,
        crm,
        accountId,
        state: halted === null ? 'active' : `${halted.code}: ${halted.reason}`,
      })),
    testConnection: (name) => testConnection(app, name),
    renewConnection: (name, credentials) => renewConnection(app, name, credentials),
    remapConnection: (name, options) => remapConnection(app, name, options),
    removeConnection: (name) => removeConnection(db, name),
    links: linksOf(db),
    provision: async (name, dryRun) => (await connectorNamed(app, name)).provision({ dryRun }, timeLimit()),
    sync: (name, options) => syncNow(app, name, options),
    plan: (run) => planReport(app, run),
    approvePlan: (run, tell) => approveNow(app, run, tell),
    discardPlan: (run) => discardPlan(db, run),
    certificate: (run) => certificateOf(db, run),
    undo: (run, tell) => undoNow(app, run, tell),
    previewUndo: (run) => previewUndo(app, run, timeLimit()),
    skippedLeads: (undo, limit) => skippedLeads(db, undo, limit),
    quarantine: () => listQuarantine(db),
    releaseQuarantined: async (ids) => letGo(db, await heldRecords(db, ids)),
    retryQuarantined: (ids, tell) => retryNow(app, ids, { tell, signal: timeLimit() }),
    publishModel: (name) => publish(app, name),
    fights: (name) => fightsOf(app, name, timeLimit()),
    forgetFights: async (name) => forgetFights(db, (await connectionNamed(db, name)).id),
    reconcile: (name) => reconcileNow(app, name, timeLimit()),
    listModels: () => listModels(app),
    findModel: (name) => findModel(app, name),
    doctor: () => examine(app),
    close: app.close,
  };
}

const COMMAND_LIMIT_MS = 10 * 60_000;
const timeLimit = () => AbortSignal.timeout(COMMAND_LIMIT_MS);

async function examine(app: App): Promise<readonly Finding[]> {
  const findings: Finding[] = [{ name: 'environment', isOk: true, message: 'every setting is valid' }];
  const look = async (name: string, examination: () => Promise<string>) => {
    try {
      findings.push({ name, isOk: true, message: await examination() });
    } catch (error) {
      if (!(error instanceof LeadScoringError)) throw error;
      findings.push(wrong(name, error));
    }
  };
  await look('database', async () => {
    const connections = await listConnections(app.db);
    return `${app.env.DATABASE_URL === undefined ? 'embedded' : 'given'} Postgres, ${connections.length} connections`;
  });
  await look('queue', async () => {
    const queues = await openQueues(queueSettings(app), () => {});
    await queues.close();
    return `on ${queues.keptIn}`;
  });
  await look('models', async () => {
    const models = await publishedModels(app.db);
    if (models.length === 0) throw new LeadScoringError('MODEL_MISSING', 'No score model is published');
    return models.map(({ name, version }) => `${name} v${version}`).join(', ');
  });
  for (const { name } of await listConnections(app.db)) {
    await look(name, async () => {
      const check = await testConnection(app, name);
      const [last, ...others] = [...check.faults, ...check.absent.map(toProvision)].toReversed();
      for (const fault of others.toReversed()) findings.push(wrong(name, fault));
      if (last !== undefined) throw last;
      return `account ${check.accountId}${await callsLeft(app, name)}`;
    });
  }
  return findings;
}

const wrong = (name: string, { code, message, action }: LeadScoringError): Finding => ({
  name,
  isOk: false,
  message: `${code}: ${message}. ${action}`,
});
