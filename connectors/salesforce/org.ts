import { z } from 'zod';
import { LeadScoringError } from '../../src/errors.ts';
import type { SalesforceClient } from './client.ts';
import { sendBatch } from './query.ts';

/** Every object that any stream reads; all are described in one call. */
export const SALESFORCE_OBJECTS = [
  'Lead',
  'Contact',
  'LeadHistory',
  'ContactHistory',
  'Account',
  'Opportunity',
  'OpportunityContactRole',
  'Task',
  'Event',
  'Campaign',
  'CampaignMember',
  'EmailMessage',
  'EmailMessageRelation',
  'User',
  'Group',
] as const;
export type SalesforceObject = (typeof SALESFORCE_OBJECTS)[number];

const Field = z.looseObject({
  name: z.string(),
  type: z.string(),
  length: z.number().default(0),
  precision: z.number().default(0),
  scale: z.number().default(0),
  digits: z.number().default(0),
  updateable: z.boolean().default(false),
  calculated: z.boolean().default(false),
  autoNumber: z.boolean().default(false),
  picklistValues: z
    .array(z.looseObject({ value: z.string(), label: z.string().nullish(), active: z.boolean() }))
    .nullish()
    .transform((values) => values ?? []),
});
export type Field = z.infer<typeof Field>;

const Described = z.looseObject({ fields: z.array(Field) });

/** The fields of one object that the running user may see. Names are found in any case, as Salesforce finds them. */
export class Fields {
  readonly #byName: ReadonlyMap<string, Field>;

  constructor(fields: readonly Field[]) {
    this.#byName = new Map(fields.map((field) => [field.name.toLowerCase(), field]));
  }

  get(name: string): Field | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  /** Names as the org spells them. */
  get names(): readonly string[] {
    return [...this.#byName.values()].map(({ name }) => name);
  }
}

/** The org as it describes itself: which objects and fields are there for the running user. */
export class Org {
  readonly client: SalesforceClient;
  #objects: Promise<ReadonlyMap<SalesforceObject, Fields>> | null = null;

  constructor(client: SalesforceClient) {
    this.client = client;
  }

  /** The object's fields; `null` if the org has no such object, or not for us. */
  async fields(object: SalesforceObject): Promise<Fields | null> {
    this.#objects ??= this.#describe();
    try {
      return (await this.#objects).get(object) ?? null;
    } catch (error) {
      this.forget();
      throw error;
    }
  }

  /** Describes anew at the next question: after something was created, or turned out to be gone. */
  forget(): void {
    this.#objects = null;
  }

  /** Shared by every stream that waits for it, so no single one's signal ends it. */
  async #describe(): Promise<ReadonlyMap<SalesforceObject, Fields>> {
    const signal = new AbortController().signal;
    const paths = SALESFORCE_OBJECTS.map((object) => `/sobjects/${object}/describe`);
    const { body } = await sendBatch(this.client, paths, Described, signal);
    const objects = new Map<SalesforceObject, Fields>();
    for (const [index, object] of SALESFORCE_OBJECTS.entries()) {
      const described = body[index];
      if (described === undefined) throw new LeadScoringError('CRM_PROTOCOL', 'A batch was answered in part only');
      if (!(described instanceof Error)) objects.set(object, new Fields(described.fields));
      else if (!isAbsence(described)) throw described;
    }
    return objects;
  }
}

/** An edition or a permission without the object answers "not found" or "not supported", never with an empty one. */
function isAbsence(error: Error): boolean {
  return error instanceof LeadScoringError && ['CRM_RECORD_GONE', 'CRM_SCOPE_MISSING'].includes(error.code);
}
