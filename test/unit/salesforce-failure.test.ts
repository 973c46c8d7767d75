import { describe, expect, it } from 'vitest';
import { SALESFORCE_ERRORS } from '../../connectors/salesforce/error-codes.ts';
import {
  failureOf,
  failureOfErrors,
  isWorthResending,
  QueryInterrupted,
  rowFailure,
} from '../../connectors/salesforce/failure.ts';
import { ERRORS } from '../../src/errors.ts';

const refusal = (status: number, body: unknown, retryAfter: string | null = null) =>
  failureOf({ status, body: typeof body === 'string' ? body : JSON.stringify(body), retryAfter });
const apiError = (errorCode: string, message = '') => [{ errorCode, message }];

describe('the table of Salesforce errors', () => {
  it.each([
    ['UNABLE_TO_LOCK_ROW', 'CRM_RECORD_LOCKED'],
    ['SERVER_UNAVAILABLE', 'CRM_UNAVAILABLE'],
    ['SERVICE_UNAVAILABLE', 'CRM_UNAVAILABLE'],
    ['UNKNOWN_EXCEPTION', 'CRM_UNAVAILABLE'],
    ['QUERY_TIMEOUT', 'CRM_TIMEOUT'],
    ['REQUEST_LIMIT_EXCEEDED', 'CRM_QUOTA_EXHAUSTED'],
    ['ALL_OR_NONE_OPERATION_ROLLED_BACK', 'CRM_UNAVAILABLE'],
    ['PROCESSING_HALTED', 'CRM_UNAVAILABLE'],
    ['INVALID_SESSION_ID', 'CRM_UNAUTHORIZED'],
    ['CANNOT_UPDATE_CONVERTED_LEAD', 'CRM_RECORD_CONVERTED'],
    ['ENTITY_IS_DELETED', 'CRM_RECORD_GONE'],
    ['INVALID_CROSS_REFERENCE_KEY', 'CRM_RECORD_GONE'],
    ['NOT_FOUND', 'CRM_RECORD_GONE'],
    ['MALFORMED_ID', 'CRM_REJECTED_RECORD'],
    ['ENTITY_IS_LOCKED', 'CRM_RECORD_LOCKED'],
    ['FIELD_CUSTOM_VALIDATION_EXCEPTION', 'CRM_REJECTED_RECORD'],
    ['REQUIRED_FIELD_MISSING', 'CRM_REJECTED_RECORD'],
    ['FIELD_FILTER_VALIDATION_EXCEPTION', 'CRM_REJECTED_RECORD'],
    ['INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST', 'CRM_REJECTED_RECORD'],
    ['STRING_TOO_LONG', 'CRM_REJECTED_RECORD'],
    ['NUMBER_OUTSIDE_VALID_RANGE', 'CRM_REJECTED_RECORD'],
    ['INVALID_EMAIL_ADDRESS', 'CRM_REJECTED_RECORD'],
    ['FIELD_INTEGRITY_EXCEPTION', 'CRM_REJECTED_RECORD'],
    ['DUPLICATES_DETECTED', 'CRM_REJECTED_RECORD'],
    ['DUPLICATE_VALUE', 'CRM_REJECTED_RECORD'],
    ['DUPLICATE_EXTERNAL_ID', 'CRM_REJECTED_RECORD'],
    ['INVALID_FIELD_FOR_INSERT_UPDATE', 'CRM_SCOPE_MISSING'],
    ['INVALID_FIELD', 'CRM_FIELD_MISSING'],
    ['INSUFFICIENT_ACCESS', 'CRM_RECORD_FORBIDDEN'],
    ['INSUFFICIENT_ACCESS_OR_READONLY', 'CRM_RECORD_FORBIDDEN'],
    ['INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY', 'CRM_RECORD_FORBIDDEN'],
    ['TRANSFER_REQUIRES_READ', 'CRM_RECORD_FORBIDDEN'],
    ['TXN_SECURITY_NO_ACCESS', 'CRM_RECORD_FORBIDDEN'],
    ['INACTIVE_OWNER_OR_USER', 'CRM_REJECTED_RECORD'],
    ['CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'CRM_REJECTED_RECORD'],
    ['APEX_FAILED', 'CRM_REJECTED_RECORD'],
    ['CANNOT_EXECUTE_FLOW_TRIGGER', 'CRM_REJECTED_RECORD'],
    ['FLOW_EXCEPTION', 'CRM_REJECTED_RECORD'],
    ['STORAGE_LIMIT_EXCEEDED', 'CRM_QUOTA_EXHAUSTED'],
    ['LIMIT_EXCEEDED', 'CRM_RATE_LIMITED'],
    ['TOO_MANY_APEX_REQUESTS', 'CRM_RATE_LIMITED'],
  ] as const)('takes %s for %s', (code, ours) => {
    expect(SALESFORCE_ERRORS[code]).toBe(ours);
  });

  it('names only codes of our own table', () => {
    expect(Object.values(SALESFORCE_ERRORS).filter((code) => !(code in ERRORS))).toEqual([]);
  });
});

describe('a refused call', () => {
  it('waits ten seconds when too many calls run at once', () => {
    const error = refusal(
      403,
      apiError('REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API) Limit exceeded.'),
    );
    expect(error).toMatchObject({ code: 'CRM_RATE_LIMITED', retryAfterMs: 10_000 });
  });

  it('is over for now when the calls of the day are used up', () => {
    const error = refusal(403, apiError('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.'));
    expect(error).toMatchObject({ code: 'CRM_QUOTA_EXHAUSTED', retryAfterMs: 3_600_000 });
  });

  it.each([
    ['QUERY_TIMEOUT', 'timeout'],
    ['INVALID_QUERY_LOCATOR', 'locator'],
  ])('with %s is an interrupted query', (code, reason) => {
    const error = refusal(400, apiError(code));
    expect(error).toBeInstanceOf(QueryInterrupted);
    expect(error).toMatchObject({ reason });
  });

  it.each([
    [401, 'CRM_UNAUTHORIZED'],
    [403, 'CRM_SCOPE_MISSING'],
    [404, 'CRM_RECORD_GONE'],
    [414, 'CRM_PROTOCOL'],
    [420, 'CRM_RATE_LIMITED'],
    [429, 'CRM_RATE_LIMITED'],
    [500, 'CRM_UNAVAILABLE'],
    [503, 'CRM_UNAVAILABLE'],
  ])('with status %i and HTML means %s', (status, code) => {
    expect(refusal(status, '<html><body>Down for maintenance</body></html>')).toMatchObject({
      code,
      message: `Salesforce answered ${status}`,
    });
  });

  it.each(['{}', '[]', 'null', ''])('with the body "%s" goes by its status', (body) => {
    expect(refusal(500, body)).toMatchObject({ code: 'CRM_UNAVAILABLE' });
  });

  it('honours the wait that a proxy asks for', () => {
    expect(refusal(429, '', '7')).toMatchObject({ retryAfterMs: 7_000 });
  });

  it('for want of rights is about the permission, not about a record', () => {
    expect(refusal(403, apiError('INSUFFICIENT_ACCESS'))).toMatchObject({ code: 'CRM_SCOPE_MISSING' });
  });

  it('names every field that the user may not edit', () => {
    const message =
      'Unable to create/update fields: Score__c, Band__c. Please check the security settings of this field and verify it.';
    expect(refusal(400, apiError('INVALID_FIELD_FOR_INSERT_UPDATE', message))).toMatchObject({
      code: 'CRM_SCOPE_MISSING',
      message: 'Salesforce answered 400 (INVALID_FIELD_FOR_INSERT_UPDATE: Score__c, Band__c)',
    });
  });

  it('repeats nothing that is no code and no field name', () => {
    const errors = [{ errorCode: 'Ada Byron', message: 'ada@example.com', fields: ['ada@example.com'] }];
    expect(failureOfErrors(errors, 400).message).toBe('Salesforce answered 400 (no code)');
  });
});

describe('a refused row', () => {
  const refused = (statusCode: string, message = '', fields: string[] = []) => [{ statusCode, message, fields }];

  it('names the fields that a rule of the org stands on', () => {
    const errors = refused('INVALID_EMAIL_ADDRESS', 'email: invalid email address: badone', ['Backup_Email__c']);
    expect(rowFailure(errors)).toMatchObject({
      code: 'CRM_REJECTED_RECORD',
      message: 'Salesforce refused the row (INVALID_EMAIL_ADDRESS: Backup_Email__c)',
    });
  });

  it('is set aside under a code that nobody knows', () => {
    expect(rowFailure(refused('SOME_FUTURE_CODE'))).toMatchObject({ code: 'CRM_REJECTED_RECORD' });
  });

  it.each(['UNABLE_TO_LOCK_ROW', 'ALL_OR_NONE_OPERATION_ROLLED_BACK', 'PROCESSING_HALTED', 'UNKNOWN_EXCEPTION'])(
    'with %s is sent again, and locked if that does not help',
    (code) => {
      expect(isWorthResending(refused(code))).toBe(true);
      expect(rowFailure(refused(code))).toMatchObject({ code: 'CRM_RECORD_LOCKED' });
    },
  );

  it.each([
    'UNABLE_TO_LOCK_ROW: unable to obtain exclusive access',
    'System.LimitException: Apex CPU time limit exceeded',
  ])('of a trigger that met "%s" is sent again', (message) => {
    expect(isWorthResending(refused('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', message))).toBe(true);
  });

  it('of a trigger that objects stays refused', () => {
    const errors = refused('CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY', 'LeadTrigger: execution of BeforeUpdate');
    expect(isWorthResending(errors)).toBe(false);
    expect(rowFailure(errors)).toMatchObject({ code: 'CRM_REJECTED_RECORD' });
  });
});
