import { describe, expect, it } from 'vitest';
import { failureOf } from '../../connectors/hubspot/failures.ts';

const ACCOUNT = { now: new Date('2026-11-23T22:30:00Z'), timeZone: 'America/New_York', windowMs: 10_000 };

function refused(status: number, body: object | string, headers: Record<string, string> = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return failureOf({ status, headers: new Headers(headers), text }, ACCOUNT);
}

describe('failureOf', () => {
  it.each([
    [401, { category: 'INVALID_AUTHENTICATION' }, 'CRM_UNAUTHORIZED'],
    [403, { category: 'MISSING_SCOPES' }, 'CRM_SCOPE_MISSING'],
    [404, { category: 'OBJECT_NOT_FOUND' }, 'CRM_RECORD_GONE'],
    [404, '<html>not found</html>', 'CRM_PROTOCOL'],
    [400, { category: 'VALIDATION_ERROR' }, 'CRM_REJECTED_RECORD'],
    [409, { category: 'OBJECT_ALREADY_EXISTS' }, 'CRM_REJECTED_RECORD'],
    [408, {}, 'CRM_UNAVAILABLE'],
    [414, '', 'CRM_PROTOCOL'],
    [302, '', 'CRM_PROTOCOL'],
    [423, {}, 'CRM_RECORD_LOCKED'],
    [477, {}, 'CRM_UNAVAILABLE'],
    [500, {}, 'CRM_UNAVAILABLE'],
    [502, '<html>bad gateway</html>', 'CRM_UNAVAILABLE'],
    [524, '', 'CRM_UNAVAILABLE'],
  ] as const)('translates status %i with %j to %s', (status, body, code) => {
    expect(refused(status, body).code).toBe(code);
  });

  it('names the scopes that are missing', () => {
    const errors = [{ context: { requiredGranularScopes: ['crm.objects.deals.read'] } }];
    expect(refused(403, { category: 'MISSING_SCOPES', errors }).message).toContain('crm.objects.deals.read');
  });

  it('tells an absent property from a bad value, and names it', () => {
    const errors = [{ code: 'PROPERTY_DOESNT_EXIST', context: { propertyName: ['scorewire_scroe'] } }];
    const error = refused(400, { category: 'VALIDATION_ERROR', errors });
    expect(error.code).toBe('CRM_FIELD_MISSING');
    expect(error.message).toContain('scorewire_scroe');
  });

  it('finds the details that HubSpot nests as text within the message', () => {
    const details = [{ isValid: false, error: 'PROPERTY_DOESNT_EXIST', name: 'scorewire_band', message: 'x' }];
    const message = `Property values were not valid: ${JSON.stringify(details)}`;
    const error = refused(400, { category: 'VALIDATION_ERROR', message });
    expect(error.code).toBe('CRM_FIELD_MISSING');
    expect(error.message).toContain('scorewire_band');
  });

  it('repeats no text of the body', () => {
    const message = 'jane@acme.example was not one of the allowed options';
    const errors = [{ message, code: 'INVALID_OPTION', context: { propertyName: ['jane@acme.example'] } }];
    const error = refused(400, { category: 'VALIDATION_ERROR', message, errors });
    expect(error.message).toBe('HubSpot answered 400 VALIDATION_ERROR (INVALID_OPTION)');
  });

  it('waits a second after the limit per second', () => {
    expect(refused(429, { policyName: 'SECONDLY' })).toMatchObject({ code: 'CRM_RATE_LIMITED', retryAfterMs: 1_000 });
  });

  it('waits a window after the limit per window', () => {
    const error = refused(429, { policyName: 'TEN_SECONDLY_ROLLING' });
    expect(error).toMatchObject({ code: 'CRM_RATE_LIMITED', retryAfterMs: 10_000 });
  });

  it('waits until midnight in the zone of the account after the daily limit', () => {
    const error = refused(429, { policyName: 'DAILY' });
    expect(error).toMatchObject({ code: 'CRM_QUOTA_EXHAUSTED', retryAfterMs: 6.5 * 3_600_000 });
  });

  it('waits as long as Retry-After asks, in seconds or until a date', () => {
    expect(refused(429, { policyName: 'SECONDLY' }, { 'retry-after': '7' }).retryAfterMs).toBe(7_000);
    const date = { 'retry-after': 'Mon, 23 Nov 2026 22:30:09 GMT' };
    expect(refused(503, {}, date).retryAfterMs).toBe(9_000);
  });

  it('waits at least two seconds for a lock', () => {
    expect(refused(423, {}).retryAfterMs).toBe(2_000);
    expect(refused(423, {}, { 'retry-after': '1' }).retryAfterMs).toBe(2_000);
  });

  it('waits as long as a migration of the account takes', () => {
    expect(refused(477, {}, { 'retry-after': '3600' }).retryAfterMs).toBe(3_600_000);
  });
});
