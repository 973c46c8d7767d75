import { z } from 'zod';
import type { CrmValue } from '../../src/domain/mapped-value.ts';

/** `2026-04-25T15:50:37.000+0000` in REST, `…Z` elsewhere (design 2.1). */
export const Instant = z
  .string()
  .transform((text) => new Date(text.replace(/\+0000$/, 'Z')))
  .refine((instant) => !Number.isNaN(instant.getTime()), 'no instant');

const Id = z.string().regex(/^\w{15,18}$/);
const MaybeId = Id.nullish().transform((id) => id ?? null);
const MaybeText = z
  .string()
  .nullish()
  .transform((text) => text ?? null);
const MaybeInstant = Instant.nullish().transform((instant) => instant ?? null);
const MaybeDay = z.iso
  .date()
  .nullish()
  .transform((day) => day ?? null);
const MaybeNumber = z
  .number()
  .nullish()
  .transform((number) => number ?? null);
/** A checkbox; false where the org lacks the field. */
const Checkbox = z
  .boolean()
  .nullish()
  .transform((checked) => checked ?? false);

const Stamped = { Id, SystemModstamp: Instant, IsDeleted: Checkbox };

export const PersonRow = z.looseObject({
  ...Stamped,
  CreatedDate: Instant,
  OwnerId: MaybeId,
  AccountId: MaybeId,
  MasterRecordId: MaybeId,
  IsConverted: Checkbox,
  ConvertedContactId: MaybeId,
});
export const AccountRow = z.looseObject(Stamped);
export const OpportunityRow = z.looseObject({
  ...Stamped,
  AccountId: MaybeId,
  StageName: z.string(),
  Amount: MaybeNumber,
  IsClosed: Checkbox,
  IsWon: Checkbox,
  CloseDate: MaybeDay,
  CreatedDate: Instant,
});
export const RoleRow = z.looseObject({ OpportunityId: Id, ContactId: MaybeId });
export const ConvertedLeadRow = z.looseObject({ Id, ConvertedOpportunityId: Id });

export const TaskRow = z.looseObject({
  ...Stamped,
  WhoId: MaybeId,
  Subject: MaybeText,
  Description: MaybeText,
  Status: MaybeText,
  IsClosed: Checkbox,
  IsRecurrence: Checkbox,
  ActivityDate: MaybeDay,
  CompletedDateTime: MaybeInstant,
  CreatedDate: Instant,
  TaskSubtype: MaybeText,
  Type: MaybeText,
  CallType: MaybeText,
  CallDisposition: MaybeText,
  CallDurationInSeconds: MaybeNumber,
});
export type TaskRow = z.infer<typeof TaskRow>;

export const EventRow = z.looseObject({
  ...Stamped,
  WhoId: MaybeId,
  Subject: MaybeText,
  Type: MaybeText,
  StartDateTime: MaybeInstant,
  EndDateTime: MaybeInstant,
  ActivityDate: MaybeDay,
  IsChild: Checkbox,
  IsRecurrence: Checkbox,
  CreatedDate: Instant,
});
export type EventRow = z.infer<typeof EventRow>;

export const CampaignRow = z.looseObject({
  Id,
  Name: z.string(),
  Type: MaybeText,
  StartDate: MaybeDay,
  EndDate: MaybeDay,
});

export const CampaignMemberRow = z.looseObject({
  ...Stamped,
  CampaignId: Id,
  LeadId: MaybeId,
  ContactId: MaybeId,
  Status: MaybeText,
  HasResponded: Checkbox,
  FirstRespondedDate: MaybeDay,
  CreatedDate: Instant,
  Campaign: z
    .looseObject({ Type: MaybeText, Name: MaybeText })
    .nullish()
    .transform((campaign) => campaign ?? { Type: null, Name: null }),
});
export type CampaignMemberRow = z.infer<typeof CampaignMemberRow>;

export const EmailMessageRow = z.looseObject({
  ...Stamped,
  ActivityId: MaybeId,
  Incoming: Checkbox,
  IsOpened: Checkbox,
  MessageDate: MaybeInstant,
  FirstOpenedDate: MaybeInstant,
  CreatedDate: Instant,
});
export type EmailMessageRow = z.infer<typeof EmailMessageRow>;

export const EmailRelationRow = z.looseObject({ EmailMessageId: Id, RelationId: MaybeId, RelationType: MaybeText });

export const UserRow = z.looseObject({ Id, Name: z.string(), IsActive: Checkbox });
export const GroupRow = z.looseObject({ Id, Name: z.string() });

/** Describe types whose values are numbers; every custom number is a double on the wire (design 5). */
export const NUMBER_TYPES: ReadonlySet<string> = new Set(['double', 'int', 'long', 'currency', 'percent']);

/** A value for a mapping: multi-selects are lists, empty text is missing, instants end in Z. */
export function crmValueOf(value: unknown, type: string): CrmValue {
  if (value === null || value === undefined || value === '') return { value: null, text: null };
  const text = String(value);
  if (typeof value === 'boolean' || typeof value === 'number') return { value, text };
  if (NUMBER_TYPES.has(type)) return { value: Number(text), text };
  if (type === 'multipicklist') return { value: text.split(';'), text };
  if (type === 'datetime') return { value: Instant.parse(text).toISOString(), text };
  return { value: text, text };
}
