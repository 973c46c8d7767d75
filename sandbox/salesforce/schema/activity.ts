import { sobject } from './sobject.ts';

/** Task: to-dos, calls and logged e-mails. */
export const TASK = sobject(
  'Task',
  `WhoId reference cu -> Contact|Lead as Who
  WhatId reference cu -> Account|Campaign|Opportunity as What
  Subject combobox(255) cu
  ActivityDate date cu
  Status picklist curd = Not Started|In Progress|Completed|Waiting on someone else|Deferred
  Priority picklist curd = High|Normal|Low
  IsHighPriority boolean d
  OwnerId reference curd -> Group|User as Owner
  Description textarea(32000) cu
  Type picklist cu = Call|Meeting|Email|Web|Other
  AccountId reference -> Account as Account
  IsClosed boolean d
  IsArchived boolean d
  CallDurationInSeconds int(8) cu
  CallType picklist cu = Internal|Inbound|Outbound
  CallDisposition string(255) cu
  CallObject string(255) cu
  ReminderDateTime datetime cu
  IsReminderSet boolean cud
  IsRecurrence boolean cd
  TaskSubtype picklist c! = Task|Email|ListEmail|Call|Cadence|LinkedIn
  CompletedDateTime datetime`,
);

/** Event: meetings. */
export const EVENT = sobject(
  'Event',
  `WhoId reference cu -> Contact|Lead as Who
  WhatId reference cu -> Account|Campaign|Opportunity as What
  Subject combobox(255) cu
  Location string(255) cu
  IsAllDayEvent boolean cud
  ActivityDateTime datetime cu
  ActivityDate date cu
  DurationInMinutes int(8) cu
  StartDateTime datetime cu
  EndDateTime datetime cu
  Description textarea(32000) cu
  Type picklist cu = Email|Meeting|Call|Other
  AccountId reference -> Account as Account
  OwnerId reference curd -> User as Owner
  IsPrivate boolean cud
  IsChild boolean d
  IsGroupEvent boolean d
  IsArchived boolean d
  IsRecurrence boolean cd
  EventSubtype picklist c! = Event|Cadence
  ReminderDateTime datetime cu
  IsReminderSet boolean cud`,
);

/** An e-mail kept by Enhanced Email. The world's e-mails are Tasks; this object holds what a client creates. */
export const EMAIL_MESSAGE = sobject(
  'EmailMessage',
  `ActivityId reference c -> Task as Activity
  RelatedToId reference cu -> Account|Campaign|Opportunity as RelatedTo
  FromAddress email cu
  ToAddress string(4000) cu
  Subject string(3000) cu
  TextBody textarea(32000) cu
  Incoming boolean cd
  Status picklist curd = 0|1|2|3|4|5
  MessageDate datetime cu
  IsTracked boolean cd
  IsOpened boolean d
  FirstOpenedDate datetime
  LastOpenedDate datetime`,
);

/** Who took part in an e-mail. */
export const EMAIL_MESSAGE_RELATION = sobject(
  'EmailMessageRelation',
  `EmailMessageId reference cr -> EmailMessage as EmailMessage
  RelationId reference c -> Contact|Lead|User as Relation
  RelationType picklist cr = ToAddress|CcAddress|BccAddress|FromAddress|OtherAddress
  RelationAddress string(320) c
  RelationObjectType string(40)`,
);
