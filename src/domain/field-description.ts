import type { MappedType } from './mapped-type.ts';

/** A property as its CRM describes it, in our words. */
export interface FieldDescription {
  readonly name: string;
  /** What its values are; `null`: nothing that a mapping can read, such as an address of several parts. */
  readonly type: Exclude<MappedType, 'any'> | null;
  /** The CRM's own word for the type, such as `multipicklist`. */
  readonly crmType: string;
  /** Why nobody, or we, cannot write it; `null`: we can. */
  readonly readOnly: 'computed' | 'no permission' | null;
  /** The values that it takes, hidden ones among them; `null`: any of its type. */
  readonly options: readonly { readonly value: string; readonly label: string }[] | null;
  /** Longest text in UTF-16 code units; `null`: longer than any of ours. */
  readonly longest: number | null;
  /** Digits before and after the point; `null`: more than any number of ours has. */
  readonly digits: { readonly whole: number; readonly part: number } | null;
  /** Whether an empty value reads back as false, as that of a Salesforce checkbox does. */
  readonly isNeverEmpty: boolean;
}

/** An object of the CRM with the properties that we may see. */
export interface ObjectDescription {
  /** The CRM's own name, such as `Lead`. */
  readonly object: string;
  readonly names: readonly string[];
  /** The property of a name, in any case where the CRM does not tell `city` from `City`. */
  find(name: string): FieldDescription | undefined;
}

/** What a field that we write can hold, as far as it holds less than we may have. */
export interface FieldLimit {
  readonly longest?: number;
  readonly digits?: { readonly whole: number; readonly part: number };
  readonly options?: readonly string[];
  readonly isNeverEmpty?: boolean;
}

/** Limits by object of leads, then by name of what is written. */
export type FieldLimits = Readonly<Partial<Record<'lead' | 'contact', Readonly<Record<string, FieldLimit>>>>>;
