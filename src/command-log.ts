import type { Log } from './app.ts';
import { tell } from './cli/print.ts';

/** What a command says while a person waits: plain lines. How a run ended is not said twice: it is the answer. */
export const commandLog: Log = {
  info: () => {},
  warn: say,
  error: say,
};

function say(fields: { readonly event?: string; readonly reason?: string }, message: string): void {
  const { event, reason } = fields;
  if (event !== 'run.stopped') tell(reason === undefined ? message : `${message} (${reason})`);
}
