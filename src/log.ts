import pino from 'pino';
import type { Env } from '../config/env.ts';
import type { Log } from './app.ts';

/** One JSON line per event on stderr: time, level, event, ids and counts; never a name, an e-mail address or a token. */
export function openLog({ LOG_LEVEL }: Pick<Env, 'LOG_LEVEL'>): Log {
  const options = { level: LOG_LEVEL, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  return pino(options, pino.destination({ fd: 2, sync: true }));
}
