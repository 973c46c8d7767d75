import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import type { CrmConnector, Stream, SyncCursor } from '../../src/domain/crm.ts';
import { clockOf } from '../support/clock.ts';
import { connectorTo, SIGNAL } from './salesforce-fixture.ts';

const SIZE = 40_000;
const EDITED = 25_000;
const leads: Stream<'lead'> = { name: 'leads', kind: 'lead' };

let sandbox: Sandbox;
let connector: CrmConnector;
let edited: ReadonlySet<string>;
let cursor: SyncCursor | null = null;

beforeAll(async () => {
  sandbox = await startSandbox({
    crms: ['salesforce'],
    leads: SIZE,
    seed: 3,
    now: new Date('2026-11-23T09:30:00Z'),
    frozen: true,
  });
  connector = connectorTo(sandbox.salesforceUrl, {
    clock: clockOf(() => sandbox.clock.now()),
    lagMs: 0,
    timeoutMs: 30_000,
  });
  sandbox.clock.advance(3_600_000); // beyond the overlap, which is read again
  for await (const page of connector.pull(leads, null, SIGNAL)) cursor = page.cursor;

  sandbox.clock.advance(3_600_000);
  const people = Array.from({ length: SIZE }, (_, n) => sandbox.world.person(n));
  const ids = people
    .filter(({ isContact, deal }) => !isContact && deal === null)
    .slice(0, EDITED)
    .map(({ n }) => sandbox.twin('salesforce').leadId(n));
  edited = new Set(ids);
  sandbox.twin('salesforce').editLeads(ids, { Rating: 'Warm' }, 'a bulk job');
  sandbox.clock.advance(5_000);
});
afterAll(() => sandbox.close());

describe('25,000 leads changed at one instant', () => {
  it('there are as many in the sandbox', () => {
    expect(edited.size).toBe(EDITED);
  });

  it('all arrive, once (T27)', async () => {
    const seen: string[] = [];
    for await (const { records } of connector.pull(leads, cursor, SIGNAL))
      seen.push(...records.map(({ crmId }) => crmId));
    expect(seen).toHaveLength(EDITED);
    expect(new Set(seen)).toEqual(edited);
  });

  it('all arrive when the pull is stopped behind each page and begun again (T27)', async () => {
    const seen = new Set<string>();
    let place = cursor;
    for (let pages = 0; seen.size < EDITED && pages < 40; pages += 1) {
      for await (const page of connector.pull(leads, place, SIGNAL)) {
        for (const { crmId } of page.records) seen.add(crmId);
        place = page.cursor;
        break;
      }
    }
    expect(seen).toEqual(edited);
  });
});
