import type { z } from 'zod';
import type { Page } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';

/** Decodes and translates each result on its own; one that cannot be read is set aside. */
export function readEach<S extends z.ZodType, T>(
  results: readonly unknown[],
  schema: S,
  translate: (result: z.infer<S>) => T,
): Pick<Page<T>, 'records' | 'rejected'> {
  const records: T[] = [];
  const rejected: Page<T>['rejected'][number][] = [];
  for (const result of results) {
    const parsed = schema.safeParse(result);
    if (parsed.success) records.push(translate(parsed.data));
    else rejected.push({ crmId: idOf(result), error: unreadable(parsed.error.issues[0]?.path.join('.') ?? '') });
  }
  return { records, rejected };
}

/** The id of something that cannot be read as a whole; empty if even that is missing. */
function idOf(result: unknown): string {
  const { id } = Object(result) as { readonly id?: unknown }; // may be anything
  return typeof id === 'string' || typeof id === 'number' ? String(id) : '';
}

/** The error of a record whose shape is not the documented one; names the place and no value. */
export function unreadable(place: string): LeadScoringError {
  return new LeadScoringError('CRM_RECORD_UNREADABLE', `The record's ${place || 'shape'} is not as documented`);
}
