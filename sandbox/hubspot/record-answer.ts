import type { Request } from 'express';
import { OBJECT_TYPES, type ObjectType } from './object-types.ts';
import { type HubspotRecord, isoOf } from './record.ts';
import type { HubspotSettings } from './settings.ts';

/** A record in HubSpot's shape. */
export interface RecordAnswer {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly archived: boolean;
  readonly archivedAt?: string;
  readonly url?: string;
}

/**
 * A record as an answer shows it.
 *
 * @param asked - properties asked for; those that nobody knows are left out in silence, none means the defaults
 */
export function recordAnswer(
  type: ObjectType,
  record: HubspotRecord,
  asked: readonly string[],
  { portalId }: HubspotSettings,
  isKnown: (property: string) => boolean,
): RecordAnswer {
  const { typeId, created, modified, defaults } = OBJECT_TYPES[type];
  const names = [...(asked.length > 0 ? asked.filter(isKnown) : defaults), created, modified, 'hs_object_id'];
  const properties = Object.fromEntries([...new Set(names)].map((name) => [name, record.fields[name] ?? null]));
  return {
    id: String(record.id),
    properties,
    createdAt: isoOf(record.createdMs),
    updatedAt: isoOf(record.modifiedMs),
    archived: record.archivedMs !== null,
    ...(record.archivedMs === null ? {} : { archivedAt: isoOf(record.archivedMs) }),
    url: `https://app.hubspot.com/contacts/${portalId}/record/${typeId}/${record.id}`,
  };
}

/** Values of a query parameter that is a comma-separated list, a repeated one, or both. */
export function listOf(request: Request, parameter: string): string[] {
  return [request.query[parameter] ?? []]
    .flat()
    .flatMap((value) => String(value).split(','))
    .map((value) => value.trim())
    .filter((value) => value !== '');
}
