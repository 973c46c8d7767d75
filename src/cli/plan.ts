import { once } from 'node:events';
import { Command, InvalidArgumentError } from 'commander';
import type { AttributeValue } from '../domain/lead.ts';
import type { PlanFilter, PlanLine } from '../domain/plan.ts';
import type { PlanReport, WithApp } from './cli-app.ts';
import { printExcluded, printSummary } from './plan-summary.ts';
import { printJson, printTable, tell } from './print.ts';
import { printRun, tellStop } from './sync.ts';

interface ShowOptions {
  readonly json?: true;
  readonly csv?: true;
  readonly band?: string;
  readonly lead?: string;
  readonly bandMoves?: true;
  readonly stageMoves?: true;
  readonly tasks?: true;
  readonly excluded?: true;
  readonly limit: number;
}

/** `plan show RUN | approve RUN | discard RUN`. */
export function planCommand(withApp: WithApp): Command {
  const command = new Command('plan').description('what a run would write, before it is written');
  command
    .command('show <run>')
    .description('the exact before and after of every write, stages, tasks, what is left out, and what it costs')
    .option('--json', 'the whole plan as one JSON document')
    .option('--csv', 'the whole plan as CSV, one line for each value that changes')
    .option('--band <band>', 'only leads that would be in this band')
    .option('--lead <id>', 'only the lead with this id in the CRM')
    .option('--band-moves', 'only leads that change band')
    .option('--stage-moves', 'only leads that move to another stage')
    .option('--tasks', 'only leads that get a task')
    .option('--excluded', 'the leads that were left out, each with its reason')
    .option('--limit <n>', 'leads to list in the table', wholeNumber, 20)
    .action((run: string, options: ShowOptions) => withApp((app) => app.plan(run).then((plan) => show(plan, options))));
  command
    .command('approve <run>')
    .description('write a plan that waits, after another look at the CRM; ends when the run ends')
    .option('--json', 'print the certificate as JSON')
    .action(async (run: string, { json = false }: { json?: boolean }) => {
      const account = await withApp((app) => app.approvePlan(run, tell));
      if (json) printJson(account);
      else printRun(account);
      tellStop(account);
    });
  command
    .command('discard <run>')
    .description('write nothing of a plan that waits; its leads are planned anew by the next sync')
    .action(async (run: string) => {
      await withApp((app) => app.discardPlan(run));
      tell(`The plan of run ${run} is discarded`);
    });
  return command;
}

async function show(plan: PlanReport, options: ShowOptions): Promise<void> {
  const { band, lead, bandMoves = false, stageMoves = false, tasks = false } = options;
  const filter: PlanFilter = {
    ...(band !== undefined && { band }),
    ...(lead !== undefined && { crmId: lead }),
    hasBandMove: bandMoves,
    hasStageMove: stageMoves,
    hasTask: tasks,
  };
  const lines = plan.lines(filter);
  if (options.json === true) return printDocument(plan, lines);
  if (options.csv === true) return printCsv(lines);
  printSummary(plan);
  if (options.excluded === true) return printExcluded(await plan.excludedLeads(options.limit));
  await printLines(lines, options.limit);
}

async function printLines(lines: AsyncIterable<PlanLine>, limit: number): Promise<void> {
  const rows: string[][] = [];
  let more = 0;
  for await (const line of lines) {
    if (rows.length < limit)
      rows.push([line.object, line.crmId, line.state, changesOf(line).map(changeText).join('\n')]);
    else more += 1;
  }
  printTable(['', 'record', 'state', 'before → after'], rows, 'no lead of this kind is in the plan');
  if (more > 0) tell(`and ${more.toLocaleString('en-US')} leads more: --limit, --csv or --json shows them`);
}

/** One value that a plan changes. */
interface Change {
  readonly field: string;
  readonly before: AttributeValue;
  readonly after: AttributeValue;
}

function changesOf({ fields, stage, task }: PlanLine): readonly Change[] {
  return [
    ...Object.entries(fields).map(([field, change]) => ({ field, ...change })),
    ...(stage === null ? [] : [{ field: 'lifecycleStage', ...stage }]),
    ...(task === null ? [] : [{ field: 'task', before: null, after: `${task.subject}, due ${task.dueAt}` }]),
  ];
}

const changeText = ({ field, before, after }: Change) => `${field}: ${before ?? '–'} → ${after ?? '–'}`;

/** Streamed, so that memory does not grow with the plan. */
async function printDocument(plan: PlanReport, lines: AsyncIterable<PlanLine>): Promise<void> {
  const { lines: _lines, excludedLeads: _excludedLeads, ...head } = plan;
  await print(`${JSON.stringify(head).slice(0, -1)},"leads":[`);
  let separator = '\n';
  for await (const line of lines) {
    await print(`${separator}${JSON.stringify(line)}`);
    separator = ',\n';
  }
  await print('\n]}\n');
}

async function printCsv(lines: AsyncIterable<PlanLine>): Promise<void> {
  await print('object,record,state,field,before,after\r\n');
  for await (const line of lines) {
    for (const { field, before, after } of changesOf(line)) {
      const cells = [line.object, line.crmId, line.state, field, before ?? '', after ?? ''];
      await print(`${cells.map(cell).join(',')}\r\n`);
    }
  }
}

/** Quoted as RFC 4180 asks; text that a spreadsheet would run as a formula is marked as text. */
function cell(value: Exclude<AttributeValue, null>): string {
  if (typeof value === 'number') return `${value}`;
  const plain = typeof value === 'object' ? value.join('; ') : String(value);
  const text = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('a whole number is expected.');
  return Number(text);
}
