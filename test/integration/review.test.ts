import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isReviewDue } from '../../src/store/pull-history.ts';
import { advance, openRun } from '../../src/store/runs.ts';
import { scoreBatch } from '../../src/store/scoring-batches.ts';
import { type LeadScored, scoreLeads } from '../../src/sync/score-leads.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';
import { AS_OF, aConnection, NO_FIELDS, noModelRules } from '../support/sync-house.ts';

const LEADS = 100_000;
const DUE = 37;
const NIGHT = new Date(AS_OF.getTime() + 12 * 3_600_000);

let database: FreshDatabase;
let connectionId: string;
beforeAll(async () => {
  database = await freshDatabase();
  connectionId = await aConnection(database.db);
  await sql`
    insert into leads (connection_id, object, crm_id, created_at, modified_at, attributes, crm_fields, input_hash,
      is_dirty, next_review_at)
    select ${connectionId}, 'lead', 'L' || n, ${AS_OF}, ${AS_OF}, '{}', ${JSON.stringify(NO_FIELDS)}::jsonb, 'same', false,
      case when n <= ${DUE} then ${AS_OF}::timestamptz + interval '6 hours'
        when n <= 50000 then ${AS_OF}::timestamptz + interval '30 days' end
    from generate_series(1, ${LEADS}) as n`.execute(database.db);
});
afterAll(() => database.drop());

const rules = noModelRules(NIGHT);

describe('a night without activity on 100,000 leads', () => {
  it('asks nothing of a connection before a lead is due', async () => {
    expect(await isReviewDue(database.db, connectionId, AS_OF)).toBe(false);
    expect(await isReviewDue(database.db, connectionId, NIGHT)).toBe(true);
  });

  it('scores the leads whose time has come and no other', async () => {
    const { run } = await openRun(database.db, connectionId, 'review', NIGHT, []);
    expect(await advance(database.db, run.id)).toBe('scoring');
    const scored: LeadScored[] = [];
    for (;;) {
      const count = await scoreBatch(database.db, run, 10, (leads) => {
        const answers = scoreLeads(leads, rules);
        scored.push(...answers);
        return answers;
      });
      if (count === 0) break;
    }

    expect(scored.length).toBe(DUE);
    expect(new Set(scored.map(({ leadId }) => leadId)).size).toBe(DUE);
    expect(await advance(database.db, run.id)).toBe('planned');
  });

  it('finds them by an index, without reading the others', async () => {
    await sql`analyze leads`.execute(database.db);
    const plan = await sql<{ 'QUERY PLAN': string }>`explain select id from leads
      where connection_id = ${connectionId} and (is_dirty or next_review_at <= ${NIGHT}) and merged_into is null
        and not is_deleted`.execute(database.db);

    expect(plan.rows.map((row) => row['QUERY PLAN']).join('\n')).not.toContain('Seq Scan');
  });
});
