import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { LeadScoringError } from '../src/errors.ts';

/** A twin that answers over HTTP. */
export interface Listener {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves an app on 127.0.0.1.
 *
 * @param port - 0 takes any free port
 * @throws {LeadScoringError} `PORT_TAKEN` when another program holds the port
 */
export async function listen(app: Express, port: number): Promise<Listener> {
  const server = createServer(app);
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new LeadScoringError('PORT_TAKEN', `Port ${port} is taken by another program`, { cause, context: { port } });
  }
  const { port: bound } = server.address() as AddressInfo; // listening on TCP, so never null or a path
  return {
    url: `http://127.0.0.1:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections(); // a client under a `silence` fault would keep it open for ever
      }),
  };
}
