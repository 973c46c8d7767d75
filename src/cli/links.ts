import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { parse } from 'csv-parse/sync';
import type { AmbiguousRecord, LinkCounts, LinkedLead, LinkedRecord } from '../domain/link.ts';
import { LeadScoringError } from '../errors.ts';
import type { RecordPair, WithApp } from './cli-app.ts';
import { count, printJson, printTable, tell } from './print.ts';

const MOST_LINES = 50;

/** `links list | show | split | join`. */
export function linksCommand(withApp: WithApp): Command {
  const command = new Command('links').description('leads that have a record in two linked connections');
  command
    .command('list')
    .description('every link, and how many people it has matched')
    .option('--ambiguous', 'the records whose common address says too little')
    .option('--limit <n>', 'most records with --ambiguous', wholeNumber, MOST_LINES)
    .option('--json', 'as JSON')
    .action(async ({ ambiguous = false, limit, json = false }: ListOptions) => {
      if (ambiguous) {
        const records = await withApp((app) => app.links.ambiguous(limit));
        return json ? printJson(records) : printAmbiguous(records);
      }
      const links = await withApp((app) => app.links.list());
      if (json) printJson(links);
      else printLinks(links);
    });
  command
    .command('show <record>')
    .description('the records of one lead, by CONNECTION:ID of any of them')
    .option('--json', 'as JSON')
    .action(async (record: string, { json = false }: { json?: boolean }) => {
      const lead = await withApp((app) => app.links.lead(record));
      if (json) printJson(lead);
      else printLead(lead);
    });
  command
    .command('split <record> <other>')
    .description('say that two records are two people; they are never matched again')
    .action(async (record: string, other: string) => {
      await withApp((app) => app.links.split(record, other));
      tell(`${record} and ${other} are two leads; the next runs score each of them alone`);
    });
  command
    .command('join [record] [other]')
    .description('say that two records are one person, whatever their addresses')
    .option('--file <file>', 'CSV file of two columns, a pair of records a line, no heading; all pairs or none')
    .action(async (record: string | undefined, other: string | undefined, { file }: { file?: string }) => {
      const pairs = pairsOf(record, other, file);
      await withApp((app) => app.links.join(pairs));
      tell(`${count(pairs.length)} ${pairs.length === 1 ? 'pair is one lead' : 'pairs are one lead each'}`);
    });
  return command;
}

interface ListOptions {
  readonly ambiguous?: boolean;
  readonly limit: number;
  readonly json?: boolean;
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('expected a whole number above 0');
  return value;
}

function pairsOf(record?: string, other?: string, file?: string): readonly RecordPair[] {
  if (file !== undefined && record === undefined) return pairsIn(file);
  if (file !== undefined || record === undefined || other === undefined) {
    throw new LeadScoringError('USAGE', 'links join: expected two records, or --file');
  }
  return [{ records: [record, other] }];
}

/** @throws {LeadScoringError} `INPUT_INVALID`, naming the first line that is not a pair. */
function pairsIn(file: string): readonly RecordPair[] {
  const lines = readLines(file);
  return lines.map((cells, index) => {
    const said = `${file} line ${index + 1}`;
    const [one = '', other = ''] = cells;
    if (cells.length !== 2 || one === '' || other === '') {
      throw new LeadScoringError('INPUT_INVALID', `${said}: expected two records, CONNECTION:ID,CONNECTION:ID`);
    }
    return { records: [one, other], said };
  });
}

function readLines(file: string): readonly (readonly string[])[] {
  try {
    return parse(readFileSync(file, 'utf8'), { bom: true, trim: true, relax_column_count: true });
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException; // what the file system and the parser throw
    throw new LeadScoringError('INPUT_INVALID', `${file}: found no readable CSV file (${code})`, { cause });
  }
}

function printLinks(links: readonly LinkCounts[]): void {
  printTable(
    ['connections', 'tasks in', 'in both', 'ambiguous', 'alone'],
    links.map(({ connections, tasksIn, matched, ambiguous, unmatched }) => [
      connections.join(' and '),
      tasksIn,
      count(matched),
      count(ambiguous),
      Object.entries(unmatched)
        .map(([name, leads]) => `${name} ${count(leads)}`)
        .join(', '),
    ]),
    'no connections are linked: connections link --help',
  );
}

const nameOf = ({ connection, crmId }: LinkedRecord): string => `${connection}:${crmId}`;

function printAmbiguous(records: readonly AmbiguousRecord[]): void {
  printTable(
    ['address', 'record', ''],
    records.map((record) => [record.group, nameOf(record), record.object]),
    'no address is ambiguous',
  );
}

function printLead({ records, matchedBy, tasksIn, hotSpell, splitFrom }: LinkedLead): void {
  printTable(
    ['record', '', 'score', 'band', ''],
    records.map((record) => [
      nameOf(record),
      record.object,
      record.score ?? '',
      record.band ?? '',
      record.isDeleted ? 'deleted' : '',
    ]),
  );
  const matched =
    matchedBy === null ? 'not matched' : matchedBy === 'email' ? 'matched by e-mail' : 'joined by a person';
  process.stdout.write(
    `${matched}${tasksIn === null ? '' : `; tasks in ${tasksIn}`}; hot spells so far: ${hotSpell}\n`,
  );
  if (splitFrom.length > 0) process.stdout.write(`split from ${splitFrom.map(nameOf).join(', ')}\n`);
}
