import { once } from 'node:events';
import type { Env } from '../config/env.ts';
import { healthRoute } from './api/health.ts';
import { type App, openApp } from './app.ts';
import { LeadScoringError } from './errors.ts';
import { openLog } from './log.ts';
import { listConnections } from './store/connections.ts';
import { stopSignal } from './worker.ts';

/**
 * Runs the API server until the process is told to stop.
 *
 * @throws {LeadScoringError} `PORT_TAKEN`, `DATABASE_UNREACHABLE`.
 */
export async function runServer(env: Env): Promise<void> {
  const log = openLog(env);
  const app = await openApp(env, log);
  try {
    await runServerOn(app, env.PORT, stopSignal());
  } finally {
    await app.close();
  }
}

/** As {@link runServer}, on a house that is open, until `stop` aborts. */
export async function runServerOn(app: App, port: number, stop: AbortSignal): Promise<void> {
  const server = healthRoute(async () => void (await listConnections(app.db))).listen(port);
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    throw new LeadScoringError('PORT_TAKEN', `Port ${port} is taken`, { cause });
  });
  app.log.info({ event: 'server.ready', port }, 'server ready');
  if (!stop.aborted) await once(stop, 'abort');
  server.close();
  server.closeAllConnections();
}
