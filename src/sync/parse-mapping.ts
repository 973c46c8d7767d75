import { LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import type { Crm } from '../domain/crm.ts';
import { Mapping } from '../domain/mapping.ts';
import { LeadScoringError } from '../errors.ts';

/**
 * Reads a mapping file and checks it whole.
 *
 * @throws {LeadScoringError} `MAPPING_INVALID` with every fault, one a line: `file:line:column: …`.
 */
export function parseMapping(file: string, text: string, crm: Crm): Mapping {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const malformed = document.errors.map(({ pos, message }) => `${at(pos[0])}: ${withoutPlace(message)}`);
  if (malformed.length > 0) throw new LeadScoringError('MAPPING_INVALID', malformed.join('\n'));

  const parsed = Mapping.safeParse(document.toJS());
  const faults = (parsed.error?.issues ?? []).flatMap(meantBy).map(({ path, message }) => {
    const node = nearestNode(document, path);
    return `${at(node?.range?.[0] ?? 0)}: ${path.join('.')}: ${message}`;
  });
  if (parsed.success && parsed.data.crm !== crm) {
    faults.push(`${at(0)}: crm: found ${parsed.data.crm}, expected ${crm}`);
  }
  if (!parsed.success || faults.length > 0) throw new LeadScoringError('MAPPING_INVALID', faults.join('\n'));
  return parsed.data;
}

/** The parser's first line, which ends with a place that we have said already. */
const withoutPlace = (message: string): string =>
  (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:$/, '');

/** Of a value that fits no alternative, the faults in the one that it is of the type of. */
function meantBy(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const isOfItsType = ({ code, path }: z.core.$ZodIssue) => code !== 'invalid_type' || path.length > 0;
  const meant = issue.errors.find((faults) => faults.every(isOfItsType)) ?? [];
  return meant.length === 0 ? [issue] : meant.map((fault) => ({ ...fault, path: [...issue.path, ...fault.path] }));
}

/** The node at a path, or the closest above it that is there. */
function nearestNode(
  document: ReturnType<typeof parseDocument>,
  path: readonly PropertyKey[],
): { readonly range?: readonly number[] | null } | null {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (typeof node === 'object' && node !== null) return node;
  }
  return null;
}
