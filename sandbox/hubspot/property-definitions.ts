import type { SandboxClock } from '../clock.ts';
import type { World } from '../world/world.ts';
import { conflict, notFound, refused } from './hubspot-error.ts';
import type { ObjectType } from './object-types.ts';
import { builtInProperties, FIELD_TYPES, type PropertyType } from './property-catalog.ts';
import { isoOf } from './record.ts';

/** One choice of an enumeration. */
export interface PropertyOption {
  readonly label: string;
  readonly value: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
}

/** What a property is. */
export interface PropertyDefinition {
  readonly name: string;
  readonly label: string;
  readonly description: string;
  readonly type: PropertyType;
  readonly fieldType: string;
  readonly groupName: string;
  readonly options: readonly PropertyOption[];
  readonly hasUniqueValue: boolean;
  readonly formField: boolean;
  readonly hidden: boolean;
  readonly displayOrder: number;
  readonly isBuiltIn: boolean;
  readonly isReadOnly: boolean;
  readonly createdMs: number;
  readonly updatedMs: number;
  readonly archivedMs: number | null;
}

/** A folder of properties. */
export interface PropertyGroup {
  readonly name: string;
  readonly label: string;
  readonly displayOrder: number;
}

/** The properties and groups of one object. */
export class PropertyDefinitions {
  readonly #clock: SandboxClock;
  readonly #properties = new Map<string, PropertyDefinition>();
  readonly #groups = new Map<string, PropertyGroup>();

  constructor(type: ObjectType, world: World, clock: SandboxClock) {
    this.#clock = clock;
    const madeMs = world.now.getTime();
    for (const { name, type: kind, group, options, isReadOnly } of builtInProperties(type)) {
      this.#groups.set(group, { name: group, label: labelOf(group), displayOrder: 0 });
      this.#properties.set(name, {
        ...blank(name, kind, group, madeMs),
        options: options.map((value, displayOrder) => ({ label: labelOf(value), value, displayOrder, hidden: false })),
        isBuiltIn: true,
        isReadOnly,
      });
    }
    if (type !== 'contacts') return;
    for (const { header, name, type: kind } of world.extraColumns) {
      const property = blank(name, kind === 'number' ? 'number' : 'string', 'contactinformation', madeMs);
      // The columns were there before us: they count as the account's own, not as created through the API.
      if (!this.#properties.has(name)) this.#properties.set(name, { ...property, label: header, isBuiltIn: true });
    }
  }

  /** The definition, `null` if unknown or archived. */
  find(name: string): PropertyDefinition | null {
    const property = this.#properties.get(name);
    return property && property.archivedMs === null ? property : null;
  }

  /** The definition, archived or not; `null` if there never was one. */
  findAny(name: string): PropertyDefinition | null {
    return this.#properties.get(name) ?? null;
  }

  all(isArchived: boolean): PropertyDefinition[] {
    return [...this.#properties.values()].filter(({ archivedMs }) => (archivedMs !== null) === isArchived);
  }

  /** Names of the properties that were created through the API, sorted. */
  customNames(): string[] {
    return this.all(false)
      .filter(({ isBuiltIn }) => !isBuiltIn)
      .map(({ name }) => name)
      .sort();
  }

  /** Adds a property, or brings an archived one of that name back with its old instant of creation. */
  create(wanted: NewProperty): PropertyDefinition {
    const known = this.#properties.get(wanted.name);
    if (known && known.archivedMs === null) {
      throw conflict(`A property named '${wanted.name}' already exists.`, 'Properties.PROPERTY_WITH_NAME_EXISTS');
    }
    this.#check(wanted);
    const nowMs = this.#clock.now().getTime();
    const property = { ...blank(wanted.name, wanted.type, wanted.groupName, nowMs), ...wanted };
    const kept = known ? { ...property, createdMs: known.createdMs } : property;
    this.#properties.set(wanted.name, kept);
    return kept;
  }

  /** Changes a property; `options` replaces the whole list. */
  update(name: string, change: Partial<NewProperty>): PropertyDefinition {
    const known = this.find(name);
    if (!known) throw notFound(`No property exists with the name '${name}'`);
    const changed = { ...known, ...change, name, updatedMs: this.#clock.now().getTime() };
    this.#check(changed);
    this.#properties.set(name, changed);
    return changed;
  }

  archive(name: string): void {
    const known = this.find(name);
    if (!known) return;
    if (known.isBuiltIn) throw refused(`Property '${name}' is read only`, 'PropertyValidationError.READ_ONLY');
    this.#properties.set(name, { ...known, archivedMs: this.#clock.now().getTime() });
  }

  groups(): PropertyGroup[] {
    return [...this.#groups.values()];
  }

  createGroup(group: PropertyGroup): PropertyGroup {
    if (this.#groups.has(group.name)) {
      throw conflict(`Property group '${group.name}' already exists.`, 'PropertyGroupError.GROUP_WITH_NAME_EXISTS');
    }
    this.#groups.set(group.name, group);
    return group;
  }

  archiveGroup(name: string): void {
    if (this.all(false).some(({ groupName }) => groupName === name)) {
      throw refused(
        `Property group '${name}' has active properties`,
        'PropertyGroupError.GROUP_WITH_ACTIVE_PROPERTIES',
      );
    }
    this.#groups.delete(name);
  }

  #check({ name, type, fieldType, groupName, options }: NewProperty): void {
    if (!/^[a-z][a-z0-9_]{0,99}$/.test(name)) throw refused(`Property name '${name}' is invalid`, 'INVALID_NAME');
    const fieldTypes: readonly string[] = FIELD_TYPES[type];
    if (!fieldTypes.includes(fieldType)) {
      throw refused(
        `fieldType '${fieldType}' does not fit type '${type}'`,
        'PropertyValidationError.INVALID_FIELD_TYPE',
      );
    }
    if (!this.#groups.has(groupName)) {
      throw refused(`Property group '${groupName}' does not exist`, 'PropertyValidationError.GROUP_DOES_NOT_EXIST');
    }
    if (type === 'enumeration' && fieldType !== 'booleancheckbox' && options.length === 0) {
      throw refused(`Enumeration '${name}' has no options`, 'PropertyValidationError.NO_OPTIONS');
    }
  }
}

/** What a caller says of a new property. */
export type NewProperty = Pick<
  PropertyDefinition,
  | 'name'
  | 'label'
  | 'description'
  | 'type'
  | 'fieldType'
  | 'groupName'
  | 'options'
  | 'hasUniqueValue'
  | 'formField'
  | 'hidden'
  | 'displayOrder'
>;

/** The definition as HubSpot sends it. */
export function propertyAnswer(property: PropertyDefinition): object {
  const { isBuiltIn, isReadOnly, createdMs, updatedMs, archivedMs, ...told } = property;
  return {
    ...told,
    calculated: isReadOnly,
    externalOptions: property.name === 'hubspot_owner_id',
    ...(property.name === 'hubspot_owner_id' ? { referencedObjectType: 'OWNER' } : {}),
    hubspotDefined: isBuiltIn,
    dataSensitivity: 'non_sensitive',
    modificationMetadata: {
      archivable: !isBuiltIn,
      readOnlyDefinition: isBuiltIn,
      readOnlyOptions: isBuiltIn && property.name !== 'lifecyclestage',
      readOnlyValue: isReadOnly,
    },
    createdAt: isoOf(createdMs),
    updatedAt: isoOf(updatedMs),
    archived: archivedMs !== null,
    ...(archivedMs === null ? {} : { archivedAt: isoOf(archivedMs) }),
  };
}

function blank(name: string, type: PropertyType, groupName: string, atMs: number): PropertyDefinition {
  return {
    name,
    label: labelOf(name),
    description: '',
    type,
    fieldType: FIELD_TYPES[type][0],
    groupName,
    options: [],
    hasUniqueValue: name === 'email',
    formField: false,
    hidden: false,
    displayOrder: -1,
    isBuiltIn: false,
    isReadOnly: false,
    createdMs: atMs,
    updatedMs: atMs,
    archivedMs: null,
  };
}

function labelOf(name: string): string {
  const words = name.replace(/^hs_/, '').replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
