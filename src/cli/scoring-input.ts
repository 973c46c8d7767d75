import { createReadStream } from 'node:fs';
import { InvalidArgumentError, Option } from 'commander';
import { instantMsOf } from '../domain/values.ts';
import { LeadScoringError } from '../errors.ts';
import type { ScoreModel } from '../scoring/model.ts';
import type { ScoringSubject } from '../scoring/score-subject.ts';
import { linesOf } from './lines.ts';
import { parseScoringLine } from './scoring-line.ts';

/** Says what stands on the lines of `--input`. */
export const INPUT_HELP = 'NDJSON of {"lead","engagements","previousBand"?,"leads"?}, or - for standard input';

/** An option that is an instant, read as the score models read it. */
export function instantOption(flag: string, help: string): Option {
  return new Option(`${flag} <instant>`, help).argParser((text) => {
    const ms = instantMsOf(text);
    if (ms === undefined) throw new InvalidArgumentError('expected an ISO-8601 instant');
    return new Date(ms);
  });
}

/**
 * What to score by a model, one a line of NDJSON, blank lines passed over; memory holds one line.
 *
 * @throws {LeadScoringError} `INPUT_INVALID` at the first line that is faulty, or has `leads` where leads are scored.
 */
export async function* readSubjects(
  input: string,
  { name, object }: Pick<ScoreModel, 'name' | 'object'>,
  asOf: Date,
): AsyncGenerator<ScoringSubject> {
  let line = 0;
  for await (const text of linesOf(chunksOf(input))) {
    line += 1;
    if (text.trim() === '') continue;
    const subject = parseScoringLine(text, line, input);
    if (subject.leads !== undefined && object === 'lead') {
      const message = `${input}:${line}: leads: found a list, expected none, since ${name} scores leads`;
      throw new LeadScoringError('INPUT_INVALID', message, { context: { line } });
    }
    yield { ...subject, asOf };
  }
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
