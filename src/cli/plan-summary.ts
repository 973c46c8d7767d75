import type { ExcludedLead, Forecast, PlanMove } from '../domain/plan.ts';
import type { PlanReport } from './cli-app.ts';
import { count, minuteOf, printTable, reasons } from './print.ts';

/** Prints what a plan would do and cost, as somebody who is to approve it wants to know it. */
export function printSummary({ run, connection, state, asks, summary, excluded }: PlanReport): void {
  const { writes, leads, bandMoves, stageMoves, tasks, calls, minutes, forecast } = summary;
  process.stdout.write(`Plan of run ${run} of ${connection}: ${STATE[state]}\n`);
  for (const ask of asks) process.stdout.write(`  ${state === 'waiting' ? 'waits' : 'waited'}: ${ask}\n`);
  process.stdout.write(`${count(writes)} writes for ${count(leads)} leads\n`);
  if (bandMoves.length > 0) printTable(['band', '', 'leads'], bandMoves.map(moveRow));
  if (stageMoves.length > 0) printTable(['stage', '', 'leads'], stageMoves.map(moveRow));
  if (tasks.length > 0) {
    const rows = tasks.map(({ ownerId, day, tasks: number }) => [ownerId ?? 'nobody', day, count(number)]);
    printTable(['tasks of', 'due on', 'tasks'], rows);
  }
  const out = reasons(excluded);
  if (out !== '') process.stdout.write(`left out: ${out}\n`);
  process.stdout.write(
    `costs about ${count(calls)} API calls and ${count(minutes)} minutes${forecastText(forecast)}\n`,
  );
}

/** `; 120 calls are left today: it ends today`, or when it will. */
export function forecastText({ callsLeft, notBefore }: Forecast): string {
  if (callsLeft === null) return '';
  const end = notBefore === null ? 'it ends today' : `it does not end before ${minuteOf(notBefore)}`;
  return `; ${count(callsLeft)} calls are left today: ${end}`;
}

const STATE: Readonly<Record<PlanReport['state'], string>> = {
  waiting: 'waits for a person',
  open: 'is being worked on',
  done: 'was written',
  stopped: 'was stopped',
};

function moveRow({ from, to, leads }: PlanMove): readonly string[] {
  return [from ?? '–', `→ ${to ?? '–'}`, count(leads)];
}

/** Prints the leads that a run left out. */
export function printExcluded(leads: readonly ExcludedLead[]): void {
  printTable(
    ['', 'record', 'left out because'],
    leads.map(({ object, crmId, reason }) => [object, crmId, reason]),
    'no lead was left out',
  );
}
