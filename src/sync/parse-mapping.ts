import { LineCounter, parseDocument } from 'yaml';
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
  const malformed = document.errors.map(({ pos, message }) => `${at(pos[0])}: ${message.split('\n')[0]}`);
  if (malformed.length > 0) throw new LeadScoringError('MAPPING_INVALID', malformed.join('\n'));

  const parsed = Mapping.safeParse(document.toJS());
  const faults = (parsed.error?.issues ?? []).map(({ path, message }) => {
    const node = nearestNode(document, path);
    return `${at(node?.range?.[0] ?? 0)}: ${path.join('.')}: ${message}`;
  });
  if (parsed.success && parsed.data.crm !== crm) {
    faults.push(`${at(0)}: crm: found ${parsed.data.crm}, expected ${crm}`);
  }
  if (!parsed.success || faults.length > 0) throw new LeadScoringError('MAPPING_INVALID', faults.join('\n'));
  return parsed.data;
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
