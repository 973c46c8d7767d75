import type { Attributes } from './lead.ts';
import type { ScoreFieldValues } from './score-field.ts';

/** Which mapped values of a record to read. */
export interface MappedPart {
  /** Names of attributes. */
  readonly attributes: readonly string[];
  /** Names of {@link ScoreFieldValues}. */
  readonly scoreFields: readonly string[];
  readonly hasLifecycle: boolean;
}

/** The values of a {@link MappedPart} of one record. */
export interface MappedValues {
  readonly attributes: Attributes;
  readonly unconverted: readonly string[];
  readonly scoreFields: Partial<ScoreFieldValues>;
  readonly lifecycleStage: string | null;
}
