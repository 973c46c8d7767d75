import type { z } from 'zod';
import { ENGAGEMENT_TYPES } from '../domain/lead.ts';
import { CONDITION_KEYS, OPERATORS } from './condition.ts';
import { RULE_KEYS } from './model.ts';
import type { Path } from './yaml-source.ts';

/** One thing that is wrong with a model. */
export interface ModelFault {
  readonly path: Path;
  /** Whether the key at the end of the path is at fault rather than its value. */
  readonly isKey: boolean;
  /** The value, where it is not simply what stands at the path. */
  readonly found?: string;
  readonly expected: string;
  /** What may have been meant. */
  readonly candidates: readonly string[];
}

/** Says what a schema's issue means, looking into the one form of a union that was meant. */
export function faultsOf(issue: z.core.$ZodIssue, content: unknown, base: Path = []): readonly ModelFault[] {
  const path = [...base, ...issue.path];
  const at = (expected: string, candidates: readonly string[] = []) => [{ path, isKey: false, expected, candidates }];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const candidates = issue.message.split(', ');
      const expected = `one of ${issue.message}`;
      return issue.keys.map((key) => ({
        path: [...path, key],
        isKey: true,
        found: `key ${key}`,
        expected,
        candidates,
      }));
    }
    case 'invalid_union':
      return formOf(issue, valueAt(content, path), path, content);
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({
        path,
        isKey: true,
        found: `key ${String(path.at(-1))}`,
        expected: message,
        candidates: [],
      }));
    case 'invalid_value':
      return at(issue.values.map(String).join(' or '), issue.values.map(String));
    case 'invalid_type':
      return at(KINDS[issue.expected] ?? issue.expected);
    case 'too_small':
      return at(
        issue.origin === 'array'
          ? 'a list that is not empty'
          : `a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`,
      );
    case 'custom':
      return at(issue.message, CANDIDATES[issue.message]);
    default:
      return at(issue.message);
  }
}

/** What a custom check expects → the words that may be meant. */
const CANDIDATES: Readonly<Record<string, readonly string[]>> = { 'an engagement type, or custom:…': ENGAGEMENT_TYPES };

const KINDS: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a map',
  record: 'a map',
  string: 'text',
  tuple: 'a list of two',
};

/** The faults of the form that the keys of a value speak for; of scalars, the union's own words. */
function formOf(
  issue: z.core.$ZodIssueInvalidUnion,
  value: unknown,
  path: Path,
  content: unknown,
): readonly ModelFault[] {
  const forms = FORMS[issue.message];
  if (forms === undefined) return [{ path, isKey: false, expected: issue.message, candidates: [] }];
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const form = forms.findIndex((tells) => tells.some((key) => keys.includes(key)));
  const meant = issue.errors[form];
  if (meant === undefined) {
    const candidates = forms.flat();
    const expected = `${issue.message} with one of ${candidates.join(', ')}`;
    const strange = keys.filter((key) => !SHARED_KEYS.includes(key));
    return [
      {
        path,
        isKey: false,
        ...(keys.length > 0 && { found: `keys ${(strange.length > 0 ? strange : keys).join(', ')}` }),
        expected,
        candidates,
      },
    ];
  }
  return meant.flatMap((inner) => faultsOf(inner, content, path));
}

/** What each union of maps is called in its schema → the keys that tell its forms apart, in the schema's order. */
const FORMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'a rule': RULE_KEYS.map((key) => [key]),
  'a condition': CONDITION_KEYS.map((key) => (key === 'attribute' ? [key, ...OPERATORS] : [key])),
  'a table row': [OPERATORS, ['else']],
};

const SHARED_KEYS: readonly string[] = ['id', 'dimension', 'label', 'points'];

/** The value at a path of any content; `undefined` where the path leads nowhere. */
export function valueAt(content: unknown, path: Path): unknown {
  let value = content;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step]; // an object, as was just asked
  }
  return value;
}
