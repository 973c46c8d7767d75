import { z } from 'zod';
import { ENGAGEMENT_TYPES } from '../domain/lead.ts';
import {
  Condition,
  Days,
  hasOneOperator,
  isWellNamed,
  ONE_OPERATOR,
  OPERATORS,
  operatorShape,
  strict,
  Text,
} from './condition.ts';

/** Points with at most two decimals, so that they are whole hundredths, and so few that their sums are exact. */
const Points = z
  .number()
  .min(-1e9)
  .max(1e9)
  .refine((points) => Math.abs(points * 100 - Math.round(points * 100)) < 1e-6, { error: 'at most two decimals' });

const WholePoints = z.number().refine(Number.isSafeInteger, { error: 'whole points' });

/** Words of our own, and whatever a connector calls `custom:…`. */
const EngagementType = z
  .string()
  .refine(isKnownType, { error: 'an engagement type, or custom:…' })
  .meta({ anyOf: [{ enum: ENGAGEMENT_TYPES }, { pattern: '^custom:' }] });

/** Starts with a letter: JavaScript would move names that are numbers to the front. */
const Name = z.string().regex(/^\p{L}/u, { error: 'a name that starts with a letter' });

/** Becomes part of a file's name. */
export const TemplateName = z.string().regex(/^[A-Za-z\d][A-Za-z\d-]*$/, { error: 'the name of a template' });

const Occurrence = strict({ type: EngagementType, where: Condition.optional() });

const every = {
  id: Text.describe('Its name, once in the model.'),
  dimension: z.string().describe('Dimension that receives the points.'),
  label: Text.describe('What a rep reads as the reason.'),
};

const Limit = strict({ times: z.number().int().min(1), perDays: Days });

const HalfLife = z.number().positive();

/** Options of the rules that count occurrences one by one. */
const options = {
  points: Points.describe('For each that counts.'),
  withinDays: Days.optional().describe('Of an engagement the age it may have, of a sequence the span of its steps.'),
  limit: Limit.optional().describe('Count so many within any so many days.'),
  halfLifeDays: z
    .union([HalfLife, z.literal('none')], { error: 'days above 0, or none' })
    .optional()
    .describe('Days in which the points halve; none switches the decay of the dimension off.'),
  maxPoints: Points.optional().describe('Most that the rule gives in all, after decay; of the sign of the points.'),
};

const AttributeRule = strict({ ...every, when: Condition, points: Points });

const TableRow = strict({ ...operatorShape, points: Points })
  .refine(hasOneOperator, { error: `exactly one of ${OPERATORS.join(', ')}`, when: isWellNamed })
  .meta(ONE_OPERATOR);
const ElseRow = strict({ else: Points });

const TableRule = strict({
  ...every,
  attribute: Text,
  table: z.array(z.union([TableRow, ElseRow], { error: 'a table row' })).min(1),
});
const EngagementRule = strict({ ...every, on: Occurrence, ...options });
const CountRule = strict({
  ...every,
  count: strict({ ...Occurrence.shape, atLeast: z.number().int().min(1), withinDays: Days }),
  points: Points,
});
const SequenceRule = strict({ ...every, sequence: z.array(Occurrence).min(1), ...options });
const AbsenceRule = strict({
  ...every,
  absence: strict({ types: z.array(EngagementType).min(1), days: Days }),
  points: Points,
});

/** Key by which each kind of rule is told, in the order of the union's options. */
export const RULE_KEYS = ['when', 'table', 'on', 'count', 'sequence', 'absence'] as const;

const Rule = z
  .union([AttributeRule, TableRule, EngagementRule, CountRule, SequenceRule, AbsenceRule], { error: 'a rule' })
  .meta({ id: 'Rule' });

const Bounds = strict({ min: WholePoints, max: WholePoints });
const Dimension = strict({ min: WholePoints, max: WholePoints, halfLifeDays: HalfLife.optional() });

/** How a company's score follows from its leads' scores; see company-score.ts. */
const RollUp = strict({
  /** Dimension of the company model that receives the points. */
  dimension: z.string(),
  by: z.enum(['max', 'sum', 'top', 'decayed']),
  /** How many of the best leads `top` adds up. */
  k: z.number().int().min(1).default(3),
  /** Days in which the weight of a lead halves since its last engagement, for `decayed`. */
  halfLifeDays: HalfLife.default(30),
});

/** The YAML of a score model as a marketer writes it, before the templates it includes are read. */
export const ModelFile = strict({
  name: Text,
  version: z.number().int().min(1),
  object: z.enum(['lead', 'company']).describe('What it scores.'),
  include: z.array(TemplateName).optional().describe('Templates whose rules follow its own.'),
  appliesTo: Condition.optional().describe('Leads it scores; left out: all.'),
  priority: z.number().int().default(0).describe('Of the models that apply to a lead the highest scores it.'),
  dimensions: z.record(Name, Dimension).describe('Parts of the score, each with its own bounds.'),
  total: Bounds.default({ min: 0, max: 100 }).describe('Bounds of the score.'),
  bands: z
    .array(strict({ name: Text, from: z.number() }))
    .min(1)
    .describe('From the highest bound to the lowest; below all of them a lead is in the last.'),
  hysteresis: z
    .number()
    .min(0)
    .default(0)
    .describe('Points below the bound of its band at which a lead that was in it stays in it.'),
  grades: z
    .record(Name, z.record(z.string(), z.number()))
    .optional()
    .describe('Dimension → letter → lowest points that earn it.'),
  writeBack: strict({ minDelta: z.number().positive().default(3) })
    .default({ minDelta: 3 })
    .describe('Least change of the score, in points, that is written to the CRM before its time.'),
  rollUp: RollUp.optional().describe("How a company's score follows from those of its leads."),
  rules: z.array(Rule).describe('In any order; of equal reasons the first is named first.'),
}).meta({ title: 'Scorewire score model' });

/** A checked model with the rules it includes; the engine trusts it. */
export type ScoreModel = Omit<z.infer<typeof ModelFile>, 'include'>;

/** One line of a model, worth points. */
export type Rule = z.infer<typeof Rule>;
export type AttributeRule = z.infer<typeof AttributeRule>;
export type TableRule = z.infer<typeof TableRule>;
export type EngagementRule = z.infer<typeof EngagementRule>;
export type SequenceRule = z.infer<typeof SequenceRule>;
export type CountRule = z.infer<typeof CountRule>;
export type AbsenceRule = z.infer<typeof AbsenceRule>;
/** A type of engagement, and what the engagement must satisfy to count. */
export type Occurrence = z.infer<typeof Occurrence>;

/** Whether a type is one of our words or starts with `custom:`. */
export function isKnownType(type: string): boolean {
  return TYPES.has(type) || type.startsWith('custom:');
}

const TYPES: ReadonlySet<string> = new Set(ENGAGEMENT_TYPES);
