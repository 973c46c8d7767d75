import { once } from 'node:events';
import type { Env } from '../config/env.ts';
import { healthRoute } from './api/health.ts';
import { openApp } from './app.ts';
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
    const server = healthRoute(async () => void (await listConnections(app.db))).listen(env.PORT);
    await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== 'EADDRINUSE') throw cause;
      throw new LeadScoringError('PORT_TAKEN', `Port ${env.PORT} is taken`, { cause });
    });
    log.info({ event: 'server.ready', port: env.PORT }, 'server ready');
    const stop = stopSignal();
    if (!stop.aborted) await once(stop, 'abort');
    server.close();
    server.closeAllConnections();
  } finally {
    await app.close();
  }
}
