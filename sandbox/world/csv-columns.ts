import type { CsvTable } from './csv-table.ts';
import { invalid } from './csv-table.ts';

/** What a column tells of a person; headers are compared in lower case without punctuation. */
const ROLES = {
  email: ['email', 'email address', 'e mail'],
  firstName: ['first name', 'firstname', 'given name'],
  lastName: ['last name', 'lastname', 'surname', 'family name'],
  phone: ['phone', 'phone number', 'telephone', 'mobile'],
  jobTitle: ['job title', 'jobtitle', 'title', 'position'],
  company: ['company', 'company name', 'organization', 'organisation', 'account'],
  industry: ['industry'],
  employees: ['employees', 'number of employees', 'company size'],
  revenue: ['annual revenue', 'revenue'],
  country: ['country'],
  city: ['city'],
  source: ['lead source', 'source'],
  createdAt: ['created', 'created at', 'create date', 'created date', 'createdate'],
  optedOut: ['do not email', 'opted out', 'email opt out'],
  visits: ['totalvisits', 'total visits', 'page views', 'visits'],
  lastActivity: ['last activity'],
  converted: ['converted', 'is converted'],
} as const satisfies Readonly<Record<string, readonly string[]>>;
export type Role = keyof typeof ROLES;

/** Roles whose column stays a property of the person as well: the models look at them, the CRM has no field for them. */
const KEPT: readonly Role[] = ['optedOut', 'visits', 'lastActivity'];

/** A column beyond those that a person has anyway. */
export interface ExtraColumn {
  readonly header: string;
  readonly name: string;
  readonly type: 'text' | 'number';
  readonly index: number;
}

/** Which column tells what. */
export interface CsvColumns {
  readonly roles: Readonly<Partial<Record<Role, number>>>;
  readonly extra: readonly ExtraColumn[];
}

/**
 * Finds out what the columns of a table tell.
 *
 * @throws {LeadScoringError} `INPUT_INVALID` for a number, an instant or a yes-or-no cell that is none
 */
export function columnsOf(table: CsvTable): CsvColumns {
  const roles: Partial<Record<Role, number>> = {};
  for (const role of Object.keys(ROLES) as Role[]) {
    const spellings: readonly string[] = ROLES[role];
    const found = spellings.map((spelling) => table.headers.findIndex((header) => plain(header) === spelling));
    const index = found.find((each) => each >= 0);
    if (index !== undefined) roles[role] = index;
  }
  checkCells(table, roles);
  const consumed = new Set(
    Object.entries(roles)
      .filter(([role]) => !KEPT.includes(role as Role))
      .map(([, index]) => index),
  );
  const names = new Set<string>();
  const extra = table.headers.flatMap((header, index): ExtraColumn[] => {
    if (consumed.has(index)) return [];
    return [{ header, index, name: uniqueName(header, names), type: isNumeric(table, index) ? 'number' : 'text' }];
  });
  return { roles, extra };
}

/** A number in a cell, `null` if it is none. */
export function numberOf(cell: string | null | undefined): number | null {
  return cell != null && /^-?(\d+\.?\d*|\.\d+)$/.test(cell) ? Number(cell) : null;
}

/** A yes or a no in a cell, `null` if it is neither. */
export function truthOf(cell: string | null | undefined): boolean | null {
  const word = cell?.toLowerCase() ?? 'no';
  if (['1', 'yes', 'true', 'y'].includes(word)) return true;
  return ['0', 'no', 'false', 'n'].includes(word) ? false : null;
}

function checkCells({ file, rows, lines }: CsvTable, roles: CsvColumns['roles']): void {
  const checks: readonly (readonly [Role, (cell: string) => boolean, string])[] = [
    ['visits', (cell) => numberOf(cell) !== null, 'a number'],
    ['employees', (cell) => numberOf(cell) !== null, 'a number'],
    ['revenue', (cell) => numberOf(cell) !== null, 'a number'],
    ['converted', (cell) => truthOf(cell) !== null, '0 or 1, yes or no'],
    ['optedOut', (cell) => truthOf(cell) !== null, 'yes or no'],
    ['createdAt', (cell) => !Number.isNaN(Date.parse(cell)), 'a date such as 2026-05-31'],
  ];
  for (const [role, isGood, expected] of checks) {
    const index = roles[role];
    if (index === undefined) continue;
    for (const [row, cells] of rows.entries()) {
      const cell = cells[index];
      if (cell != null && !isGood(cell)) throw invalid(file, lines[row]!, index + 1, expected);
    }
  }
}

function isNumeric({ rows }: CsvTable, index: number): boolean {
  return (
    rows.some((cells) => cells[index] !== null) &&
    rows.every((cells) => cells[index] === null || numberOf(cells[index]) !== null)
  );
}

function plain(header: string): string {
  return header
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim();
}

function uniqueName(header: string, taken: Set<string>): string {
  const words = plain(header).replaceAll(' ', '_') || 'column';
  const base = /^\d/.test(words) ? `c_${words}` : words;
  let name = base;
  for (let n = 2; taken.has(name); n++) name = `${base}_${n}`;
  taken.add(name);
  return name;
}
