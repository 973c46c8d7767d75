import type { z } from 'zod';
import type { SyncCursor } from '../src/domain/crm.ts';
import { LeadScoringError } from '../src/errors.ts';

/** Writes a place to resume from as opaque text. */
export function encodeCursor(place: object): SyncCursor {
  return Buffer.from(JSON.stringify(place)).toString('base64url') as SyncCursor; // the one place that makes cursors
}

/**
 * Reads a place back. Schemas give every later field a default, so that old checkpoints load for ever.
 *
 * @throws {LeadScoringError} `CRM_PROTOCOL` if the text is no cursor of this connector.
 */
export function decodeCursor<S extends z.ZodType>(cursor: SyncCursor, schema: S): z.infer<S> {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new LeadScoringError('CRM_PROTOCOL', 'The stored checkpoint is not one of this connector', { cause });
  }
}
