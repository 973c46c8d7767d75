import { randomUUID } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { CrmLead, LeadRef } from '../domain/crm.ts';
import { followMerge, leaveBehind } from './follow-persons.ts';
import { combinedSpell } from './hot-spells.ts';
import type { Database } from './schema.ts';
import { handOnTasks, replanTaskOf } from './task-outbox.ts';

/** A key of one CRM record within a connection. */
export const refKey = ({ object, crmId }: LeadRef): string => `${object} ${crmId}`;

interface KnownLead {
  readonly id: string;
  /** The record that the lead stands for now; its other ids are aliases only. */
  readonly record: string;
  readonly pulledRun: string | null;
  readonly pulledStream: string | null;
}

/**
 * The leads of ours that a page names, by CRM id, kept true while merges and conversions move ids about.
 *
 * A lead keeps its identity, its score and its hot spell when the CRM gives it another id.
 */
export class KnownLeads {
  readonly #tx: Transaction<Database>;
  readonly #connectionId: string;
  readonly #byRef: Map<string, KnownLead>;
  /** What is to be inserted, all at once: an account may have converted half of its leads. */
  #newLeads: (LeadRef & { readonly id: string })[] = [];
  readonly #newAliases = new Map<string, LeadRef & { readonly leadId: string }>();

  private constructor(tx: Transaction<Database>, connectionId: string, byRef: Map<string, KnownLead>) {
    this.#tx = tx;
    this.#connectionId = connectionId;
    this.#byRef = byRef;
  }

  static async load(tx: Transaction<Database>, connectionId: string, records: readonly CrmLead[]): Promise<KnownLeads> {
    const refs = records.flatMap((record) => [
      { object: record.object, crmId: record.crmId },
      ...record.absorbed,
      ...(record.movedTo === null ? [] : [record.movedTo]),
    ]);
    const { rows } = await sql<KnownLead & LeadRef>`
      select alias.object, alias.crm_id as "crmId", leads.id, leads.object || ' ' || leads.crm_id as record,
        leads.pulled_run as "pulledRun", leads.pulled_stream as "pulledStream"
      from jsonb_to_recordset(${JSON.stringify(refs)}::jsonb) as ref (object text, "crmId" text)
      join lead_aliases as alias on alias.connection_id = ${connectionId} and alias.object = ref.object
        and alias.crm_id = ref."crmId"
      join leads on leads.id = alias.lead_id`.execute(tx);
    return new KnownLeads(tx, connectionId, new Map(rows.map((row) => [refKey(row), row])));
  }

  get(ref: LeadRef): KnownLead | undefined {
    return this.#byRef.get(refKey(ref));
  }

  /** `record` now stands for `absorbed` too. */
  async absorb(record: LeadRef, absorbed: LeadRef): Promise<void> {
    const loser = this.get(absorbed);
    const winner = this.get(record);
    if (loser === undefined) this.#alias(absorbed, winner ?? this.#expect(record));
    else if (winner === undefined) await this.#rename(loser, record);
    else if (winner.id !== loser.id) await this.#merge(loser, winner);
  }

  /** The lead of `record` is now at `target`: it was converted or merged away. */
  async move(record: CrmLead, target: LeadRef): Promise<void> {
    const lead = this.get(record);
    const winner = this.get(target);
    if (lead === undefined) this.#alias(record, winner ?? this.#expect(target));
    else if (winner === undefined) await this.#rename(lead, target);
    else if (winner.id !== lead.id) await this.#merge(lead, winner);
  }

  /** The CRM deleted the record: its lead is scored no more. An id that only pointed at the lead changes nothing. */
  async forget(ref: LeadRef): Promise<void> {
    const lead = this.get(ref);
    if (lead === undefined || lead.record !== refKey(ref)) return;
    await this.flush();
    await this.#tx
      .updateTable('leads')
      .set({ is_deleted: true, is_dirty: false, next_review_at: null, outcome: 'deleted' })
      .where('id', '=', lead.id)
      .execute();
    await leaveBehind(this.#tx, [lead.id]);
  }

  /** Inserts what has been put off; to be called behind the last record of a page, and before a row is changed. */
  async flush(): Promise<void> {
    if (this.#newLeads.length === 0 && this.#newAliases.size === 0) return;
    await sql`
      insert into leads (id, connection_id, object, crm_id, attributes, crm_fields, created_at, modified_at, input_hash, is_dirty)
      select id, ${this.#connectionId}, object, "crmId", '{}', '{}', 'epoch', 'epoch', '', false
      from jsonb_to_recordset(${JSON.stringify(this.#newLeads)}::jsonb) as new (id uuid, object text, "crmId" text)`.execute(
      this.#tx,
    );
    await sql`
      insert into lead_aliases (connection_id, object, crm_id, lead_id)
      select ${this.#connectionId}, object, "crmId", "leadId"
      from jsonb_to_recordset(${JSON.stringify([...this.#newAliases.values()])}::jsonb)
        as new (object text, "crmId" text, "leadId" uuid)
      on conflict (connection_id, object, crm_id) do update set lead_id = excluded.lead_id`.execute(this.#tx);
    this.#newLeads = [];
    this.#newAliases.clear();
  }

  /** A lead whose record has not been pulled yet: never scored until it is, but its ids already meet. */
  #expect({ object, crmId }: LeadRef): KnownLead {
    const lead = { id: randomUUID(), record: refKey({ object, crmId }), pulledRun: null, pulledStream: null };
    this.#newLeads.push({ id: lead.id, object, crmId });
    this.#alias({ object, crmId }, lead);
    return lead;
  }

  #alias({ object, crmId }: LeadRef, lead: KnownLead): void {
    const key = refKey({ object, crmId });
    this.#newAliases.set(key, { object, crmId, leadId: lead.id });
    this.#byRef.set(key, lead);
  }

  async #rename(lead: KnownLead, target: LeadRef): Promise<void> {
    await this.flush();
    // Its attributes and score fields come with the target's own record; an empty hash makes that a change.
    await this.#tx
      .updateTable('leads')
      .set({ object: target.object, crm_id: target.crmId, input_hash: '', is_dirty: true, outcome: 'moved' })
      .set({ modified_at: new Date(0) })
      .where('id', '=', lead.id)
      .execute();
    await replanTaskOf(this.#tx, lead.id);
    const renamed = { ...lead, record: refKey(target) };
    for (const [key, known] of this.#byRef) if (known.id === lead.id) this.#byRef.set(key, renamed);
    this.#alias(target, renamed);
  }

  async #merge(loser: KnownLead, winner: KnownLead): Promise<void> {
    await this.flush();
    await handOnTasks(this.#tx, loser.id, winner.id);
    await followMerge(this.#tx, loser.id, winner.id);
    await sql`update lead_aliases set lead_id = ${winner.id} where lead_id = ${loser.id}`.execute(this.#tx);
    // One hot spell, one task: the spell that began first goes on under the winner.
    await sql`
      update leads as winner set
        is_dirty = true,
        ${combinedSpell('winner', 'loser')}
      from leads as loser where winner.id = ${winner.id} and loser.id = ${loser.id}`.execute(this.#tx);
    await this.#tx
      .updateTable('leads')
      .set({ merged_into: winner.id, is_dirty: false, next_review_at: null, outcome: 'moved' })
      .where('id', '=', loser.id)
      .execute();
    for (const [key, known] of this.#byRef) if (known.id === loser.id) this.#byRef.set(key, winner);
  }
}
