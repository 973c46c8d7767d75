import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Redis } from 'ioredis';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { CRMS } from '../../src/domain/crm.ts';
import { MARK, markedPeople } from '../support/marked-people.ts';
import { CREDENTIAL_SETTINGS, openProduct, type Product } from '../support/product.ts';
import { claimRedisDatabase } from '../support/redis-database.ts';
import { startWorkerProcess } from '../support/worker-process.ts';

const PEOPLE = 60;
const SECRETS = /pat-sandbox|sandbox-secret|sandbox-client|00D\w{12,15}!|Bearer/;

describe.each([{ queue: 'Postgres' }, { queue: 'Redis' }])('a run over marked people, queue on $queue', ({ queue }) => {
  const redisUrl = queue === 'Redis' ? inject('redisUrl') : null;
  const isWithout = queue === 'Redis' && redisUrl === null;
  const closing: (() => Promise<unknown>)[] = [];
  let product: Product;
  let log: string;
  let queued: string;
  beforeAll(async () => {
    if (isWithout) return;
    const folder = await mkdtemp(path.join(tmpdir(), 'scorewire-redaction-'));
    closing.push(() => rm(folder, { recursive: true, force: true }));
    const dataFile = path.join(folder, 'people.csv');
    await writeFile(dataFile, markedPeople(PEOPLE, 'Address Line'));
    const redis = redisUrl === null ? null : await claimRedisDatabase(redisUrl);
    if (redis !== null) closing.push(redis.release);
    product = await openProduct({
      sandbox: { dataFile },
      env: { LOG_LEVEL: 'trace' },
      ...(redis !== null && { redisUrl: redis.url }),
    });
    closing.push(() => product.close());
    product.sandbox.setFaults([
      { route: '* /**', calls: { every: 9 }, fault: { kind: 'server-error', status: 503 } },
      { route: 'POST /crm/objects/*/contacts/batch/update', calls: { every: 1 }, fault: { kind: 'partial-failure' } },
      { route: 'PATCH /services/data/*/composite/sobjects', calls: { every: 1 }, fault: { kind: 'partial-failure' } },
    ]);
    const worker = startWorkerProcess(product.env);
    await Promise.all(CRMS.map((crm) => product.syncElsewhere(crm)));
    const scopes = ['crm.objects.contacts.read'];
    product.sandbox.setFaults([{ route: '* /**', calls: { every: 1 }, fault: { kind: 'missing-scope', scopes } }]);
    await Promise.all(CRMS.map((crm) => product.syncElsewhere(crm)));
    queued = redis === null ? await queueOnPostgres(product) : await queueOnRedis(redis.url);
    worker.terminate();
    ({ log } = await worker.ended);
  });
  afterAll(async () => {
    for (const close of closing.toReversed()) await close();
  });

  it.skipIf(isWithout)('has marks to find: in the CRM, and so in the database', async () => {
    const { rows } = await sql<{ count: number }>`
      select count(*)::int as count from leads where attributes::text ~* 'quoxil'`.execute(product.app.db);

    expect(rows[0]?.count).toBeGreaterThanOrEqual(PEOPLE);
    expect(matchesIn(JSON.stringify(CREDENTIAL_SETTINGS))).toHaveLength(1);
    expect(matchesIn(markedPeople(PEOPLE, 'Address Line'))).toHaveLength(PEOPLE);
  });

  it.skipIf(isWithout)('keeps people and secrets out of its log, at its most talkative', () => {
    expect(log).toContain('job.completed');
    expect(log).toContain('run.stopped');
    expect(matchesIn(log)).toEqual([]);
  });

  it.skipIf(isWithout)('keeps people and secrets out of the queue', () => {
    expect(queued).toContain('pull-stream');
    expect(queued).toContain('connectionId');
    expect(matchesIn(queued)).toEqual([]);
  });

  it.skipIf(isWithout)('keeps people and secrets out of what it says went wrong', async () => {
    const { rows } = await sql<{ text: string }>`
      select cause || ' ' || message as text from quarantine
      union all select stopped_code || ' ' || stopped_reason from runs where stopped_code is not null
      union all select halted_code || ' ' || halted_reason from connections where halted_code is not null`.execute(
      product.app.db,
    );
    const said = rows.map(({ text }) => text).join('\n');

    expect(said).toContain('CRM_REJECTED_RECORD');
    expect(said).toContain('CRM_SCOPE_MISSING');
    expect(matchesIn(said)).toEqual([]);
  });
});

/** The lines that show what nobody may see. */
const matchesIn = (text: string): readonly string[] =>
  text.split('\n').filter((line) => MARK.test(line) || SECRETS.test(line));

/** Every table of the queue, as text. */
async function queueOnPostgres({ app: { db } }: Product): Promise<string> {
  const tables = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'bullmq'`.execute(db);
  const contents = tables.rows.map(({ name }) =>
    sql<{ text: string }>`select t::text as text from ${sql.table(`bullmq.${name}`)} as t`.execute(db),
  );
  return (await Promise.all(contents)).flatMap(({ rows }) => rows.map(({ text }) => text)).join('\n');
}

/** Every key of the queue with what it holds, as text. */
async function queueOnRedis(url: string): Promise<string> {
  const redis = new Redis(url);
  const read = async (key: string): Promise<unknown> => {
    const type = await redis.type(key);
    if (type === 'hash') return redis.hgetall(key);
    if (type === 'list') return redis.lrange(key, 0, -1);
    if (type === 'zset') return redis.zrange(key, '0', '-1');
    if (type === 'stream') return redis.xrange(key, '-', '+');
    if (type === 'set') return redis.smembers(key);
    return redis.get(key);
  };
  const keys = await redis.keys('*');
  const contents = await Promise.all(keys.map(async (key) => `${key} ${JSON.stringify(await read(key))}`));
  redis.disconnect();
  return contents.join('\n');
}
