import type { ApprovalPolicy } from '../domain/mapping.ts';
import type { PlanSummary } from '../domain/plan.ts';

/**
 * Why a plan must wait for a person, each a sentence; empty if it may be written at once.
 *
 * A lead that had no band counts as no change of band: the first run of a connection would otherwise always wait for it.
 */
export function reasonsToAsk(plan: PlanSummary, policy: ApprovalPolicy): readonly string[] {
  const reasons: string[] = [];
  const rebanded = total(plan.bandMoves.filter(({ from }) => from !== null));
  const share = plan.leads === 0 ? 0 : rebanded / plan.leads;
  if (share > (policy.bandChanges ?? Number.POSITIVE_INFINITY)) {
    reasons.push(`${percent(share)} of the leads change band, more than ${percent(policy.bandChanges ?? 0)}`);
  }
  const moves = total(plan.stageMoves);
  if (moves > (policy.stageMoves ?? Number.POSITIVE_INFINITY)) {
    reasons.push(`${moves} leads move to another stage, more than ${policy.stageMoves}`);
  }
  const most = Math.max(0, ...plan.tasks.map(({ tasks }) => tasks));
  if (most > (policy.tasksPerRep ?? Number.POSITIVE_INFINITY)) {
    reasons.push(`one rep gets ${most} tasks in a day, more than ${policy.tasksPerRep}`);
  }
  return reasons;
}

function total(moves: PlanSummary['bandMoves']): number {
  return moves.reduce((sum, { leads }) => sum + leads, 0);
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
