import { once } from 'node:events';
import { Command, Option } from 'commander';
import { LANGUAGES, type Language, reasonsText } from '../scoring/reasons.ts';
import type { ScoreCard } from '../scoring/score-card.ts';
import { scoreSubject, subjectReviewAt } from '../scoring/score-subject.ts';
import type { ReadModel } from './find-models.ts';
import { tell } from './print.ts';
import { withProgressBesideAnswers } from './progress.ts';
import { INPUT_HELP, instantOption, readSubjects } from './scoring-input.ts';

interface ScoreOptions {
  readonly model: string;
  readonly input: string;
  readonly asOf?: Date;
  readonly ledger?: true;
  readonly lang?: Language;
}

/** `score --model FILE --input FILE.ndjson|- [--as-of ISO] [--ledger] [--lang en|fr]`: no CRM, no database. */
export function scoreCommand(read: ReadModel, labelsIn: LabelsIn): Command {
  return new Command('score')
    .description('score leads or companies from NDJSON, one answer a line, in order; memory does not grow')
    .requiredOption('--model <file>', 'score model (YAML); it scores every line, whatever its appliesTo says')
    .requiredOption('--input <file>', INPUT_HELP)
    .addOption(instantOption('--as-of', 'ISO-8601 instant of scoring (default: now)'))
    .option('--ledger', 'print every line of the reckoning')
    .addOption(new Option('--lang <language>', 'add the reasons as text').choices([...LANGUAGES]))
    .action((options: ScoreOptions) => score(read, options, labelsIn));
}

/** What labels are called in a language. */
export type LabelsIn = (language: Language) => Readonly<Record<string, string>>;

async function score(read: ReadModel, options: ScoreOptions, labelsIn: LabelsIn): Promise<void> {
  const { model: file, input, asOf = new Date(), ledger, lang } = options;
  const model = read(file);
  const words = lang === undefined ? null : { lang, labels: labelsIn(lang) };
  const misunderstood = { unknownTypes: new Map<string, number>(), wrongTypes: new Map<string, number>() };
  for await (const subject of withProgressBesideAnswers(readSubjects(input, model, asOf), 'scored')) {
    const card = scoreSubject(model, subject);
    count(misunderstood.unknownTypes, card.warnings.unknownTypes);
    count(misunderstood.wrongTypes, card.warnings.wrongTypes);
    const answer = answerOf(card, subjectReviewAt(model, subject), { ledger, words });
    if (!process.stdout.write(`${JSON.stringify(answer)}\n`)) await once(process.stdout, 'drain');
  }
  for (const [type, times] of misunderstood.unknownTypes) tell(`unknown engagement type ${type}: ${times}`);
  for (const [attribute, times] of misunderstood.wrongTypes) tell(`attribute ${attribute} of a wrong type: ${times}`);
}

/** What an answer holds besides. */
interface Wanted {
  readonly ledger: true | undefined;
  readonly words: { readonly lang: Language; readonly labels: Readonly<Record<string, string>> } | null;
}

/** The keys that commands.md promises, in its order. */
function answerOf(
  { id, score, band, grade, dimensions, reasons, ledger }: ScoreCard,
  nextReviewAt: Date | null,
  { ledger: isLedgerWanted, words }: Wanted,
): object {
  return {
    id,
    score,
    band,
    grade,
    dimensions,
    nextReviewAt,
    reasons,
    ...(words !== null && { text: reasonsText({ reasons }, words.lang, words.labels) }),
    ...(isLedgerWanted === true && { ledger: ledger.map(({ value: _value, ...line }) => line) }),
  };
}

function count(sums: Map<string, number>, added: Readonly<Record<string, number>>): void {
  for (const [name, times] of Object.entries(added)) sums.set(name, (sums.get(name) ?? 0) + times);
}
