import { createHash } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { CrmLead } from '../domain/crm.ts';
import { isMissing } from '../domain/values.ts';
import { noteFights } from './field-fights.ts';
import { KnownLeads, refKey } from './known-leads.ts';
import { keptEmails, refreshEmails } from './lead-emails.ts';
import { releaseGone } from './quarantine.ts';
import { addToStream } from './run-streams.ts';
import type { Database } from './schema.ts';
import { NO_RUN, type PageOf, type Tally, withoutZeros } from './tally.ts';

/**
 * Stores leads, follows merges and conversions, and makes those whose inputs changed due for scoring.
 *
 * Lead pages of one connection are stored one after the other, since a conversion reaches into two streams.
 */
export async function storeLeads(tx: Transaction<Database>, page: PageOf, records: readonly CrmLead[]): Promise<Tally> {
  await lockLeadPages(tx, page.connectionId);
  const known = await KnownLeads.load(tx, page.connectionId, records);
  const excluded = { moved: 0, deleted: 0, duplicate: 0 };
  const standing: CrmLead[] = [];
  const movedFrom: string[] = [];
  const gone = records.flatMap((record) => [
    ...record.absorbed,
    ...(record.isDeleted || record.movedTo !== null ? [record] : []),
  ]);
  const seen = new Set<string>();

  // The last of several copies in a page is the newest.
  for (const record of [...records].reverse()) {
    if (seen.has(refKey(record))) {
      excluded.duplicate += 1;
      continue;
    }
    seen.add(refKey(record));
    if (record.movedTo !== null) {
      await known.move(record, record.movedTo);
      excluded.moved += 1;
    } else if (record.isDeleted) {
      await known.forget(record);
      excluded.deleted += 1;
    } else {
      for (const absorbed of record.absorbed) await known.absorb(record, absorbed);
      const existing = known.get(record);
      if (existing?.pulledRun === page.runId && existing.pulledStream !== null) {
        // It was counted when it was pulled first; what it is now is counted here.
        if (existing.pulledStream === page.stream) excluded.duplicate += 1;
        else movedFrom.push(existing.pulledStream);
      }
      standing.push(record);
    }
  }
  await known.flush();
  // Only now is it known who has an id: another record of the page may have told of this one.
  const toStore = standing.map((record) => rowOf(record, known.get(record)?.id ?? null));
  await noteFights(
    tx,
    toStore.flatMap(({ id, ...row }) => (id === null ? [] : [{ id, ...row }])),
  );
  await upsert(tx, page, toStore);
  await refreshEmails(tx, page.connectionId, toStore);
  await releaseGone(tx, page.connectionId, gone);
  for (const stream of movedFrom) {
    await addToStream(tx, { runId: page.runId, stream }, { pulled: 0, stored: 0, excluded: { moved: 1 } });
  }
  return { stored: 0, excluded: withoutZeros(excluded) };
}

/** Lets one transaction at a time store lead pages of a connection; until its end. */
export async function lockLeadPages(tx: Transaction<Database>, connectionId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('lead pages'), hashtext(${connectionId}))`.execute(tx);
}

/** Digest of what the engine reads of the record itself; our own writes do not change it. */
export function inputHash({
  attributes,
  companyId,
  createdAt,
}: Pick<CrmLead, 'attributes' | 'companyId' | 'createdAt'>): string {
  // A missing value and none are the same to the engine, so that an attribute mapped anew changes those who have it.
  const given = Object.entries(attributes).filter(([, value]) => !isMissing(value));
  const sorted = given.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha1')
    .update(JSON.stringify([sorted, companyId, createdAt.getTime()]))
    .digest('hex');
}

type StoredRow = ReturnType<typeof rowOf>;

function rowOf(record: CrmLead, id: string | null) {
  return {
    id,
    object: record.object,
    crm_id: record.crmId,
    created_at: record.createdAt,
    modified_at: record.modifiedAt,
    attributes: record.attributes,
    company_id: record.companyId,
    owner_id: record.ownerId,
    lifecycle_stage: record.lifecycleStage,
    crm_fields: record.scoreFields,
    input_hash: inputHash(record),
    emails: keptEmails(record),
  };
}

const PAGE_COLUMNS = sql`(id uuid, object text, crm_id text, created_at timestamptz, modified_at timestamptz,
  attributes jsonb, company_id text, owner_id text, lifecycle_stage text, crm_fields jsonb, input_hash text,
  emails jsonb)`;

async function upsert(tx: Transaction<Database>, page: PageOf, rows: readonly StoredRow[]): Promise<void> {
  if (rows.length === 0) return;
  const json = JSON.stringify(rows);
  // A copy older than what we hold (a lagging index) tells nothing new; our own write-back made the newer one.
  await sql`
    update leads set
      modified_at = greatest(leads.modified_at, page.modified_at),
      is_dirty = ${IS_DUE},
      created_at = case when page.is_stale then leads.created_at else page.created_at end,
      attributes = case when page.is_stale then leads.attributes else page.attributes end,
      company_id = case when page.is_stale then leads.company_id else page.company_id end,
      owner_id = case when page.is_stale then leads.owner_id else page.owner_id end,
      lifecycle_stage = case when page.is_stale then leads.lifecycle_stage else page.lifecycle_stage end,
      crm_fields = case when page.is_stale then leads.crm_fields else page.crm_fields end,
      input_hash = case when page.is_stale then leads.input_hash else page.input_hash end,
      mapping_version = case when page.is_stale then leads.mapping_version else ${page.mappingVersion} end,
      is_deleted = false,
      ${page.runId === NO_RUN ? KEPT : pulledIn(page)}
    from (
      select page.*, page.modified_at < held.modified_at as is_stale
      from jsonb_to_recordset(${json}::jsonb) as page ${PAGE_COLUMNS}
      join leads as held on held.id = page.id
      order by held.id for update of held) as page
    where leads.id = page.id`.execute(tx);
  await sql`
    insert into leads (connection_id, object, crm_id, created_at, modified_at, attributes, company_id, owner_id,
      lifecycle_stage, crm_fields, input_hash, mapping_version, pulled_run, pulled_stream, outcome)
    select ${page.connectionId}, object, crm_id, created_at, modified_at, attributes, company_id, owner_id,
      lifecycle_stage, crm_fields, input_hash, ${page.mappingVersion}, ${page.runId}::uuid, ${page.stream}::text, 'pending'
    from jsonb_to_recordset(${json}::jsonb) as page ${PAGE_COLUMNS}
    where id is null`.execute(tx);
  await addAliases(tx, page, json);
}

const IS_DUE = sql`leads.is_dirty or (not page.is_stale and (leads.input_hash <> page.input_hash or leads.is_deleted
  or leads.crm_fields is distinct from page.crm_fields))`;

/** A run has pulled the page: it answers for the end of each lead. */
const pulledIn = ({ runId, stream }: PageOf) => sql`pulled_run = ${runId}::uuid, pulled_stream = ${stream}::text,
  outcome = case when ${IS_DUE} then 'pending' else 'unchanged' end`;

/** No run has: one that is under way goes on answering for those that it has pulled. */
const KEPT = sql`pulled_run = leads.pulled_run`;

/** Makes the ids and addresses of the records of a page stand for their leads; a new address may bring engagements. */
async function addAliases(tx: Transaction<Database>, { connectionId, runId }: PageOf, json: string): Promise<void> {
  await sql`
    with gained as (
      insert into lead_aliases (connection_id, object, crm_id, lead_id)
      select distinct on (alias.object, alias.crm_id) leads.connection_id, alias.object, alias.crm_id, leads.id
      from jsonb_to_recordset(${json}::jsonb) as page ${PAGE_COLUMNS}
      join leads on leads.connection_id = ${connectionId} and leads.object = page.object
        and leads.crm_id = page.crm_id and leads.merged_into is null
      cross join lateral (
        select page.object, page.crm_id union all
        select 'email', email.alias from jsonb_to_recordset(page.emails) as email (alias text)) as alias (object, crm_id)
      on conflict (connection_id, object, crm_id) do nothing
      returning object, crm_id, lead_id)
    update leads set is_dirty = true, outcome = case when pulled_run = ${runId} then 'pending' else outcome end
    where not is_dirty and id in (
      select gained.lead_id from gained join engagements
        on engagements.connection_id = ${connectionId} and engagements.object = gained.object
        and engagements.crm_id = gained.crm_id
      where gained.object = 'email')`.execute(tx);
}
