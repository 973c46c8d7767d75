import { strikes } from '../../faults.ts';
import { ApiError } from '../api-error.ts';
import type { ApiRequest } from './api.ts';

/** Refuses the row if a planned fault strikes it. @throws {ApiError} */
export function assertNotStruck({ fault }: ApiRequest, index: number, id: string): void {
  if (!strikes(fault, index, id)) return;
  if (fault?.kind === 'row-lock') {
    const message = `unable to obtain exclusive access to this record or 1 records: ${id}`;
    throw new ApiError(400, 'UNABLE_TO_LOCK_ROW', message, []);
  }
  const message = 'Refused by a validation rule of the sandbox.';
  throw new ApiError(400, 'FIELD_CUSTOM_VALIDATION_EXCEPTION', message, []);
}

/** Refuses the whole call if a planned fault names one of its records. @throws {ApiError} */
export function assertNotPoisoned({ fault }: ApiRequest, ids: readonly unknown[]): void {
  if (fault?.kind !== 'poisoned' || !ids.some((id) => fault.ids.includes(String(id)))) return;
  const message = 'Cannot deserialize instance of double from VALUE_STRING value … at [line:1, column:129]';
  throw new ApiError(400, 'JSON_PARSER_ERROR', message);
}
