import type { LeadScoringError } from '../errors.ts';
import type { DailyCalls } from './budget.ts';

/** What a connection's account is, found by the `check` of its connector. */
export interface AccountCheck {
  /** HubSpot portal id, Salesforce organisation id. */
  readonly accountId: string;
  /** IANA zone in which the daily quota resets. */
  readonly timeZone: string;
  /** Address of a record in the CRM's UI, with `{object}` and `{id}` to fill in. */
  readonly recordUrl: string;
  /** What the account allows in a day and has left; `null` where the CRM does not say. */
  readonly dailyCalls: DailyCalls | null;
  /** What stands in the way of a run, each a sentence; scopes, permissions, the API's version. Empty: nothing. */
  readonly faults: readonly LeadScoringError[];
}
