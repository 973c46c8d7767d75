import type { FieldMapping } from '../../src/domain/field-mapping.ts';

/** A line of a mapping that reads a field as it is, or as `more` says. */
export const aLine = (field: string, more: Partial<FieldMapping> = {}): FieldMapping => ({
  field,
  type: 'any',
  direction: 'read',
  ...more,
});
