import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { spreadScores } from '../../src/store/follow-persons.ts';
import { splitRecords } from '../../src/store/linked-leads.ts';
import { unlinkConnections } from '../../src/store/links.ts';
import { discardPlan } from '../../src/store/plans.ts';
import { isReviewDue } from '../../src/store/pull-history.ts';
import { reconcileStore } from '../../src/store/reconciliation.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { ended, linked, matched, reviewed, scoredIn } from '../support/linked-house.ts';
import { AS_OF, aCall, aConnection, aCrmLead, aRun, pulled } from '../support/sync-house.ts';

let database: FreshDatabase;
let hub: string;
let sales: string;
beforeAll(async () => {
  database = await freshDatabase();
});
beforeEach(async () => {
  await sql`truncate connections cascade`.execute(database.db);
  hub = await aConnection(database.db, 'hub');
  sales = await aConnection(database.db, 'sales');
});
afterAll(() => database.drop());

const CRM_ID: Readonly<Record<string, string>> = { hub: 'h1', sales: 's1' };
const nameOf = (connectionId: string) => (connectionId === hub ? 'hub' : 'sales');
const refOf = (connectionId: string) => ({ object: 'lead' as const, crmId: CRM_ID[nameOf(connectionId)] ?? '' });

/** A pull that brings a person's record and calls on these days of November. */
async function pull(connectionId: string, days: readonly number[], jobTitle: string | null = 'Director') {
  const run = await aRun(database.db, connectionId);
  await pulled(database.db, run, 'leads', [
    aCrmLead(refOf(connectionId).crmId, { emails: ['ada@acme.example'], attributes: { jobTitle } }),
  ]);
  await pulled(
    database.db,
    run,
    'calls',
    days.map((day) =>
      aCall(`${nameOf(connectionId)}:${day}`, {
        occurredAt: new Date(Date.UTC(2026, 10, day)),
        leads: [refOf(connectionId)],
      }),
    ),
  );
  await matched(database.db, run);
  return run;
}
/** A sync of a connection: a pull, then what is due is scored. */
async function sync(connectionId: string, days: readonly number[], jobTitle: string | null = 'Director') {
  const run = await pull(connectionId, days, jobTitle);
  const scored = await scoredIn(database.db, run);
  await ended(database.db, run);
  return scored;
}
/** `{ hub: 20, sales: 20 }`: the scores as they are planned for each CRM. */
const scores = async () =>
  Object.fromEntries(
    (
      await database.db
        .selectFrom('scores')
        .innerJoin('leads', 'leads.id', 'scores.lead_id')
        .select(['connection_id', 'score', 'grade'])
        .execute()
    ).map(({ connection_id, score, grade }) => [nameOf(connection_id), `${score} ${grade}`]),
  );
const tasks = async () =>
  (await database.db.selectFrom('tasks').select(['connection_id', 'hot_spell']).orderBy('marker').execute()).map(
    ({ connection_id, hot_spell }) => `${nameOf(connection_id)} ${hot_spell}`,
  );
const laterBy = (days: number) => new Date(AS_OF.getTime() + days * 86_400_000);
const owed = async () => {
  const due = await Promise.all(
    [hub, sales].map(async (id) => ((await isReviewDue(database.db, id, AS_OF)) ? [nameOf(id)] : [])),
  );
  return due.flat();
};

describe('the score of one lead in two CRMs', () => {
  beforeEach(() => linked(database.db, hub, sales));

  it('is of what was done in both, and the same in both', async () => {
    await sync(hub, [1]);
    await sync(sales, [2]);
    await reviewed(database.db, hub);

    expect(await scores()).toEqual({ hub: '20 D', sales: '20 D' });
  });

  it('counts once what both CRMs know', async () => {
    await sync(hub, [1, 2]);
    await sync(sales, [2, 3]);
    await reviewed(database.db, hub);

    expect(await scores()).toEqual({ hub: '30 D', sales: '30 D' });
  });

  it('takes each attribute from the connection named first, from the other what is missing there', async () => {
    await sync(hub, [1], 'Analyst');
    await sync(sales, [1], 'Director');
    await reviewed(database.db, hub);
    const both = await scores();
    await sync(hub, [1], null);
    await reviewed(database.db, sales);

    expect([both, await scores()]).toEqual([
      { hub: '10 A', sales: '10 A' },
      { hub: '10 D', sales: '10 D' },
    ]);
  });

  it('makes the other CRM due, once, and only if it is another score', async () => {
    await sync(hub, [1]);
    await sync(sales, [1]);
    await reviewed(database.db, hub);
    await spreadScores(database.db);
    const settled = await owed();
    await sync(hub, [1, 5]);
    await spreadScores(database.db);
    const changed = await owed();
    const scored = await reviewed(database.db, sales);
    await spreadScores(database.db);

    expect([settled, changed, scored, await owed()]).toEqual([[], ['sales'], 1, []]);
    expect(await scores()).toEqual({ hub: '20 D', sales: '20 D' });
  });

  it('is copied and not computed anew, so that no decay between two runs shows', async () => {
    await sync(hub, [1]);
    await sync(sales, [2]);
    await reviewed(database.db, hub, laterBy(1));
    const rows = await database.db.selectFrom('scores').select('fields').execute();

    expect(new Set(rows.map(({ fields }) => fields.engagementPoints))).toEqual(new Set([0]));
  });

  it('is of one record alone once the other is gone, whoever finds that out', async () => {
    await sync(hub, [1]);
    await sync(sales, [2]);
    await reviewed(database.db, hub);
    await reconcileStore(database.db, { id: sales, mappingVersion: 1 }).markDeleted([refOf(sales)]);
    await reviewed(database.db, hub);

    expect((await scores()).hub).toBe('10 D');
  });

  it('is two scores again after a split', async () => {
    await sync(hub, [1]);
    await sync(sales, [2, 3]);
    await reviewed(database.db, hub);
    await splitRecords(database.db, 'hub:h1', 'sales:s1');
    await reviewed(database.db, hub);
    await reviewed(database.db, sales);

    expect(await scores()).toEqual({ hub: '10 D', sales: '20 D' });
  });
});

describe('the task of one lead in two CRMs', () => {
  it.each(['hub', 'sales'])('is one, in the connection that the link names, when %s is synced first', async (first) => {
    await sync(hub, [1]);
    await sync(sales, [2]);
    await linked(database.db, hub, sales);
    const order = first === 'hub' ? [hub, sales] : [sales, hub];
    for (const connectionId of order) await sync(connectionId, [3, 4]);
    for (const connectionId of [...order, ...order]) await reviewed(database.db, connectionId);

    expect(await tasks()).toEqual(['sales 1']);
  });

  it('is made in the other connection where the link says so', async () => {
    await linked(database.db, hub, sales, { tasksIn: hub });
    await sync(hub, [1]);
    await sync(sales, [2, 3]);
    await reviewed(database.db, hub);

    expect(await tasks()).toEqual(['hub 1']);
  });

  it.each(['hub', 'sales'])('is not made again for a lead that was hot in %s before it came here', async (first) => {
    const [hot, other] = first === 'hub' ? [hub, sales] : [sales, hub];
    await linked(database.db, hub, sales, { tasksIn: other });
    await sync(hot, [1, 2, 3]);
    await sync(other, [1, 2, 3]);
    await reviewed(database.db, hot);

    expect(await tasks()).toEqual([`${first} 1`]);
  });

  it('is not made again by linking, splitting or unlinking leads that are hot', async () => {
    await sync(hub, [1, 2, 3]);
    await sync(sales, [4, 5, 6]);
    const before = await tasks();
    const visit = async () => {
      for (const connectionId of [hub, sales, hub, sales]) await reviewed(database.db, connectionId);
    };
    await linked(database.db, hub, sales);
    await visit();
    await splitRecords(database.db, 'hub:h1', 'sales:s1');
    await visit();
    await unlinkConnections(database.db, { id: hub, name: 'hub' }, { id: sales, name: 'sales' });
    await visit();

    expect([before, await tasks()]).toEqual([
      ['hub 1', 'sales 1'],
      ['hub 1', 'sales 1'],
    ]);
  });

  it('is not made again for a spell that began together, once the two are split or unlinked', async () => {
    await linked(database.db, hub, sales);
    await sync(hub, [1, 2]);
    await sync(sales, [3, 4, 5]);
    await unlinkConnections(database.db, { id: hub, name: 'hub' }, { id: sales, name: 'sales' });
    await sync(hub, [1, 2, 6]);
    await reviewed(database.db, sales);

    expect(await tasks()).toEqual(['sales 1']);
  });

  it('is made by the other connection once the person has no record in the one that makes them', async () => {
    await linked(database.db, hub, sales);
    await sync(hub, [1]);
    await sync(sales, [1]);
    await reconcileStore(database.db, { id: sales, mappingVersion: 1 }).markDeleted([refOf(sales)]);
    await sync(hub, [1, 2, 3]);

    expect(await tasks()).toEqual(['hub 1']);
  });

  it('is planned anew, and once, after its plan was discarded', async () => {
    await linked(database.db, hub, sales);
    await sync(hub, [1]);
    const run = await pull(sales, [2, 3]);
    await scoredIn(database.db, run);
    const planned = await tasks();
    await database.db.updateTable('runs').set({ phase: 'planned' }).where('id', '=', run.id).execute();
    await discardPlan(database.db, run.id);
    const discarded = await tasks();
    await reviewed(database.db, sales);
    await reviewed(database.db, hub);

    expect([planned, discarded, await tasks()]).toEqual([['sales 1'], [], ['sales 1']]);
  });

  it('is one a spell: a person that cools down and turns hot again gets the second', async () => {
    await linked(database.db, hub, sales);
    await sync(hub, [1]);
    await sync(sales, [2, 3]);
    await reviewed(database.db, hub);
    const cooled = await aRun(database.db, sales, laterBy(1));
    await pulled(database.db, cooled, 'calls', [aCall('sales:2', { isDeleted: true, leads: [refOf(sales)] })]);
    await scoredIn(database.db, cooled);
    await ended(database.db, cooled);
    const again = await aRun(database.db, hub, laterBy(20));
    await pulled(database.db, again, 'calls', [
      aCall('hub:9', { occurredAt: new Date('2026-11-09T00:00:00Z'), leads: [refOf(hub)] }),
    ]);
    await scoredIn(database.db, again);
    await ended(database.db, again);
    await reviewed(database.db, sales, laterBy(20));

    expect(await tasks()).toEqual(['sales 1', 'sales 2']);
  });
});

describe('two runs that score the same people at the same time', () => {
  it('give everybody one score and one task, and never wait for each other in a circle', async () => {
    const people = Array.from({ length: 300 }, (_, n) => n);
    await linked(database.db, hub, sales);
    const brought = async (connectionId: string, days: readonly number[]) => {
      const run = await aRun(database.db, connectionId);
      // In opposite orders, so that locks taken as the rows come would meet.
      const order = connectionId === hub ? people : people.toReversed();
      const crmId = (n: number) => `${nameOf(connectionId)}${n}`;
      await pulled(
        database.db,
        run,
        'leads',
        order.map((n) => aCrmLead(crmId(n), { emails: [`p${n}@acme.example`], attributes: {} })),
      );
      const calls = days.flatMap((day) =>
        people.map((n) => {
          const occurredAt = new Date(Date.UTC(2026, 10, day));
          return aCall(`${nameOf(connectionId)}:${n}:${day}`, {
            occurredAt,
            leads: [{ object: 'lead', crmId: crmId(n) }],
          });
        }),
      );
      await pulled(database.db, run, 'calls', calls);
      await matched(database.db, run);
      return run;
    };
    const runs = [await brought(hub, [1, 2]), await brought(sales, [2, 3])];
    await Promise.all([...runs, ...runs].map((run) => scoredIn(database.db, run)));
    for (const run of runs) await ended(database.db, run);
    for (const connectionId of [hub, sales, hub, sales]) await reviewed(database.db, connectionId);
    const rows = await database.db.selectFrom('scores').select('score').execute();

    expect(rows.length).toBe(600);
    expect(new Set(rows.map(({ score }) => score))).toEqual(new Set([30]));
    expect((await tasks()).filter((task) => task === 'sales 1').length).toBe(300);
    expect((await tasks()).length).toBe(300);
  });
});
