import type { AttributeValue, Engagement, Lead } from '../domain/lead.ts';

/** What one score is made from. */
export interface ScoringInput {
  readonly lead: Lead;
  /** In any order, duplicates allowed; those after `asOf` are ignored. */
  readonly engagements: readonly Engagement[];
  /** The instant of scoring; nothing else tells the engine the time. */
  readonly asOf: Date;
  /** Band the lead was in, for the hysteresis; unknown or `null` counts as none. */
  readonly previousBand?: string | null | undefined;
}

/** One line of the reckoning. The `cp` of all lines sum to 100 · score. */
export interface LedgerLine {
  /** Rule id; `null` for a cap of a dimension or of the total and for the rounding. */
  readonly rule: string | null;
  readonly label: string;
  /** `null` for the cap of the total and for the rounding. */
  readonly dimension: string | null;
  /** Hundredths of a point, an integer, not 0. */
  readonly cp: number;
  /** Id of the engagement that earned the line; of a sequence, its last step. */
  readonly engagement?: string;
  readonly occurredAt?: Date;
  /** Share of the points that decay has left, 0 to 1; only where the rule decays. */
  readonly decay?: number;
  /** Id of the lead whose score rolls up, in the ledger of a company. */
  readonly lead?: string;
  /** The attribute's value, where the rule names exactly one; `null` if the lead has none. */
  readonly value?: AttributeValue;
}

/** What one rule contributed, its cap included. */
export interface Reason {
  readonly rule: string;
  readonly label: string;
  readonly dimension: string;
  /** Hundredths of a point, not 0. */
  readonly cp: number;
}

/** What could not be understood, counted. Neither stops the scoring. */
export interface ScoreWarnings {
  /** Type that is none of ours → engagements of it up to `asOf`. */
  readonly unknownTypes: Readonly<Record<string, number>>;
  /** Attribute → comparisons with an operand of another type, which were false. */
  readonly wrongTypes: Readonly<Record<string, number>>;
}

/** A score with everything that explains it. The same input gives the same bytes. */
export interface ScoreCard {
  readonly id: string;
  /** Whole points within the model's `total`. */
  readonly score: number;
  readonly band: string;
  /** Letters in the order of the model's `grades`; `null` if it has none. */
  readonly grade: string | null;
  /** Dimension → hundredths of a point after its cap and before the total's. */
  readonly dimensions: Readonly<Record<string, number>>;
  /** Largest magnitude first: at most three above 0 and two below. */
  readonly reasons: readonly Reason[];
  readonly ledger: readonly LedgerLine[];
  readonly warnings: ScoreWarnings;
}
