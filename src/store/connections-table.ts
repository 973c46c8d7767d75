import type { ColumnType, Generated } from 'kysely';
import type { Crm } from '../domain/crm.ts';
import type { FieldLimits } from '../domain/field-description.ts';
import type { Mapping } from '../domain/mapping.ts';
import type { ErrorCode } from '../errors.ts';

/** A JSON document. Written as text (`JSON.stringify`), because the driver would make an array a Postgres array. */
export type Json<T> = ColumnType<T, string, string>;

/** One row per CRM account that we are linked to. */
export interface ConnectionsTable {
  readonly id: Generated<string>;
  readonly name: string;
  readonly crm: Crm;
  /** `null`: the CRM's own address. */
  readonly base_url: string | null;
  /** Sealed by secrets.ts, bound to `id`. */
  readonly credentials: Buffer;
  /** The mapping file as the admin wrote it. */
  readonly mapping_text: string;
  readonly mapping: Json<Mapping>;
  /** Counts the mappings, those in {@link MappingsTable} before it. */
  readonly mapping_version: Generated<number>;
  /** How much the mapped fields hold, as the CRM last described them. */
  readonly field_limits: ColumnType<FieldLimits, string | undefined, string>;
  readonly account_id: string;
  readonly time_zone: string;
  readonly record_url: string;
  readonly state: Generated<'active' | 'halted'>;
  readonly halted_code: ErrorCode | null;
  readonly halted_reason: string | null;
  readonly settings: ColumnType<Readonly<Record<string, unknown>>, string | undefined, string>;
  readonly created_at: ColumnType<Date, Date | undefined, never>;
}

/** Mappings that another one has replaced. */
export interface MappingsTable {
  readonly connection_id: string;
  readonly version: number;
  readonly mapping: Json<Mapping>;
  readonly mapping_text: string;
  readonly replaced_at: Generated<Date>;
}

/** The tables of this file, by name. */
export interface ConnectionsTables {
  readonly connections: ConnectionsTable;
  readonly mappings: MappingsTable;
}
