import { readFileSync } from 'node:fs';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { LeadScoringError } from '../src/errors.ts';
import { FaultRule } from './faults.ts';

/**
 * Reads a fault plan: a YAML list of rules.
 *
 * @throws {LeadScoringError} `INPUT_INVALID` with file and line for every rule that is none
 */
export function readFaultFile(file: string): FaultRule[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new LeadScoringError('INPUT_INVALID', `${file}: expected a fault plan that can be read`, { cause });
  }
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (offset: number) => lines.linePos(offset).line;
  if (document.errors.length > 0) {
    throw invalid(
      document.errors.map(({ pos, message }) => `${file}, line ${lineOf(pos[0])}: ${message.split('\n')[0]}`),
    );
  }
  const plan = z.array(FaultRule).safeParse(document.toJS() ?? []);
  if (plan.success) return plan.data;
  throw invalid(
    plan.error.issues.map(({ path, message }) => {
      const place = path.map(String).join('.') || 'the file';
      return `${file}, line ${lineOf(offsetOf(path))}: ${place}: ${message}`;
    }),
  );

  /** Where the deepest part of the path that is there begins. */
  function offsetOf(path: readonly PropertyKey[]): number {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return node.range[0];
    }
    return 0;
  }
}

function invalid(faults: readonly string[]): LeadScoringError {
  return new LeadScoringError('INPUT_INVALID', faults.join('\n'));
}
