import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
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
    await runServerOn(app, { host: env.HOST, port: env.PORT }, stopSignal());
  } finally {
    await app.close();
  }
}

/** Where a server listens. */
export interface Place {
  readonly host: string;
  readonly port: number;
}

/** As {@link runServer}, on a house that is open, until `stop` aborts. */
export async function runServerOn(app: App, place: Place, stop: AbortSignal): Promise<void> {
  const server = createServer(healthRoute(async () => void (await listConnections(app.db))));
  await listening(server, place);
  app.log.info({ event: 'server.ready', port: place.port }, 'server ready');
  if (!stop.aborted) await once(stop, 'abort');
  server.close();
  server.closeAllConnections();
}

/**
 * Says at once that a port is taken, where it would be needed only much later.
 *
 * @throws {LeadScoringError} `PORT_TAKEN`.
 */
export async function assertPortFree(place: Place): Promise<void> {
  const probe = createServer();
  await listening(probe, place);
  probe.close();
  await once(probe, 'close');
}

async function listening(server: Server, { host, port }: Place): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EADDRINUSE') throw cause;
    throw new LeadScoringError('PORT_TAKEN', `Port ${port} is taken`, { cause });
  });
}
