import { ApiError } from '../api-error.ts';
import type { Input } from '../write/write-record.ts';

/** The body as an object. @throws {ApiError} `JSON_PARSER_ERROR` */
export function objectBody(body: unknown): Input {
  if (typeof body === 'object' && body !== null && !Array.isArray(body)) return body as Input;
  throw new ApiError(
    400,
    'JSON_PARSER_ERROR',
    'The HTTP entity body is required, but this request has no entity body.',
  );
}

/** A record without its `attributes` and without an id in any spelling. */
export function valuesOf(record: Input): Input {
  return Object.fromEntries(
    Object.entries(record).filter(([name]) => name !== 'attributes' && name.toLowerCase() !== 'id'),
  );
}

/** The id of a record in any spelling of the key; `null` without one. */
export function idOfRecord(record: Input): string | null {
  const entry = Object.entries(record).find(([name]) => name.toLowerCase() === 'id');
  return typeof entry?.[1] === 'string' ? entry[1] : null;
}
