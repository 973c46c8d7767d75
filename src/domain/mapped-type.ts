import type { AttributeValue } from './lead.ts';
import { instantMsOf } from './values.ts';

/** What a mapped attribute holds; `any` takes what the CRM says. A date is a day, `2026-11-23`, without a time. */
export const MAPPED_TYPES = ['any', 'text', 'number', 'boolean', 'instant', 'date', 'list'] as const;
export type MappedType = (typeof MAPPED_TYPES)[number];

/** What is wrong with a value of ours as one of the type, as the end of a sentence; `null`: nothing. */
export function typeFault(value: AttributeValue, type: MappedType): string | null {
  return type === 'any' || IS_OF[type](value) ? null : `expected ${EXPECTED[type]}`;
}

const IS_OF: Readonly<Record<Exclude<MappedType, 'any'>, (value: AttributeValue) => boolean>> = {
  text: (value) => typeof value === 'string',
  number: (value) => typeof value === 'number',
  boolean: (value) => typeof value === 'boolean',
  instant: (value) => typeof value === 'string' && instantMsOf(value) !== undefined,
  date: (value) => typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value) && instantMsOf(value) !== undefined,
  list: (value) => Array.isArray(value),
};

const EXPECTED: Readonly<Record<Exclude<MappedType, 'any'>, string>> = {
  text: 'a text (quote it if it looks like something else)',
  number: 'a number',
  boolean: 'true or false',
  instant: 'an instant such as 2026-11-23T10:00:00Z',
  date: 'a date such as 2026-11-23',
  list: 'a list of texts',
};
