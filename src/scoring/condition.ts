import { RE2JS, RE2JSException } from 're2js';
import { z } from 'zod';
import { instantMsOf, numberOf } from '../domain/values.ts';
import { DAY_MS } from './points.ts';

/** A schema of an object that refuses unknown keys; the message of such an issue is the list of the known ones. */
export function strict<S extends z.ZodRawShape>(shape: S): z.ZodObject<S, z.core.$strict> {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : undefined),
  });
}

/** Text with something in it besides white space. */
export const Text = z.string().regex(/\S/, { error: 'text that is not empty' });

/** A length of time in days, above 0, at least a millisecond; fractions are allowed. */
export const Days = z
  .number()
  .refine((days) => Math.round(days * DAY_MS) >= 1, { error: 'days above 0' })
  .meta({ exclusiveMinimum: 0 });

const Scalar = z.union([Text, z.number(), z.boolean()], { error: 'text, a number or true or false' });
const Scalars = z.array(Scalar).min(1);

/** Something to be more or less than: a number, text that is one, or an instant. */
const Bound = z
  .union([z.number(), z.string()], { error: 'a number or an instant' })
  .refine((bound) => boundKind(bound) !== undefined, { error: 'a number or an instant' });

const Pattern = Text.refine(compiles, { error: 'a pattern in RE2 syntax' });

const operands = {
  equals: Scalar.describe('Text is compared after trimming and case folding, a number by value.'),
  notEquals: Scalar.describe('Holds for a missing value too.'),
  in: Scalars.describe('Equals one of these.'),
  notIn: Scalars.describe('Equals none of these; holds for a missing value too.'),
  contains: Text.describe('A piece of a text, or an element of a list.'),
  startsWith: Text,
  endsWith: Text,
  matches: Pattern.describe('A pattern in RE2 syntax, found anywhere, whatever the case; anchor it with ^ and $.'),
  gt: Bound.describe('More than a number, later than an instant.'),
  gte: Bound.describe('At least a number, an instant or later.'),
  lt: Bound.describe('Less than a number, earlier than an instant.'),
  lte: Bound.describe('At most a number, an instant or earlier.'),
  between: z
    .tuple([Bound, Bound])
    // A bound that is neither is told itself.
    .refine((ends) => new Set(ends.map(boundKind).filter((kind) => kind !== undefined)).size < 2, {
      error: 'two numbers or two instants',
    })
    .describe('From one number or instant to another, both included.'),
  exists: z.boolean().describe('Whether there is a value: no null, no blank text, no empty list.'),
  olderThanDays: Days.describe('An instant that is so many days ago or more.'),
  withinDays: Days.describe('An instant of the last so many days.'),
} as const;

/** A comparison of a condition or of a table's row. */
export type Operator = keyof typeof operands;

/** Every comparison, in the order of the documentation. */
export const OPERATORS = Object.keys(operands) as Operator[]; // Object.keys forgets the literal names

/** The comparisons as optional keys; {@link hasOneOperator} sees to it that one stands there. */
export const operatorShape = z.strictObject(operands).partial().shape;

/** One comparison with its operand; exactly one key is present. */
export type Comparison = z.infer<z.ZodObject<typeof operatorShape>>;

/** Whether an object bears exactly one comparison. */
export function hasOneOperator(candidate: object): boolean {
  return OPERATORS.filter((operator) => operator in candidate).length === 1;
}

/** Whether a map's keys are all known; the check for one comparison runs beside any other fault, so that all show at once. */
export function isWellNamed({ value, issues }: z.core.ParsePayload): boolean {
  return typeof value === 'object' && value !== null && !issues.some(({ code }) => code === 'unrecognized_keys');
}

/** What an editor is told of {@link hasOneOperator}, which the JSON Schema cannot see. */
export const ONE_OPERATOR = { oneOf: OPERATORS.map((operator) => ({ required: [operator] })) };

const Test = strict({ attribute: Text, ...operatorShape })
  .refine(hasOneOperator, { error: `exactly one of ${OPERATORS.join(', ')}`, when: isWellNamed })
  .meta(ONE_OPERATOR);

/** What a lead or an engagement must satisfy. */
export type Condition =
  | z.infer<typeof Test>
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly not: Condition };

/** Key by which each form of a condition is told, in the order of the union's options. */
export const CONDITION_KEYS = ['attribute', 'all', 'any', 'not'] as const;

/** The schema of a condition; recursive, hence the written type. */
export const Condition: z.ZodType<Condition> = z
  .union(
    [
      Test,
      strict({
        get all() {
          return z.array(Condition).min(1);
        },
      }),
      strict({
        get any() {
          return z.array(Condition).min(1);
        },
      }),
      strict({
        get not() {
          return Condition;
        },
      }),
    ],
    { error: 'a condition' },
  )
  .meta({ id: 'Condition' });

function boundKind(bound: string | number): 'number' | 'instant' | undefined {
  if (numberOf(bound) !== undefined) return 'number';
  return instantMsOf(bound) === undefined ? undefined : 'instant';
}

function compiles(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch (error) {
    if (error instanceof RE2JSException) return false;
    throw error;
  }
}
