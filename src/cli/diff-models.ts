import { Command } from 'commander';
import { LeadScoringError } from '../errors.ts';
import { type ModelChange, modelDifference } from '../scoring/model-difference.ts';
import { type EditPreview, previewEdit } from '../scoring/what-if.ts';
import type { FoundModel, WithApp } from './cli-app.ts';
import { findModels, type ReadModel } from './find-models.ts';
import { count, printJson, printTable } from './print.ts';
import { withProgress } from './progress.ts';
import { INPUT_HELP, instantOption, readSubjects } from './scoring-input.ts';
import { whyLines } from './why-lines.ts';

/** Leads that are named with their reasons; the others are counted. */
const MOST_NAMED = 10;

interface DiffOptions {
  readonly input?: string;
  readonly asOf?: Date;
  readonly json?: true;
}

/** `model diff A B [--input FILE] [--as-of ISO] [--json]`. */
export function diffCommand(read: ReadModel, withApp: WithApp): Command {
  return new Command('diff')
    .description('what changes from one model to another: rules, bands, caps; with leads also who would move, and why')
    .argument('<before>', 'NAME, NAME@VERSION or FILE.yaml, as of `model show`')
    .argument('<after>', 'the other model')
    .option('--input <file>', INPUT_HELP)
    .addOption(instantOption('--as-of', 'ISO-8601 instant at which the leads are scored (default: now)'))
    .option('--json', 'print one JSON document')
    .action(async (before: string, after: string, options: DiffOptions) => {
      const [old, edited] = await findModels([before, after], read, withApp);
      await diff(old!, edited!, options); // two names, two models
    });
}

async function diff(before: FoundModel, after: FoundModel, { input, asOf = new Date(), json }: DiffOptions) {
  const changes = modelDifference(before.model, after.model);
  if (input !== undefined && before.model.object !== after.model.object) {
    throw new LeadScoringError('USAGE', 'One of the models scores leads and the other companies');
  }
  const subjects = input === undefined ? null : withProgress(readSubjects(input, before.model, asOf), 'scored twice');
  const preview = subjects === null ? null : await previewEdit(before.model, after.model, subjects, MOST_NAMED);
  if (json === true) {
    printJson({ before: headOf(before), after: headOf(after), changes, ...(preview !== null && { preview }) });
    return;
  }
  process.stdout.write(`${titleOf(before)} → ${titleOf(after)}\n`);
  if (changes.length === 0) process.stdout.write('nothing differs but perhaps the order\n');
  for (const change of changes) process.stdout.write(`${lineOf(change)}\n`);
  if (preview !== null) printPreview(preview, before, after);
}

function headOf({ model: { name, version }, source }: FoundModel) {
  return { name, version, source };
}

function titleOf({ model: { name, version }, source }: FoundModel): string {
  return `${name} v${version} (${source})`;
}

function lineOf({ what, name, before, after }: ModelChange): string {
  const subject = name === null ? what : `${what} ${name}`;
  if (before === null || after === null) {
    const facts = Object.entries(before ?? after ?? {}).map(([aspect, text]) => `${aspect} ${text}`);
    return `${subject} ${before === null ? 'is new' : 'is gone'}: ${facts.join(', ')}`;
  }
  return `${subject}: ${Object.keys(before)
    .map((aspect) => `${aspect} ${before[aspect]} → ${after[aspect]}`)
    .join(', ')}`;
}

function printPreview(preview: EditPreview, before: FoundModel, after: FoundModel): void {
  const { leads, changed, changes, bandsBefore, bandsAfter, moves } = preview;
  const what = before.model.object === 'lead' ? 'leads' : 'companies';
  process.stdout.write(`\n${count(changed)} of ${count(leads)} ${what} change\n`);
  const bands = [...new Set([...before.model.bands, ...after.model.bands].map(({ name }) => name))];
  printTable(
    ['band', 'before', 'after'],
    bands.map((band) => [band, count(bandsBefore[band] ?? 0), count(bandsAfter[band] ?? 0)]),
  );
  for (const move of moves) process.stdout.write(`${move.before} → ${move.after}: ${count(move.leads)}\n`);
  for (const { id, before: then, after: now, why } of changes) {
    process.stdout.write(`${id}: ${then.score} ${then.band} → ${now.score} ${now.band}\n${whyLines(why)}`);
  }
  if (changed > changes.length) process.stdout.write(`and ${count(changed - changes.length)} more\n`);
}
