import { z } from 'zod';
import { FieldMapping, isWritten } from './field-mapping.ts';
import { isOfScore, SCORE_VALUE_NAMES, scoreValueNamed } from './score-value.ts';

interface Fault {
  readonly path: readonly string[];
  readonly message: string;
}

/** The attributes of a lead, by our names: what is read, and what is written beside the score fields. */
export const AttributeMappings = z
  .record(z.string().min(1), FieldMapping)
  .superRefine((lines, context) => {
    for (const { path, message } of Object.entries(lines).flatMap(faultsOf)) {
      context.addIssue({ code: 'custom', path: [...path], message });
    }
  })
  .transform((lines) => Object.fromEntries(Object.entries(lines).map(([name, line]) => [name, withType(name, line)])));
export type AttributeMappings = z.infer<typeof AttributeMappings>;

/** The attributes of a company. They are read only: we write to leads. */
export const CompanyAttributes = z
  .record(z.string().startsWith('company.'), FieldMapping)
  .superRefine((lines, context) => {
    for (const [name, { direction }] of Object.entries(lines)) {
      if (direction === 'read') continue;
      const message = `found ${direction}, expected read: values are written to leads, not to companies`;
      context.addIssue({ code: 'custom', path: [name, 'direction'], message });
    }
  })
  .transform((lines): AttributeMappings => lines);

/** What a line writes: an attribute of ours, or a value of a score. */
export const sourceOf = (name: string, { from }: FieldMapping): string => from ?? name;

function faultsOf([name, line]: [string, FieldMapping]): Fault[] {
  const source = sourceOf(name, line);
  if (isOfScore(name) || isOfScore(source)) return scoreFaults(name, source, line);
  if (!isWritten(line) || line.type !== 'any') return [];
  return [{ path: [name], message: `direction: ${line.direction} needs a type` }];
}

function scoreFaults(name: string, source: string, line: FieldMapping): Fault[] {
  const value = scoreValueNamed(source);
  if (value === null) return [{ path: [name], message: `found ${source}, expected ${SCORE_VALUE_NAMES}` }];
  if (line.direction !== 'write') {
    return [{ path: [name], message: 'a value of a score is ours: it needs direction: write' }];
  }
  const allowed = ['any', value.type, 'text', ...(value.type === 'instant' ? ['date'] : [])];
  if (allowed.includes(line.type)) return [];
  return [{ path: [name, 'type'], message: `found ${line.type}, but ${source} is a ${value.type}` }];
}

/** A value of a score has the type of its own. */
function withType(name: string, line: FieldMapping): FieldMapping {
  const value = line.type === 'any' ? scoreValueNamed(sourceOf(name, line)) : null;
  return value === null ? line : { ...line, type: value.type };
}
