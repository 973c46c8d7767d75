import type { SandboxClock } from '../clock.ts';
import type { World } from '../world/world.ts';
import { ApiError } from './api-error.ts';
import { Census } from './census.ts';
import { type FieldAccess, fieldAccess } from './field-access.ts';
import { canonicalId, idOf, type ObjectName, parseId } from './ids.ts';
import { Journal } from './journal.ts';
import { eventRows, memberRows, taskRows } from './rows/activity-rows.ts';
import { customColumns } from './rows/custom-columns.ts';
import { contactRows, leadRows } from './rows/people-rows.ts';
import { accountRows, contactRoleRows, opportunityRows } from './rows/sales-rows.ts';
import { integrationUserId, type WorldOrg } from './rows/world-org.ts';
import { SOBJECTS, TOOLING_ONLY } from './schema/all.ts';
import type { Field } from './schema/field.ts';
import type { Sobject } from './schema/sobject.ts';
import type { SalesforceSettings } from './settings.ts';
import { setupRows } from './setup-rows.ts';
import { Table, type WorldRows } from './table.ts';
import { secondsOf } from './value.ts';

const WORLD_ROWS: Partial<Record<ObjectName, (org: WorldOrg) => WorldRows>> = {
  Lead: leadRows,
  Contact: contactRows,
  Account: accountRows,
  Opportunity: opportunityRows,
  OpportunityContactRole: contactRoleRows,
  Task: taskRows,
  Event: eventRows,
  CampaignMember: memberRows,
};

/** A child relationship that a subquery may name. */
export interface ChildRelationship {
  readonly object: ObjectName;
  readonly field: string;
}

/** The org: its objects and rows, as the integration user sees them. */
export class Org implements WorldOrg {
  readonly id = idOf('Organization', 0);
  readonly world: World;
  readonly settings: SalesforceSettings;
  readonly userId: string;
  readonly access: FieldAccess;
  readonly journal = new Journal();
  readonly #clock: SandboxClock;
  readonly #sobjects: ReadonlyMap<string, Sobject>;
  readonly #tables = new Map<ObjectName, Table>();
  #census: Census | null = null;

  constructor(world: World, clock: SandboxClock, settings: SalesforceSettings) {
    this.world = world;
    this.settings = settings;
    this.#clock = clock;
    this.userId = integrationUserId(world);
    this.#sobjects = ownSobjects(world);
    this.access = fieldAccess(
      () => this.table('FieldPermissions'),
      () => this.table('PermissionSetAssignment'),
      this.userId,
    );
    this.#fillSetup();
  }

  /** One pass over the world, made when people are first asked for. */
  get census(): Census {
    this.#census ??= new Census(this.world);
    return this.#census;
  }

  now(): Date {
    return this.#clock.now();
  }

  /** Sandbox time in whole seconds since 1970, as stamps are kept. */
  nowSeconds(): number {
    return secondsOf(this.#clock.now());
  }

  table(name: ObjectName): Table {
    const existing = this.#tables.get(name);
    if (existing !== undefined) return existing;
    const table = new Table(this.#sobjects.get(name.toLowerCase())!, this.journal, WORLD_ROWS[name]?.(this));
    this.#tables.set(name, table);
    return table;
  }

  /** The table of an object named by a client, without case. @throws {ApiError} `INVALID_TYPE` for an unknown one. */
  tableOf(name: string): Table {
    const sobject = this.#sobjects.get(name.toLowerCase());
    if (sobject === undefined) {
      throw new ApiError(400, 'INVALID_TYPE', `sObject type '${name}' is not supported.`);
    }
    return this.table(sobject.name);
  }

  /** An object by name without case; `undefined` if there is none. */
  sobject(name: string): Sobject | undefined {
    return this.#sobjects.get(name.toLowerCase());
  }

  /** The objects of the data API, by name. */
  sobjects(): readonly Sobject[] {
    return [...this.#sobjects.values()].filter(({ name }) => !TOOLING_ONLY.has(name));
  }

  /** A field by name without case, if the user may see it. */
  visibleField(sobject: Sobject, name: string): Field | undefined {
    const field = sobject.fields.get(name.toLowerCase());
    return field !== undefined && this.access.canRead(sobject.name, field.name) ? field : undefined;
  }

  visibleFields(sobject: Sobject): readonly Field[] {
    return [...sobject.fields.values()].filter((field) => this.access.canRead(sobject.name, field.name));
  }

  /** The reference field behind a relationship name. */
  relationship(sobject: Sobject, name: string): Field | undefined {
    const wanted = name.toLowerCase();
    return [...sobject.fields.values()].find((field) => field.relationship?.toLowerCase() === wanted);
  }

  /** The child object and field behind a plural such as `OpportunityContactRoles` or `Tasks`. */
  childRelationship(parent: Sobject, plural: string): ChildRelationship | undefined {
    for (const child of this.sobjects()) {
      const names = [`${child.name}s`, child.labelPlural.replaceAll(' ', '')].map((name) => name.toLowerCase());
      if (!names.includes(plural.toLowerCase())) continue;
      const field = [...child.fields.values()].find(({ referenceTo }) => referenceTo.includes(parent.name));
      if (field !== undefined) return { object: child.name, field: field.name };
    }
    return undefined;
  }

  /** Rows that may have `text` in an id or reference field; `undefined` where all rows must be read. */
  rowsNaming(table: Table, field: Field, text: string): readonly number[] | undefined {
    const id = canonicalId(text);
    if (id === null) return [];
    if (field.type !== 'id') return table.rowsNaming(field.name, id);
    const named = parseId(id);
    return named?.object === table.sobject.name ? [named.row] : [];
  }

  #fillSetup(): void {
    for (const [name, rows] of Object.entries(setupRows(this.world, this.settings))) {
      const table = this.table(name as ObjectName); // Object.entries forgets the keys
      for (const { values, stamp } of rows) table.insert(values, stamp);
    }
  }
}

/** The objects of one org: fields that are added to it must not appear in another. */
function ownSobjects(world: World): ReadonlyMap<string, Sobject> {
  const custom = customColumns(world).map(({ field }) => [field.name.toLowerCase(), field] as const);
  return new Map(
    Object.values(SOBJECTS).map((sobject) => {
      const isPerson = sobject.name === 'Lead' || sobject.name === 'Contact';
      const fields = new Map([...sobject.fields, ...(isPerson ? custom : [])]);
      return [sobject.name.toLowerCase(), { ...sobject, fields }];
    }),
  );
}
