import { z } from 'zod';

const Names = z.array(z.string()).catch([]);
const Context = z.record(z.string(), Names).catch({});

const Detail = z.object({
  code: z.string().catch(''),
  subCategory: z.string().catch(''),
  context: Context.default({}),
});

/** HubSpot's documentation: all fields should be treated as optional. */
const ErrorBody = z.object({
  category: z.string().catch(''),
  subCategory: z.string().catch(''),
  policyName: z.string().catch(''),
  error: z.string().catch(''), // OAuth's own field
  message: z.string().catch(''),
  context: Context.default({}),
  errors: z.array(Detail).catch([]),
});

/** Validation details that HubSpot sends as JSON text within the message. */
const NestedDetails = z.array(z.object({ name: z.string().catch(''), error: z.string().catch('') }));

/** What may be told of an error: codes and names, no values. */
export interface HubspotError {
  readonly category: string;
  readonly policyName: string;
  /** Codes of the error and its details, such as `PROPERTY_DOESNT_EXIST`. */
  readonly codes: readonly string[];
  /** Names of the properties or scopes that it is about. */
  readonly names: readonly string[];
  /** Trace ids and record ids of the inputs that it is about. */
  readonly traceIds: readonly string[];
  readonly ids: readonly string[];
}

/** Reads an error body; `null` if the text is no JSON object, such as an HTML page of the edge. */
export function readError(text: string): HubspotError | null {
  try {
    return errorOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Reads one error object, such as an entry of a batch answer's `errors`. */
export function errorOf(body: unknown): HubspotError {
  const { category, subCategory, policyName, error, message, context, errors } = ErrorBody.parse(body);
  const nested = nestedDetails(message);
  const contexts = [context, ...errors.map((detail) => detail.context)];
  const all = (key: string) => contexts.flatMap((each) => each[key] ?? []);
  const codes = [subCategory, error, ...errors.flatMap(({ code, subCategory: sub }) => [code, sub])];
  return {
    category: CODE.test(category) ? category : '',
    policyName: CODE.test(policyName) ? policyName : '',
    codes: distinct([...codes, ...nested.map((detail) => detail.error)].filter((code) => CODE.test(code))),
    names: distinct([...NAME_KEYS.flatMap(all), ...nested.map(({ name }) => name)].filter((name) => NAME.test(name))),
    traceIds: all('objectWriteTraceId'),
    ids: [...all('ids'), ...all('id')],
  };
}

/** The tellable part as a suffix of a message, such as ` VALIDATION_ERROR (PROPERTY_DOESNT_EXIST: lead_scroe)`. */
export function describeError(error: HubspotError | null): string {
  if (error === null) return '';
  const codes = error.codes.join(', ');
  const names = error.names.join(', ');
  const details = [codes, names].filter((part) => part !== '').join(': ');
  const category = error.category || error.policyName;
  return `${category === '' ? '' : ` ${category}`}${details === '' ? '' : ` (${details})`}`;
}

const CODE = /^[A-Za-z][\w.-]{1,80}$/;
/** Property names and scopes. */
const NAME = /^[a-z][\w.-]{0,120}$/i;
const NAME_KEYS = ['propertyName', 'properties', 'requiredGranularScopes', 'requiredScopes'];

function nestedDetails(message: string): z.infer<typeof NestedDetails> {
  const start = message.indexOf('[');
  if (start < 0) return [];
  try {
    return NestedDetails.parse(JSON.parse(message.slice(start, message.lastIndexOf(']') + 1)));
  } catch {
    return []; // a message for people
  }
}

const distinct = (texts: readonly string[]): string[] => [...new Set(texts)];
