import { describe, expect, it } from 'vitest';
import type { CrmConnector, CrmLead, LeadRef, SyncCursor } from '../../src/domain/crm.ts';
import { type Bench, cityOf, live, nameOf, type OpenBench, pulled, streamsOf } from './contract-bench.ts';
import { pacingBudget } from './recording-budget.ts';

/** The promises of reading. */
export function describePulling(open: OpenBench): void {
  describe('pulling', () => {
    it('brings every lead exactly once (T15)', async () => {
      const bench = await open({ leads: 450 });
      const leads = await allLeads(bench.connect());
      expect(leads.map(nameOf).sort()).toEqual(people(bench).map(nameOf).sort());
    });

    it('brings attributes under our names, owner and company', async () => {
      const bench = await open();
      const byName = new Map((await allLeads(bench.connect())).map((lead) => [nameOf(lead), lead]));
      for (const [n, ref] of people(bench).entries()) {
        const { city, jobTitle, rep } = bench.sandbox.world.person(n);
        const lead = byName.get(nameOf(ref));
        expect(lead?.attributes).toMatchObject({ city, jobTitle });
        expect(lead?.ownerId === null).toBe(rep === null && bench.subject.hasQueues !== true);
      }
      const companyIds = new Set((await kindOf(bench.connect(), 'company')).map(({ crmId }) => crmId));
      const named = [...byName.values()].flatMap(({ companyId }) => companyId ?? []);
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter((id) => !companyIds.has(id))).toEqual([]);
    });

    it('brings what leads did, linked to them or to their address', async () => {
      const bench = await open();
      const engagements = await kindOf(bench.connect(), 'engagement');
      const ids = engagements.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(engagements.filter(({ leads, email }) => leads.length === 0 && email === undefined)).toEqual([]);
      expect(new Set(engagements.map(({ type }) => type)).size).toBeGreaterThan(5);
    });

    it('brings won and lost deals with their leads', async () => {
      const bench = await open({ leads: 200 });
      const deals = await kindOf(bench.connect(), 'deal');
      const expected = people(bench).map((_, n) => bench.sandbox.world.person(n).deal?.outcome);
      for (const outcome of ['won', 'lost'] as const) {
        expect(deals.filter((deal) => deal.outcome === outcome)).toHaveLength(
          expected.filter((each) => each === outcome).length,
        );
      }
      expect(deals.filter(({ leads }) => leads.length === 0)).toEqual([]);
    });

    it('brings nothing and costs one call a stream when nothing has changed (T16)', async () => {
      const bench = await open({ frozen: true });
      const connector = bench.connect({ overlapMs: 0 });
      for (const stream of streamsOf(connector, 'lead')) {
        const first = await pulled(connector, stream, null);
        const callsBefore = connector.calls;
        const second = await pulled(connector, stream, first.cursor);
        expect(second.records.length).toBeLessThan(first.records.length / 10);
        expect(connector.calls - callsBefore).toBe(1);
      }
    });

    it('brings a changed lead and not the whole', async () => {
      const bench = await open({ leads: 120 });
      const connector = bench.connect();
      const changed = bench.lead(7);
      const stream = await streamWith(connector, changed);
      const { cursor } = await pulled(connector, stream, null);
      bench.sandbox.editLead(bench.crm, changed.crmId, cityOf(bench.subject, changed, 'Ulaanbaatar'), 'user');

      const { records } = await pulled(connector, stream, cursor);

      expect(records.find(({ crmId }) => crmId === changed.crmId)?.attributes).toMatchObject({ city: 'Ulaanbaatar' });
      expect(records.length).toBeLessThan(60);
    });

    it('tells the same of a lead whether all are pulled or only the changed ones (T13)', async () => {
      const bench = await open();
      const connector = bench.connect();
      const changed = bench.lead(3);
      const stream = await streamWith(connector, changed);
      const { cursor } = await pulled(connector, stream, null);
      bench.sandbox.editLead(bench.crm, changed.crmId, cityOf(bench.subject, changed, 'Ulaanbaatar'), 'user');

      const isChanged = ({ crmId }: CrmLead) => crmId === changed.crmId;
      const byChange = (await pulled(connector, stream, cursor)).records.findLast(isChanged);
      const byList = (await pulled(connector, stream, null)).records.findLast(isChanged);

      expect(byChange).toBeDefined();
      expect(byChange).toEqual(byList);
    });

    it('resumes after any page without loss, on another connector (T3, T21)', async () => {
      const bench = await open({ leads: 350 });
      const found = new Set<string>();
      for (const stream of streamsOf(bench.connect(), 'lead')) {
        let cursor: SyncCursor | null = null;
        for (let isDone = false; !isDone; ) {
          isDone = true;
          for await (const page of bench.connect().pull(stream, cursor, live)) {
            for (const lead of page.records.filter(standsForItself)) found.add(nameOf(lead));
            isDone = page.cursor === cursor || page.records.length === 0;
            cursor = page.cursor;
            break; // as a crash would, after each single page
          }
        }
      }
      expect([...found].sort()).toEqual(people(bench).map(nameOf).sort());
    });

    it.each(['of everything', 'of changes'])(
      'goes on to the present behind a pull %s that was cut off',
      async (what) => {
        const bench = await open({ leads: 60, settings: SMALL_PAGES, speed: 1_000 });
        const connector = bench.connect();
        const stream = await streamWith(connector, bench.lead(3));
        let from: SyncCursor | null = null;
        if (what === 'of changes') {
          const { records, cursor } = await pulled(connector, stream, null);
          for (const lead of records) move(bench, lead, 'Vienna');
          from = cursor;
        }
        const [cutOff] = await Array.fromAsync(firstOf(connector.pull(stream, from, live)));
        const served = cutOff!.records.find(standsForItself)!;
        move(bench, served, 'Ulaanbaatar');

        const { records } = await pulled(connector, stream, cutOff!.cursor);

        const found = records.findLast(({ crmId }) => crmId === served.crmId);
        expect(found?.attributes).toMatchObject({ city: 'Ulaanbaatar' });
      },
    );

    it('brings any number of leads with one stamp, and resumes among them (T1–T5, T7–T9, T27)', {
      timeout: 240_000,
    }, async () => {
      const bench = await openWithOneStamp(open);
      const connector = bench.connect({ budget: pacingBudget() });
      const found = new Set<string>();
      for (const { stream, cursor } of bench.drained) {
        let middle: SyncCursor | null = null;
        for await (const page of connector.pull(stream, cursor, live)) {
          for (const lead of page.records.filter(standsForItself)) found.add(nameOf(lead));
          middle = page.cursor;
          if (found.size > 400) break;
        }
        for (const lead of (await pulled(connector, stream, middle)).records.filter(standsForItself)) {
          found.add(nameOf(lead));
        }
      }
      expect(found.size).toBe(bench.subject.sameStampLeads);
    });

    it('follows a merge: one lead stands for both, under a new id where the CRM mints one (T17, T18, T19)', async () => {
      const bench = await open();
      const connector = bench.connect();
      const [winner, loser] = sameObject(bench);
      const cursors = new Map<string, SyncCursor | null>();
      for (const stream of streamsOf(connector, 'lead')) {
        cursors.set(stream.name, (await pulled(connector, stream, null)).cursor);
      }
      const winnerId = bench.sandbox.twin(bench.crm).mergeLeads(winner.crmId, loser.crmId);

      const seen: CrmLead[] = [];
      for (const stream of streamsOf(connector, 'lead')) {
        seen.push(...(await pulled(connector, stream, cursors.get(stream.name) ?? null)).records);
      }

      const standsForLoser = (lead: CrmLead) =>
        (lead.crmId === winnerId && lead.absorbed.some(({ crmId }) => crmId === loser.crmId)) ||
        (lead.crmId === loser.crmId && lead.movedTo?.crmId === winnerId);
      expect(seen.some(standsForLoser)).toBe(true);
      const listed = (await Array.fromAsync(connector.scan(await streamWith(connector, winner), live))).flat();
      expect(listed.filter(({ crmId }) => crmId === winnerId)).toHaveLength(1);
      expect(listed.filter(({ crmId }) => crmId === loser.crmId)).toEqual([]);
    });

    it('lists every id of its leads for reconciliation (T15)', async () => {
      const bench = await open({ leads: 230 });
      const connector = bench.connect();
      const found: string[] = [];
      for (const stream of streamsOf(connector, 'lead')) {
        for await (const page of connector.scan(stream, live)) found.push(...page.map(({ crmId }) => crmId));
      }
      expect(new Set(found).size).toBe(found.length);
      expect(found).toEqual(expect.arrayContaining(people(bench).map(({ crmId }) => crmId)));
    });

    it('leaves a deleted lead out of the list and reads it as gone', async () => {
      const bench = await open();
      const connector = bench.connect();
      const gone = bench.lead(5);
      const stream = await streamWith(connector, gone);
      bench.sandbox.twin(bench.crm).deleteLead(gone.crmId);

      const listed = (await Array.fromAsync(connector.scan(stream, live))).flat();
      const [read] = await connector.readLeads([gone], live);

      expect(listed.map(({ crmId }) => crmId)).not.toContain(gone.crmId);
      expect(read?.isDeleted ?? true).toBe(true);
    });

    it('reads leads by id in the order asked for', async () => {
      const bench = await open();
      const asked = [bench.lead(9), bench.subject.noSuchLead, bench.lead(2), bench.lead(9)];
      const leads = await bench.connect().readLeads(asked, live);
      expect(leads.map((lead) => lead && nameOf(lead))).toEqual(
        [asked[0], null, asked[2], asked[3]].map((ref) => ref && nameOf(ref)),
      );
    });

    it('asks the budget before every call and is never told to slow down', { timeout: 60_000 }, async () => {
      const bench = await open({ leads: 600, speed: 20 });
      const budget = pacingBudget();
      const connector = bench.connect({ budget });
      for (const stream of connector.streams) await pulled(connector, stream, null);
      const { calls, rateLimited } = bench.sandbox.stats()[bench.crm];
      expect(rateLimited).toBe(0);
      expect(calls).toBeGreaterThan(10);
      expect(connector.calls).toBeGreaterThanOrEqual(calls); // a sign-in may be none of the CRM's API calls
      expect(budget.taken.length).toBe(connector.calls);
    });
  });
}

const SMALL_PAGES = { hubspot: { largestPage: 10, searchLagMs: 0 }, salesforce: { largestPage: 10 } };

/** Somebody changes the city of a lead. */
function move({ sandbox, crm, subject }: Bench, lead: LeadRef, city: string): void {
  sandbox.editLead(crm, lead.crmId, cityOf(subject, lead, city), 'user');
}

async function* firstOf<T>(all: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const one of all) {
    yield one;
    return;
  }
}

function people({ sandbox, lead }: Bench): LeadRef[] {
  return Array.from({ length: sandbox.world.size }, (_, n) => lead(n));
}

/** Every lead but those that only tell which record stands for them now. */
async function allLeads(connector: CrmConnector): Promise<CrmLead[]> {
  return (await kindOf(connector, 'lead')).filter(standsForItself);
}

function standsForItself({ movedTo }: CrmLead): boolean {
  return movedTo === null;
}

async function kindOf<K extends 'lead' | 'company' | 'deal' | 'engagement'>(connector: CrmConnector, kind: K) {
  const found = [];
  for (const stream of streamsOf(connector, kind)) found.push(...(await pulled(connector, stream, null)).records);
  return found;
}

/** The lead stream that a lead belongs to. */
async function streamWith(connector: CrmConnector, { object }: LeadRef) {
  const streams = streamsOf(connector, 'lead');
  return streams.find(({ name }) => name === `${object}s`) ?? streams[0]!; // every CRM has one
}

/** Two leads of one object. */
function sameObject(bench: Bench): [LeadRef, LeadRef] {
  const first = bench.lead(0);
  const second = people(bench).find(({ object, crmId }) => object === first.object && crmId !== first.crmId);
  return [first, second!]; // a world of 40 has more than one of each
}

/** A bench whose leads are all pulled once, and then changed by one bulk edit. */
async function openWithOneStamp(open: OpenBench) {
  const { subject } = await open({ leads: 1 });
  const bench = await open({ leads: subject.sameStampLeads, speed: 50 });
  const connector = bench.connect({ budget: pacingBudget() });
  const drained = [];
  for (const stream of streamsOf(connector, 'lead')) {
    drained.push({ stream, cursor: (await pulled(connector, stream, null)).cursor });
  }
  for (const object of ['lead', 'contact'] as const) {
    const ofObject = people(bench).filter((lead) => lead.object === object);
    const ids = ofObject.map(({ crmId }) => crmId);
    const values = cityOf(subject, { object, crmId: '' }, 'Ulaanbaatar');
    bench.sandbox.twin(bench.crm).editLeads(ids, values, 'bulk');
  }
  return { ...bench, drained };
}
