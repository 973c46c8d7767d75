import { once } from 'node:events';
import { Command } from 'commander';
import { LeadScoringError } from '../errors.ts';
import type { ScoreModel } from '../scoring/model.ts';
import { type NextSteps, nextStepsTo } from '../scoring/next-steps.ts';
import { type ScoringSubject, scoreSubject } from '../scoring/score-subject.ts';
import { changeOf, type LeadChange } from '../scoring/what-if.ts';
import type { ReadModel } from './find-models.ts';
import { withProgressBesideAnswers } from './progress.ts';
import { INPUT_HELP, instantOption, readSubjects } from './scoring-input.ts';
import { whyLines } from './why-lines.ts';

interface WhatIfOptions {
  readonly model: string;
  readonly input: string;
  readonly asOf?: Date;
  readonly edit?: string;
  readonly since?: Date;
  readonly band?: string;
  readonly json?: true;
}

/** `what-if --model FILE --input FILE.ndjson|- [--edit FILE] [--since ISO] [--band NAME]`: no CRM, no database. */
export function whatIfCommand(read: ReadModel): Command {
  return new Command('what-if')
    .description(
      'for each lead: what an edit of the model changes, what changed since, what would bring it into a band',
    )
    .requiredOption('--model <file>', 'score model (YAML); it scores every line, whatever its appliesTo says')
    .requiredOption('--input <file>', INPUT_HELP)
    .addOption(instantOption('--as-of', 'ISO-8601 instant of scoring (default: now)'))
    .option('--edit <file>', 'the model as it might be (YAML)')
    .addOption(instantOption('--since', 'earlier instant to compare with; attributes are taken as they are now'))
    .option('--band <name>', 'band to come into by the fewest engagements')
    .option('--json', 'print one JSON document a line')
    .action((options: WhatIfOptions) => whatIf(read, options));
}

/** What is asked of each line. */
interface Question {
  readonly model: ScoreModel;
  readonly edit: ScoreModel | null;
  readonly since: Date | null;
  readonly band: string | null;
}

async function whatIf(read: ReadModel, { input, asOf = new Date(), json, ...options }: WhatIfOptions): Promise<void> {
  const question = questionOf(read, options, asOf);
  for await (const subject of withProgressBesideAnswers(readSubjects(input, question.model, asOf), 'answered')) {
    const answer = answerTo(question, subject);
    const text = json === true ? `${JSON.stringify(answer)}\n` : textOf(answer);
    if (!process.stdout.write(text)) await once(process.stdout, 'drain');
  }
}

function questionOf(read: ReadModel, options: Omit<WhatIfOptions, 'input' | 'asOf'>, asOf: Date): Question {
  const { edit: editFile, since = null, band = null } = options;
  const model = read(options.model);
  const edit = editFile === undefined ? null : read(editFile);
  if (edit === null && since === null && band === null) throw usage('Ask at least one of --edit, --since and --band');
  if (edit !== null && edit.object !== model.object) throw usage('--edit: expected a model of the same object');
  if (since !== null && since > asOf) throw usage('--since: expected an instant before that of --as-of');
  const bands = model.bands.map(({ name }) => name);
  if (band !== null && !bands.includes(band)) throw usage(`--band: expected one of ${bands.join(', ')}`);
  return { model, edit, since, band };
}

function usage(message: string): LeadScoringError {
  return new LeadScoringError('USAGE', message);
}

interface Answer {
  readonly id: string;
  readonly score: number;
  readonly band: string;
  /** To the score by the edited model. */
  readonly edit?: Omit<LeadChange, 'id'>;
  /** From the score at the earlier instant. */
  readonly since?: Omit<LeadChange, 'id'>;
  /** `null`: four engagements are not enough. */
  readonly steps?: (NextSteps & { readonly band: string }) | null;
}

function answerTo({ model, edit, since, band }: Question, subject: ScoringSubject): Answer {
  const now = scoreSubject(model, subject);
  const steps = band === null ? null : nextStepsTo(model, subject, band);
  return {
    id: now.id,
    score: now.score,
    band: now.band,
    ...(edit !== null && { edit: withoutId(changeOf(now, scoreSubject(edit, subject))) }),
    ...(since !== null && { since: withoutId(changeOf(scoreSubject(model, { ...subject, asOf: since }), now)) }),
    ...(band !== null && { steps: steps === null ? null : { band, ...steps } }),
  };
}

function withoutId({ id: _id, ...change }: LeadChange): Omit<LeadChange, 'id'> {
  return change;
}

function textOf({ id, score, band, edit, since, steps }: Answer): string {
  const lines = [`${id}: ${score} ${band}\n`];
  if (edit !== undefined) lines.push(` with the edit: ${edit.after.score} ${edit.after.band}\n${whyLines(edit.why)}`);
  if (since !== undefined) lines.push(` before: ${since.before.score} ${since.before.band}\n${whyLines(since.why)}`);
  if (steps !== undefined) lines.push(stepsText(steps));
  return lines.join('');
}

function stepsText(steps: Exclude<Answer['steps'], undefined>): string {
  if (steps === null) return ' four engagements are not enough\n';
  const { band, score, engagements } = steps;
  if (engagements.length === 0) return ` is ${band} or better\n`;
  const said = engagements.map(({ type, channel, campaign, properties }) => {
    const named = Object.entries({ channel, campaign, ...properties }).filter(([, value]) => value !== undefined);
    const details = named.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', ');
    return details === '' ? type : `${type} (${details})`;
  });
  return ` to be ${band} (${score}): ${said.join(', then ')}\n`;
}
