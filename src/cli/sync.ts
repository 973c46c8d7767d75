import { Command } from 'commander';
import type { Certificate, Stopped } from '../domain/certificate.ts';
import { ERRORS, type ErrorCode } from '../errors.ts';
import type { WithApp } from './cli-app.ts';
import { count, minuteOf, printJson, printTable, reasons, tell } from './print.ts';

/** `sync NAME [--full] [--plan-only] [--json]`. */
export function syncCommand(withApp: WithApp): Command {
  return new Command('sync')
    .description('pull, score, write back and create tasks, now; ends when the run ends')
    .argument('<name>', 'connection')
    .option('--full', 'read everything again and not only what changed')
    .option('--plan-only', 'write nothing: the plan waits until it is approved')
    .option('--json', 'print the certificate as JSON')
    .action(async (name: string, { full = false, planOnly = false, json = false }: SyncFlags) => {
      const account = await withApp((app) => app.sync(name, { full, planOnly, tell }));
      if (json) printJson(account);
      else printRun(account);
      tellStop(account);
      if (account.state === 'waiting') tellWaiting(account, planOnly);
    });
}

interface SyncFlags {
  readonly full?: boolean;
  readonly planOnly?: boolean;
  readonly json?: boolean;
}

/** Says why a run ended before its time, and makes that the exit code. */
export function tellStop({ stopped }: Certificate): void {
  if (stopped === undefined) return;
  const { code, reason, resumesAt } = stopped;
  const known = code in ERRORS ? ERRORS[code as ErrorCode] : ERRORS.INTERNAL;
  const when = resumesAt === undefined ? '' : ` Calls come back at ${minuteOf(new Date(resumesAt))}.`;
  tell(`${code}: ${reason}. ${known.action}${when}`);
  process.exitCode = known.exit;
}

/** A plan that was asked for is a success; a run that wanted to write and may not is none. */
function tellWaiting({ run, asks = [] }: Certificate, planOnly: boolean): void {
  const action = ERRORS.PLAN_WAITING.action.replaceAll('RUN', run);
  if (planOnly) tell(`Nothing was written. ${action}`);
  else {
    tell(`PLAN_WAITING: ${asks.join('; ')}. ${action}`);
    process.exitCode = ERRORS.PLAN_WAITING.exit;
  }
}

/** `certificate RUN [--json]`. */
export function certificateCommand(withApp: WithApp): Command {
  return new Command('certificate')
    .description('how every record of a run ended')
    .argument('<run>', 'run id')
    .option('--json', 'as JSON')
    .action(async (run: string, { json = false }: { json?: boolean }) => {
      const account = await withApp((app) => app.certificate(run));
      if (json) printJson(account);
      else printRun(account);
    });
}

/** Prints a run as a person reads it. */
export function printRun({ run, connection, state, streams, writes, stages, tasks, ...rest }: Certificate): void {
  const undone = rest.undoOf === undefined ? '' : `, takes back run ${rest.undoOf}`;
  process.stdout.write(`Run ${run} of ${connection}: ${state}${undone}\n`);
  if (rest.undoOf === undefined)
    printTable(
      ['stream', 'pulled', 'scored', 'excluded'],
      Object.entries(streams)
        .sort()
        .map(([stream, { pulled, scored, excluded }]) => [stream, count(pulled), count(scored), reasons(excluded)]),
    );
  printTable(
    ['', 'planned', 'done', 'not done'],
    [
      ['writes', count(writes.planned), count(writes.written), reasons({ ...writes.rejected, ...notDone(writes) })],
      [
        'stages',
        count(stages.moved + stages.refused),
        count(stages.moved),
        reasons(positive({ refused: stages.refused })),
      ],
      [
        'tasks',
        count(tasks.planned),
        count(tasks.created + tasks.removed),
        reasons({ ...tasks.rejected, ...positive({ waiting: tasks.waiting }) }),
      ],
    ],
  );
  printMisfits(streams, writes);
  if (rest.stopped !== undefined) printLeft(rest.stopped);
  process.stdout.write(`API calls ${count(rest.apiCalls)}, unaccounted ${count(rest.unaccounted)}\n`);
}

/** Values that the mapping could not carry from one side to the other: the record counts, the value is missing. */
function printMisfits(streams: Certificate['streams'], { unwritable = {} }: Certificate['writes']): void {
  const rows = [
    ...Object.entries(streams).flatMap(([stream, { unconverted = {} }]) =>
      Object.entries(unconverted).map(([name, records]) => [`${stream}: ${name}`, 'does not convert', count(records)]),
    ),
    ...Object.entries(unwritable).map(([name, records]) => [name, 'does not fit the field', count(records)]),
  ];
  if (rows.length > 0) printTable(['mapped value', 'is left out, since it', 'records'], rows.sort());
}

/** What a run that ended before its time left to the next one. */
function printLeft({ undrained, deferred: { hot, newBand, other } }: Stopped): void {
  const writes = reasons(positive({ hot, 'new band': newBand, other }));
  if (undrained.length > 0) process.stdout.write(`left to pull: ${undrained.join(', ')}\n`);
  if (writes !== '') process.stdout.write(`left to write: ${writes}\n`);
}

const notDone = ({ unchanged, deferred }: Certificate['writes']) => positive({ unchanged, deferred });

const positive = (counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0));
