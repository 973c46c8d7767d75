import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { Command, Option } from 'commander';
import { instantMsOf } from '../domain/values.ts';
import { LeadScoringError } from '../errors.ts';
import { LANGUAGES, type Language, reasonsText } from '../scoring/reasons.ts';
import type { ScoreCard } from '../scoring/score-card.ts';
import { createScorer } from '../scoring/scorer.ts';
import { linesOf } from './lines.ts';
import { readModelFile } from './read-model-file.ts';
import { parseScoringLine } from './scoring-line.ts';

interface ScoreOptions {
  readonly model: string;
  readonly input: string;
  readonly asOf?: string;
  readonly ledger?: true;
  readonly lang?: Language;
}

/** `score --model FILE --input FILE.ndjson|- [--as-of ISO] [--ledger] [--lang en|fr]`: no CRM, no database. */
export function scoreCommand(): Command {
  return new Command('score')
    .description('score leads from NDJSON, one answer a line, in order; memory does not grow with the input')
    .requiredOption('--model <file>', 'score model (YAML); it scores every lead, whatever its appliesTo says')
    .requiredOption('--input <file>', 'NDJSON of {"lead","engagements","previousBand"?}, or - for standard input')
    .option('--as-of <instant>', 'ISO-8601 instant of scoring (default: now)')
    .option('--ledger', 'print every line of the reckoning')
    .addOption(new Option('--lang <language>', 'add the reasons as text').choices([...LANGUAGES]))
    .action(score);
}

async function score({ model, input, asOf, ledger, lang }: ScoreOptions): Promise<void> {
  const scorer = createScorer(readModelFile(model));
  const at = asOf === undefined ? new Date() : instantOf(asOf);
  const misunderstood = { unknownTypes: new Map<string, number>(), wrongTypes: new Map<string, number>() };
  let line = 0;
  for await (const text of linesOf(chunksOf(input))) {
    line += 1;
    if (text.trim() === '') continue;
    const asked = { ...parseScoringLine(text, line, input), asOf: at };
    const card = scorer.score(asked);
    count(misunderstood.unknownTypes, card.warnings.unknownTypes);
    count(misunderstood.wrongTypes, card.warnings.wrongTypes);
    const answer = answerOf(card, scorer.nextReviewAt(asked), { ledger, lang });
    if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) await once(process.stdout, 'drain');
  }
  for (const [type, times] of misunderstood.unknownTypes) tell(`unknown engagement type ${type}: ${times}`);
  for (const [attribute, times] of misunderstood.wrongTypes) tell(`attribute ${attribute} of a wrong type: ${times}`);
}

function instantOf(text: string): Date {
  const ms = instantMsOf(text);
  if (ms === undefined) throw new LeadScoringError('USAGE', '--as-of: expected an ISO-8601 instant');
  return new Date(ms);
}

async function* chunksOf(input: string): AsyncGenerator<Uint8Array | string> {
  try {
    yield* input === '-' ? process.stdin : createReadStream(input);
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException; // what the file system throws
    throw new LeadScoringError('INPUT_INVALID', `${input}: found no readable file (${code}), expected NDJSON`, {
      cause,
    });
  }
}

/** The keys that commands.md promises, in its order. */
function answerOf(
  { id, score, band, grade, dimensions, reasons, ledger }: ScoreCard,
  nextReviewAt: Date | null,
  options: { readonly ledger: true | undefined; readonly lang: Language | undefined },
): object {
  return {
    id,
    score,
    band,
    grade,
    dimensions,
    nextReviewAt,
    reasons,
    ...(options.lang !== undefined && { text: reasonsText({ reasons }, options.lang) }),
    ...(options.ledger === true && { ledger: ledger.map(({ value: _value, ...line }) => line) }),
  };
}

function count(sums: Map<string, number>, added: Readonly<Record<string, number>>): void {
  for (const [name, times] of Object.entries(added)) sums.set(name, (sums.get(name) ?? 0) + times);
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
