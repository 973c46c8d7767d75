import nock from 'nock';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { connectorTo, INSTANCE, LOGIN, SIGNAL, tokenAnswer } from './salesforce-fixture.ts';

const COLLECTION = '/services/data/v68.0/composite/sobjects';

interface Sent {
  readonly records: readonly { readonly id: string }[];
}

const contactId = (n: number) => `003Sb00000000${String(n).padStart(2, '0')}AAA`;
const accountId = (n: number) => `001Sb00000000${String(n).padStart(2, '0')}AAA`;
const written = (id: string) => ({ id, success: true, errors: [] });
const lockedBy = (...ids: string[]) => {
  const message = `unable to obtain exclusive access to this record or ${ids.length} records: ${ids.join(',')}`;
  return { success: false, errors: [{ statusCode: 'UNABLE_TO_LOCK_ROW', message, fields: [] }] };
};

/** Answers calls in order, a refusal with 400; notes the ids of each. */
function answerCollections(...answers: object[][]): string[][] {
  const calls: string[][] = [];
  for (const [n, answer] of answers.entries()) {
    nock(INSTANCE)
      .patch(COLLECTION, (body) => {
        if (calls.length !== n) return false; // a later answer is asked about an earlier call, too
        calls.push((body as unknown as Sent).records.map(({ id }) => id)); // what we send ourselves
        return true;
      })
      .reply('errorCode' in answer[0]! ? 400 : 200, answer);
  }
  return calls;
}

describe('rows that met the lock of a parent', () => {
  beforeEach(() => {
    nock(LOGIN).post('/services/oauth2/token').reply(200, tokenAnswer('token'));
  });
  afterEach(() => nock.cleanAll());

  it('go again without the others, those of one parent side by side (T35)', async () => {
    // Contacts 0 to 7 belong to accounts 0 and 1 in turn; contact 8 is free.
    const calls = answerCollections(
      Array.from({ length: 9 }, (_, n) => (n < 8 ? lockedBy(accountId(n % 2)) : written(contactId(n)))),
      Array.from({ length: 8 }, () => written(contactId(0))),
    );
    const contacts = Array.from({ length: 9 }, (_, n) => ({ object: 'contact' as const, crmId: contactId(n) }));
    const outcomes = await connectorTo(LOGIN).writeLeads(
      contacts.map((lead) => ({ ...lead, scoreFields: { score: 1 } })),
      SIGNAL,
    );
    expect(outcomes.map(({ ok }) => ok)).toEqual(contacts.map(() => true));
    expect(calls).toEqual([contacts.map(({ crmId }) => crmId), [0, 2, 4, 6, 1, 3, 5, 7].map(contactId)]);
  });

  it('fall apart where the whole call met it, and only the locked one is left', async () => {
    const message = 'unable to obtain exclusive access to this record';
    const refusal = [{ errorCode: 'UNABLE_TO_LOCK_ROW', message }];
    const pair = [written(contactId(0)), written(contactId(0))];
    const single = [written(contactId(0))];
    const calls = answerCollections(refusal, pair, refusal, pair, pair, refusal, single, refusal, refusal);
    const contacts = Array.from({ length: 8 }, (_, n) => ({ object: 'contact' as const, crmId: contactId(n) }));
    const outcomes = await connectorTo(LOGIN).writeLeads(
      contacts.map((lead) => ({ ...lead, scoreFields: { score: 1 } })),
      SIGNAL,
    );
    expect(outcomes.map((outcome) => (outcome.ok ? 'written' : outcome.error.code))).toEqual(
      contacts.map((_, n) => (n === 2 ? 'CRM_RECORD_LOCKED' : 'written')),
    );
    expect(calls.filter((ids) => ids.includes(contactId(2))).map(({ length }) => length)).toEqual([8, 2, 1, 1, 1]);
  });
});
