import type { LifecycleMapping } from '../domain/mapping.ts';

/** What decides a stage move. */
export interface StageSituation {
  /** The stage in the CRM now; `null` or empty if it has none. */
  readonly current: string | null;
  /** The stage that we set last; `null` if we never did. */
  readonly setByUs: string | null;
  readonly band: string;
}

/**
 * The stage to move a lead to, `null` to leave it where it is.
 *
 * Only forward; never from a protected stage or one the mapping does not list; never after somebody else has changed
 * the stage that we set, since that person knows more than a score.
 */
export function nextStage(
  { current, setByUs, band }: StageSituation,
  policy: LifecycleMapping | undefined,
): string | null {
  const target = policy?.onBand[band];
  if (policy === undefined || target === undefined) return null;
  const { order } = policy;
  const stage = current ?? '';
  if (policy.protected.includes(stage)) return null;
  if (setByUs !== null && setByUs !== stage) return null;
  const from = stage === '' ? -1 : order.indexOf(stage);
  if (stage !== '' && from === -1) return null;
  return order.indexOf(target) > from ? target : null;
}
