import { z } from 'zod';

/*
 * What HubSpot really sends, as far as we read it (shared/design/hubspot.md 1.2, 2, 5). Unknown fields pass; ids are
 * text everywhere, though some endpoints send numbers.
 */

/** An id; a number in some answers. */
export const Id = z.union([z.string().min(1), z.number().int()]).transform(String);

/** An instant: ISO-8601, or epoch milliseconds as number or text. */
export const Instant = z.union([z.string().min(1), z.number()]).transform((value, context) => {
  const at = new Date(typeof value === 'number' || /^-?\d+$/.test(value) ? Number(value) : value);
  if (!Number.isNaN(at.getTime())) return at;
  context.addIssue({ code: 'custom', message: 'no instant' });
  return z.NEVER;
});

const PropertyValue = z
  .union([z.string(), z.number().transform(String), z.boolean().transform(String), z.null()])
  .optional();

const NextPage = z
  .object({ next: z.object({ after: z.union([z.string(), z.number()]).transform(String) }).nullish() })
  .nullish()
  .transform((paging) => paging?.next?.after ?? null);

/** A record of any object. */
export const HubspotRecord = z.object({
  id: Id.pipe(z.string().regex(/^\d+$/)),
  properties: z.record(z.string(), PropertyValue),
  createdAt: Instant,
  updatedAt: Instant,
  archived: z.boolean().nullish(),
  associations: z
    .record(
      z.string(),
      z.object({ results: z.array(z.object({ id: Id, type: z.string().catch('') })), paging: NextPage }),
    )
    .nullish(),
});
export type HubspotRecord = z.infer<typeof HubspotRecord>;

/** A value that a property has or had; where it came from is told in HubSpot's own words. */
export const PropertyVersion = z.object({
  value: PropertyValue,
  timestamp: Instant,
  sourceType: z.string().catch(''),
  sourceId: z.string().nullish().catch(null),
  updatedByUserId: Id.nullish().catch(null),
});
export type PropertyVersion = z.infer<typeof PropertyVersion>;

/** A record with the values that the properties asked for have had. */
export const RecordWithHistory = HubspotRecord.extend({
  propertiesWithHistory: z.record(z.string(), z.array(PropertyVersion)).default({}),
});
export type RecordWithHistory = z.infer<typeof RecordWithHistory>;

/** A page whose records are read one by one, so that one unreadable record does not lose the page. */
export const RecordPage = z.object({ results: z.array(z.unknown()), paging: NextPage });

/** Answer of a batch endpoint, 200, 201 or 207. Its `status` says COMPLETE even with errors: it is not read. */
export const BatchAnswer = z.object({
  results: z.array(z.unknown()).default([]),
  errors: z.array(z.unknown()).default([]),
});

/** One written record; the stamp and the trace id help to tell which input it answers. */
export const WrittenRecord = z.object({
  id: Id,
  updatedAt: Instant.optional(),
  objectWriteTraceId: z.string().nullish(),
  properties: z.record(z.string(), PropertyValue).nullish(),
});

export const AssociationPage = z.object({
  from: z.object({ id: Id }),
  to: z.array(
    z.object({
      toObjectId: Id,
      associationTypes: z.array(z.object({ category: z.string().catch(''), typeId: z.number().catch(0) })).catch([]),
    }),
  ),
  paging: NextPage,
});

export const Owner = z.object({
  id: Id,
  type: z.string().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  updatedAt: Instant,
  archived: z.boolean().nullish(),
});

export const Campaign = z.object({
  id: Id,
  updatedAt: Instant,
  properties: z.record(z.string(), PropertyValue),
});

const PropertyOption = z.object({ value: z.string(), label: z.string().catch('') });

export const PropertyDefinition = z.object({
  name: z.string(),
  type: z.string(),
  fieldType: z.string().catch(''),
  /** Of an enumeration; hidden ones are left out of forms, and may be written all the same. */
  options: z.array(PropertyOption).catch([]),
  /** The options live elsewhere, such as the portal's owners. */
  externalOptions: z.boolean().catch(false),
  calculated: z.boolean().catch(false),
  modificationMetadata: z.object({ readOnlyValue: z.boolean().catch(false) }).catch({ readOnlyValue: false }),
});
export type PropertyDefinition = z.infer<typeof PropertyDefinition>;
export const PropertyList = z.object({ results: z.array(PropertyDefinition) });

export const GroupList = z.object({ results: z.array(z.object({ name: z.string() })) });

export const Account = z.object({
  portalId: Id,
  timeZone: z.string().catch('UTC'),
  uiDomain: z.string().catch('app.hubspot.com'),
});

export const TokenAnswer = z.object({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  /** Seconds, 1800 today. */
  expires_in: z.number().positive(),
});

/** What HubSpot tells of a token: the app it belongs to, in the words of OAuth or of keys. */
export const TokenInfo = z
  .object({ app_id: Id.optional(), appId: Id.optional() })
  .transform(({ app_id: oauthApp, appId }) => oauthApp ?? appId ?? null);

export const EventTypes = z.object({
  eventTypes: z.array(z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)])),
});

export const EventOccurrence = z.object({
  id: Id,
  eventType: z.string(),
  objectId: Id,
  occurredAt: Instant,
  properties: z.record(z.string(), PropertyValue).default({}),
});

export const Form = z.object({ id: Id, name: z.string().catch('') });

export const FormSubmission = z.object({
  conversionId: z.string().nullish(),
  submittedAt: Instant,
  values: z.array(z.object({ name: z.string(), value: z.unknown() })).catch([]),
  pageUrl: z.string().nullish(),
});
