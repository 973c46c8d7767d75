import { z } from 'zod';
import { MAPPED_TYPES, typeFault } from './mapped-type.ts';

/** Which way a mapped value goes; `both`: the CRM's value counts, and ours fills it in where the CRM has none. */
export const DIRECTIONS = ['read', 'write', 'both'] as const;

const Scalar = z.union([z.string(), z.number(), z.boolean()], { error: 'expected a text, a number, true or false' });
const Value = z.union([z.string(), z.number(), z.boolean(), z.array(z.string())], {
  error: 'expected a text, a number, true, false or a list of texts',
});

/** One line of a mapping in full; see config/mappings for what each word does. */
const Line = z
  .strictObject({
    /** The CRM's internal name of the property. */
    field: z.string().min(1),
    type: z.enum(MAPPED_TYPES).default('any'),
    direction: z.enum(DIRECTIONS).default('read'),
    /** What is written, if it is not the attribute of the line's own name. */
    from: z.string().min(1).optional(),
    /** The CRM's value, as text → ours. Written values go the other way. */
    map: z.record(z.string(), Scalar).optional(),
    /** A value that `map` does not name is taken as it is; otherwise it counts as not converted. */
    others: z.literal('keep').optional(),
    /** Between the entries of a list; `;` if omitted, which is what both CRMs use. */
    split: z.string().min(1).optional(),
    /** The decimal sign of numbers that stand in a text. */
    decimal: z.enum(['.', ',']).optional(),
    /** Of an instant or date that stands in a text, in Luxon's tokens: `dd/MM/yyyy`. */
    format: z.string().min(1).optional(),
    /** Our value where the CRM has none, or none that converts. */
    default: Value.optional(),
  })
  .superRefine((line, context) => {
    const refuse = (path: readonly string[], message: string) =>
      context.addIssue({ code: 'custom', path: [...path], message });
    for (const { path, message } of [...wordFaults(line), ...valueFaults(line), ...inversionFaults(line)]) {
      refuse(path, message);
    }
  });

/** Our attribute ↔ the CRM's property: where it is, what it holds, which way it goes and how it is converted. */
export interface FieldMapping extends Readonly<z.infer<typeof Line>> {}

/** `jobTitle: jobtitle`, or `budget: { field: yearly_budget, type: number }`. */
export const FieldMapping = z.union(
  [
    z
      .string()
      .min(1)
      .transform((field): FieldMapping => ({ field, type: 'any', direction: 'read' })),
    Line,
  ],
  { error: "expected a field's name, or { field, type, direction, … }" },
);

/** Whether the line brings an attribute from the CRM. */
export const isRead = ({ direction }: FieldMapping): boolean => direction !== 'write';

/** Whether the line puts a value into the CRM. */
export const isWritten = ({ direction }: FieldMapping): boolean => direction !== 'read';

interface LineFault {
  readonly path: readonly string[];
  readonly message: string;
}

/** Words that mean something only beside another one. */
function wordFaults({ type, direction, from, map, others, split, decimal, format }: FieldMapping): LineFault[] {
  const misplaced: readonly [string, boolean, string][] = [
    ['from', from !== undefined && direction !== 'write', 'only with direction: write'],
    ['others', others !== undefined && map === undefined, 'only beside map'],
    ['split', split !== undefined && type !== 'list', 'only with type: list'],
    ['decimal', decimal !== undefined && type !== 'number', 'only with type: number'],
    ['format', format !== undefined && type !== 'instant' && type !== 'date', 'only with type: instant or date'],
  ];
  return misplaced.flatMap(([word, isMisplaced, message]) => (isMisplaced ? [{ path: [word], message }] : []));
}

/** Values of ours that are none of the type. */
function valueFaults({ type, map = {}, default: standIn }: FieldMapping): LineFault[] {
  const entryType = type === 'list' ? 'text' : type;
  const faults = Object.entries(map).map(([key, value]) => ({
    path: ['map', key],
    message: typeFault(value, entryType),
  }));
  if (standIn !== undefined) faults.push({ path: ['default'], message: typeFault(standIn, type) });
  return faults.flatMap(({ path, message }) => (message === null ? [] : [{ path, message }]));
}

/** What is written is looked up in `map` from right to left, so no value of ours may stand there twice. */
function inversionFaults({ direction, map = {}, others }: FieldMapping): LineFault[] {
  if (direction === 'read') return [];
  const faults: LineFault[] = [];
  const seen = new Map<unknown, string>();
  for (const [key, value] of Object.entries(map)) {
    const first = seen.get(value);
    if (first === undefined) seen.set(value, key);
    else {
      const message = `${direction} needs a map that can be turned round, and "${first}" and "${key}" both mean ${JSON.stringify(value)}`;
      faults.push({ path: ['map', key], message });
    }
  }
  if (others === 'keep' && direction === 'both') {
    const message = 'not with direction: both, since a value kept as it is could not be told from a mapped one';
    faults.push({ path: ['others'], message });
  }
  return faults;
}
