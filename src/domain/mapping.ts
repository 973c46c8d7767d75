import { z } from 'zod';
import { AttributeMappings, CompanyAttributes } from './attribute-mappings.ts';
import { CRMS, type LeadObject } from './crm.ts';
import { isWritten } from './field-mapping.ts';
import { SCORE_FIELDS, type ScoreField } from './score-field.ts';

/** Where a lead stands, and how far we may move it. */
const LifecycleMapping = z
  .strictObject({
    /** The CRM's property, such as `lifecyclestage` or `Status`. */
    field: z.string().min(1),
    /** Every stage we may pass, lowest first. A value outside the list is never touched. */
    order: z.array(z.string().min(1)).min(1),
    /** Band → stage a lead of that band reaches at least. */
    onBand: z.record(z.string(), z.string()),
    /** Stages that belong to people: a lead in one is left alone. */
    protected: z.array(z.string()).default([]),
  })
  .superRefine(({ order, onBand }, context) => {
    for (const [band, stage] of Object.entries(onBand)) {
      if (order.includes(stage)) continue;
      context.addIssue({
        code: 'custom',
        path: ['onBand', band],
        message: `found ${stage}, expected a stage of order`,
      });
    }
  });

const LeadObjectMapping = z.strictObject({
  attributes: AttributeMappings,
  lifecycle: LifecycleMapping.optional(),
});

/** When and to whom the follow-up of a hot lead goes. */
const TaskPolicy = z.strictObject({
  enabled: z.boolean().default(true),
  /** Band whose leads get a task. */
  band: z.string().default('hot'),
  /** Minutes from turning hot until the task is due, counted within business hours. */
  dueWithinMinutes: z.number().int().positive().default(60),
  /** A lead that leaves the band for less than this long is still in the same hot spell. */
  coolDownDays: z.number().nonnegative().default(14),
  businessHours: z
    .strictObject({
      timeZone: z.string().default('UTC'),
      /** ISO weekdays, 1 is Monday. */
      days: z.array(z.number().int().min(1).max(7)).min(1).default([1, 2, 3, 4, 5]),
      from: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
        .default('09:00'),
      to: z
        .string()
        .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
        .default('18:00'),
    })
    .prefault({}),
  /** Reps for leads without an active owner, in turn by weight. Empty: the task has no owner. */
  reps: z
    .array(
      z.strictObject({
        ownerId: z.string().min(1),
        weight: z.number().int().positive().default(1),
        absentFrom: z.iso.date().optional(),
        absentUntil: z.iso.date().optional(),
      }),
    )
    .default([]),
});

/** What a plan may hold and still be written without asking; what is left out has no limit. */
const ApprovalPolicy = z.strictObject({
  /** Share of all leads that change from one band to another, 0 to 1. */
  bandChanges: z.number().min(0).max(1).optional(),
  /** Leads that move to another lifecycle stage. */
  stageMoves: z.number().int().min(0).optional(),
  /** Tasks that one rep gets for one day. */
  tasksPerRep: z.number().int().min(0).optional(),
});

/** What this connection may take of the account. */
const BudgetPolicy = z.strictObject({
  /** Part of the account's daily API calls, above 0 to 1; left out: all. */
  dailyShare: z.number().positive().max(1).optional(),
});

const fieldNames = Object.fromEntries(Object.keys(SCORE_FIELDS).map((field) => [field, z.string().min(1)])) as Record<
  ScoreField,
  z.ZodString
>; // Object.fromEntries forgets the keys

/** One connection's mapping file: our words on the left, the CRM's on the right. Unknown keys are refused. */
export const Mapping = z
  .strictObject({
    crm: z.enum(CRMS),
    /** Per CRM object of leads; HubSpot has `contact` only. */
    leads: z.strictObject({ contact: LeadObjectMapping, lead: LeadObjectMapping.optional() }),
    company: z.strictObject({ attributes: CompanyAttributes }),
    scoreFields: z.strictObject(fieldNames),
    tasks: TaskPolicy.prefault({}),
    approval: ApprovalPolicy.prefault({}),
    budget: BudgetPolicy.prefault({}),
    /** A field of ours that somebody else has overwritten so often in one lead is left to them there. */
    fieldFights: z.strictObject({ rounds: z.number().int().positive().default(3) }).prefault({}),
  })
  .superRefine((mapping, context) => {
    for (const { path, field, first } of doublyWritten(mapping)) {
      context.addIssue({ code: 'custom', path: [...path], message: `${field} is written by ${first} already` });
    }
  });
export type Mapping = z.infer<typeof Mapping>;
export type LifecycleMapping = z.infer<typeof LifecycleMapping>;
export type TaskPolicy = z.infer<typeof TaskPolicy>;
export type ApprovalPolicy = z.infer<typeof ApprovalPolicy>;

/** The objects that a mapping makes leads of. */
export function leadObjects({ leads }: Pick<Mapping, 'leads'>): readonly LeadObject[] {
  return leads.lead === undefined ? ['contact'] : ['lead', 'contact'];
}

/** Lines that write a field that another line of the same object writes. */
function doublyWritten({ leads, scoreFields }: Pick<Mapping, 'leads' | 'scoreFields'>) {
  return leadObjects({ leads }).flatMap((object) => {
    const { attributes = {}, lifecycle } = leads[object] ?? {};
    const written = [
      ...Object.entries(scoreFields).map(([name, field]) => ({ path: ['scoreFields', name], field })),
      ...(lifecycle === undefined ? [] : [{ path: ['leads', object, 'lifecycle', 'field'], field: lifecycle.field }]),
      ...Object.entries(attributes)
        .filter(([, line]) => isWritten(line))
        .map(([name, { field }]) => ({ path: ['leads', object, 'attributes', name, 'field'], field })),
    ];
    return written.flatMap(({ path, field }, index) => {
      const first = written.slice(0, index).find((other) => other.field.toLowerCase() === field.toLowerCase());
      return first === undefined ? [] : [{ path, field, first: first.path.join('.') }];
    });
  });
}
