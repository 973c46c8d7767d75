import { readFileSync } from 'node:fs';
import { CsvError, parse } from 'csv-parse/sync';
import { LeadScoringError } from '../../src/errors.ts';

/** A CSV file in memory. Cells that repeat share one string; an empty cell is `null`. */
export interface CsvTable {
  readonly file: string;
  readonly headers: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
  /** Line of the file on which each row ends, 1 is the header's. */
  readonly lines: readonly number[];
}

/**
 * Reads a CSV file with a header row, separated by commas, semicolons or tabs.
 *
 * @throws {LeadScoringError} `INPUT_INVALID` with file, line, column and what was expected
 */
export function readCsvTable(file: string): CsvTable {
  const text = textOf(file);
  const entries = parsed(file, text);
  const [head, ...body] = entries;
  const headers = head?.record.map((header) => header.trim()) ?? [];
  if (headers.every((header) => header === '')) throw invalid(file, 1, 1, 'a header row');
  for (const [index, header] of headers.entries()) {
    if (header === '') throw invalid(file, 1, index + 1, 'a header');
    if (headers.indexOf(header) < index) throw invalid(file, 1, index + 1, 'a header that no other column has');
  }
  const shared = new Map<string, string>();
  const cell = (value: string): string | null => {
    const trimmed = value.trim();
    if (trimmed === '') return null;
    const known = shared.get(trimmed) ?? trimmed;
    shared.set(known, known);
    return known;
  };
  return {
    file,
    headers,
    rows: body.map(({ record }) => record.map(cell)),
    lines: body.map(({ info }) => info.lines),
  };
}

/** The fault of one cell; `column` counts from 1. Values are never told, as they may be a person's. */
export function invalid(file: string, line: number, column: number, expected: string): LeadScoringError {
  return new LeadScoringError('INPUT_INVALID', `${file}, line ${line}, column ${column}: expected ${expected}`);
}

interface Entry {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

function textOf(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (cause) {
    throw new LeadScoringError('INPUT_INVALID', `${file}: expected a CSV file that can be read`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new LeadScoringError('INPUT_INVALID', `${file}: expected UTF-8 text`);
  }
}

function parsed(file: string, text: string): Entry[] {
  const [firstLine = ''] = text.split('\n', 1);
  const delimiter = [',', ';', '\t'].toSorted((a, b) => firstLine.split(b).length - firstLine.split(a).length)[0]!;
  try {
    return parse(text, { delimiter, info: true, skip_empty_lines: true }) as unknown as Entry[]; // `info` adds the wrapper
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const { code, lines, column } = error;
    const expected = EXPECTED[code] ?? 'a well-formed CSV cell';
    throw invalid(file, Number(lines), Number(column) + 1, expected);
  }
}

const EXPECTED: Readonly<Record<string, string>> = {
  CSV_RECORD_INCONSISTENT_FIELDS_LENGTH: 'as many cells as there are headers',
  CSV_QUOTE_NOT_CLOSED: 'a closing quote',
  CSV_INVALID_CLOSING_QUOTE: 'a separator after the closing quote',
  INVALID_OPENING_QUOTE: 'a cell that is quoted from its start, or has no quote',
};
