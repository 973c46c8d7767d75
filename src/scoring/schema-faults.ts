import type { z } from 'zod';
import { ENGAGEMENT_TYPES } from '../domain/lead.ts';
import { CONDITION_KEYS, OPERATORS } from './condition.ts';
import { RULE_KEYS } from './model.ts';
import { keyFault, type ModelFault, valueFault } from './model-fault.ts';
import { type Path, valueAt } from './yaml-source.ts';

/** Says what a schema's issue means, looking into the one form of a union that was meant. */
export function faultsOf(issue: z.core.$ZodIssue, content: unknown, base: Path = []): readonly ModelFault[] {
  const path = [...base, ...issue.path];
  const at = (expected: string, known: readonly string[] = []) => [valueFault(content, path, expected, known)];
  switch (issue.code) {
    case 'unrecognized_keys': {
      const known = issue.message.split(', ');
      return issue.keys.map((key) => keyFault([...path, key], `one of ${issue.message}`, known));
    }
    case 'invalid_union':
      return formOf(issue, content, path);
    case 'invalid_key':
      return issue.issues.map(({ message }) => keyFault(path, message));
    case 'invalid_value':
      return at(issue.values.map(String).join(' or '), issue.values.map(String));
    case 'invalid_type':
      return at(kindOf(issue.expected));
    case 'too_small':
      if (issue.origin === 'array') return at(issue.minimum === 1 ? 'a list that is not empty' : KINDS.tuple);
      return at(`a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`);
    case 'too_big':
      return at(issue.origin === 'array' ? KINDS.tuple : `a number of at most ${issue.maximum}`);
    case 'custom':
      return at(issue.message, KNOWN[issue.message]);
    default:
      return at(issue.message);
  }
}

function kindOf(type: string): string {
  return type in KINDS ? KINDS[type as keyof typeof KINDS] : type; // as was just asked
}

/** What a custom check expects → the words that may be meant. */
const KNOWN: Readonly<Record<string, readonly string[]>> = { 'an engagement type, or custom:…': ENGAGEMENT_TYPES };

const KINDS = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'a map',
  record: 'a map',
  string: 'text',
  tuple: 'a list of two',
} as const satisfies Readonly<Record<string, string>>;

/** The faults of the form that the keys of a value speak for; of scalars, the union's own words. */
function formOf(issue: z.core.$ZodIssueInvalidUnion, content: unknown, path: Path): readonly ModelFault[] {
  const forms = FORMS[issue.message];
  if (forms === undefined) return [valueFault(content, path, issue.message)];
  const value = valueAt(content, path);
  const keys = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.keys(value) : [];
  const meant = issue.errors[forms.findIndex((tells) => tells.some((key) => keys.includes(key)))];
  if (meant !== undefined) return meant.flatMap((inner) => faultsOf(inner, content, path));
  const telling = forms.flat();
  const fault = valueFault(content, path, `${issue.message} with one of ${telling.join(', ')}`);
  if (keys.length === 0) return [fault];
  const strange = keys.filter((key) => !SHARED_KEYS.includes(key));
  const [word = ''] = strange;
  const found = `keys ${(strange.length > 0 ? strange : keys).join(', ')}`;
  return [{ ...fault, found, meant: keyFault([word], '', telling).meant }];
}

/** What each union of maps is called in its schema → the keys that tell its forms apart, in the schema's order. */
const FORMS: Readonly<Record<string, readonly (readonly string[])[]>> = {
  'a rule': RULE_KEYS.map((key) => [key]),
  'a condition': CONDITION_KEYS.map((key) => (key === 'attribute' ? [key, ...OPERATORS] : [key])),
  'a table row': [OPERATORS, ['else']],
};

const SHARED_KEYS: readonly string[] = ['id', 'dimension', 'label', 'points'];
