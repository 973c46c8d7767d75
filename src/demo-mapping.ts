import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import { customFieldName } from '../sandbox/salesforce/rows/custom-columns.ts';
import type { Crm } from './domain/crm.ts';

const MAPPINGS = path.join(import.meta.dirname, '..', 'config', 'mappings');

/** A column that a CSV file brings beyond the ones every CRM has. */
interface Column {
  readonly header: string;
  readonly name: string;
}

/**
 * Writes the mapping file of the demo: the one that comes along, and each further column of the CSV under its own
 * words (`Total Time Spent on Website` is `totalTimeSpentOnWebsite`). No plan waits for approval.
 *
 * @returns the file's path.
 */
export async function demoMapping(folder: string, crm: Crm, columns: readonly Column[]): Promise<string> {
  const document = parseDocument(await readFile(path.join(MAPPINGS, `${crm}.yaml`), 'utf8'));
  for (const object of crm === 'hubspot' ? ['contact'] : ['lead', 'contact']) {
    for (const { header, name } of columns) {
      const field = crm === 'hubspot' ? name : customFieldName(header);
      document.setIn(['leads', object, 'attributes', camelCase(name)], field);
    }
  }
  document.delete('approval'); // nobody's leads: nobody to ask
  const file = path.join(folder, `${crm}.yaml`);
  await writeFile(file, document.toString());
  return file;
}

const camelCase = (snake: string): string =>
  snake.replace(/_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
