import { describe, expect, it } from 'vitest';
import type { FaultRuleInput } from '../../sandbox/faults.ts';
import { aPortal } from './sandbox-hubspot-portal.ts';

const DETAILS = '/account-info/2026-09/details';
const UPDATE = '/crm/objects/2026-09/contacts/batch/update';
const TASKS = '/crm/objects/2026-09/tasks';
const onDetails = (fault: FaultRuleInput['fault']): FaultRuleInput[] => [{ route: `GET ${DETAILS}`, fault }];
const aTask = { properties: { hs_timestamp: '2026-11-03T09:00:00Z', hs_task_subject: 'Call' } };

describe('a fault of the local HubSpot', () => {
  it.each([
    ['a secondly limit', { kind: 'rate-limit', policy: 'SECONDLY' }, 429, { policyName: 'SECONDLY' }],
    ['a daily limit', { kind: 'rate-limit', policy: 'DAILY' }, 429, { policyName: 'DAILY' }],
    ['an expired token', { kind: 'expired-token' }, 401, { category: 'EXPIRED_AUTHENTICATION' }],
    ['a missing scope', { kind: 'missing-scope', scopes: ['forms'] }, 403, { category: 'MISSING_SCOPES' }],
    ['a server error', { kind: 'server-error', status: 503 }, 503, { status: 'error' }],
  ] as const)('is %s, once', async (_what, fault, status, body) => {
    const { call, sandbox } = await aPortal({ faults: onDetails({ ...fault } as FaultRuleInput['fault']) });

    const struck = await call('GET', DETAILS);
    const next = await call('GET', DETAILS);

    expect([struck.status, next.status]).toEqual([status, 200]);
    expect(struck.body).toMatchObject(body);
    expect(sandbox.stats().hubspot.faults).toEqual({ [fault.kind]: 1 });
  });

  it('is a limit that says when to come back', async () => {
    const { call } = await aPortal({ faults: onDetails({ kind: 'rate-limit', retryAfterSeconds: 3 }) });

    expect((await call('GET', DETAILS)).headers.get('retry-after')).toBe('3');
  });

  it('is an HTML page in place of an answer', async () => {
    const { call } = await aPortal({ faults: onDetails({ kind: 'html-error' }) });

    const { status, headers, text } = await call('GET', DETAILS);

    expect([status, headers.get('content-type'), text.startsWith('<!DOCTYPE html>')]).toEqual([
      502,
      'text/html; charset=utf-8',
      true,
    ]);
  });

  it('is a connection that is reset before anything happens', async () => {
    const { call, sandbox } = await aPortal({ faults: [{ route: `POST ${TASKS}`, fault: { kind: 'reset' } }] });

    await expect(call('POST', TASKS, aTask)).rejects.toThrow('fetch failed');

    expect(sandbox.state('hubspot').tasks).toEqual([]);
  });

  it('is an answer that is lost after everything happened', async () => {
    const { call, sandbox } = await aPortal({ faults: [{ route: `POST ${TASKS}`, fault: { kind: 'lost-answer' } }] });

    await expect(call('POST', TASKS, aTask)).rejects.toThrow('fetch failed');

    expect(sandbox.state('hubspot').tasks).toMatchObject([{ subject: 'Call' }]);
  });

  it('is silence while the connection stays open', async () => {
    const { sandbox } = await aPortal({ faults: onDetails({ kind: 'silence' }) });

    const waiting = fetch(sandbox.hubspotUrl + DETAILS, { signal: AbortSignal.timeout(200) });

    await expect(waiting).rejects.toThrow('timeout');
  });

  it('is an answer that trickles in and is whole in the end', async () => {
    const { call } = await aPortal({ faults: onDetails({ kind: 'slow', bytes: 64, everyMs: 5 }) });

    const { status, body } = await call('GET', DETAILS);

    expect([status, body.portalId]).toEqual([200, 48_000_001]);
  });

  it('is a batch that fails for chosen records', async () => {
    const chosen = await aPortal();
    const ids = [0, 1, 2].map((n) => chosen.lead(n));
    chosen.sandbox.setFaults([{ route: `POST ${UPDATE}`, fault: { kind: 'partial-failure', ids: [ids[1]!] } }]);

    const { status, body } = await chosen.call('POST', UPDATE, {
      inputs: ids.map((id) => ({ id, properties: { jobtitle: 'x' } })),
    });

    expect([status, body.numErrors, body.errors[0].context.ids]).toEqual([207, 1, [ids[1]]]);
    expect(body.results.map(({ id }: { id: string }) => id)).toEqual([ids[0], ids[2]]);
  });

  it('is a record that is locked', async () => {
    const { call, lead } = await aPortal({ faults: [{ route: `POST ${UPDATE}`, fault: { kind: 'row-lock' } }] });

    const { status } = await call('POST', UPDATE, { inputs: [{ id: lead(0), properties: { jobtitle: 'x' } }] });

    expect(status).toBe(423);
  });

  it('is a batch that is refused whole for a locked record, or for one that spoils it, and no other batch', async () => {
    const { call, lead, sandbox } = await aPortal();
    const update = async (...people: number[]) => {
      const inputs = people.map((n) => ({ id: lead(n), properties: { jobtitle: 'x' } }));
      const { status, text } = await call('POST', UPDATE, { inputs });
      return { status, isNamed: text.includes(lead(1)) };
    };
    for (const [kind, status] of [
      ['row-lock', 423],
      ['poisoned', 400],
    ] as const) {
      sandbox.setFaults([{ route: `POST ${UPDATE}`, calls: { every: 1 }, fault: { kind, ids: [lead(1)] } }]);
      expect(await update(0, 1)).toEqual({ status, isNamed: false });
      expect(await update(0, 2)).toMatchObject({ status: 200 });
    }
  });

  it('strikes a route in any spelling of its path', async () => {
    const fault = { kind: 'server-error' } as const;
    const { call } = await aPortal({ faults: [{ route: 'GET /crm/objects/*/contacts', calls: { every: 1 }, fault }] });

    const answers = await Promise.all(
      ['/crm/v3/objects/contacts', '/crm/objects/2026-09/0-1', '/crm/objects/2026-09/companies'].map((path) =>
        call('GET', path),
      ),
    );

    expect(answers.map(({ status }) => status)).toEqual([500, 500, 200]);
  });
});
