import type { Condition } from './condition.ts';
import { type Demand, demandOf, denied, isMet, waysToHold } from './demands.ts';
import { fold } from './fold.ts';
import type { TableRule } from './model.ts';
import { instantsOfScoring, type Witness, witnessesOf } from './witnesses.ts';

/**
 * Whether a condition is certain never to hold.
 *
 * Looks for a value of each attribute with which it holds. What it calls a contradiction is one; it passes over those
 * that only a pattern decides, the text of a number, or two ages at one instant.
 */
export function isContradiction(condition: Condition): boolean {
  let ways = 0;
  for (const way of waysToHold(condition)) {
    ways += 1;
    if (ways > MOST_WAYS || isPossible(way)) return false;
  }
  return true;
}

/** Beyond them a condition counts as possible: nobody sees through it anyway. */
const MOST_WAYS = 1_000;

/** Numbers, from 0, of the rows of a table that its earlier rows together always take. */
export function rowsNeverReached(table: TableRule['table']): readonly number[] {
  const passed: Demand[] = [];
  return table.flatMap((row, index) => {
    const demand = 'else' in row ? null : demandOf('value', row);
    const isReached = canBeMet(demand === null ? passed : [demand, ...passed]);
    if (demand !== null) passed.push(denied(demand));
    return isReached ? [] : [index];
  });
}

function isPossible(way: readonly Demand[]): boolean {
  return [...Map.groupBy(way, ({ attribute }) => attribute).values()].every(canBeMet);
}

/** Whether one value may meet all demands. */
function canBeMet(demands: readonly Demand[]): boolean {
  if (denyEachOther(demands)) return false;
  return instantsOfScoring(demands).some((asOfMs) =>
    witnessesOf(demands, asOfMs).some((witness) =>
      demands.every((demand) => isUnknown(demand, witness) || isMet(demand, witness.value, asOfMs)),
    ),
  );
}

function denyEachOther(demands: readonly Demand[]): boolean {
  const textsOf = (holds: boolean) =>
    new Set(demands.filter((demand) => demand.holds === holds).map(({ test }) => JSON.stringify(test)));
  return !textsOf(true).isDisjointFrom(textsOf(false));
}

/** Whether a comparison may say something else of another text that the witness stands for. */
function isUnknown({ test }: Demand, { value, isOneOfMany }: Witness): boolean {
  if (typeof value !== 'string') return false;
  const piece = test.contains ?? test.startsWith ?? test.endsWith;
  return (
    test.matches !== undefined || (isOneOfMany && piece !== undefined && OF_NUMBERS_AND_INSTANTS.test(fold(piece)))
  );
}

const OF_NUMBERS_AND_INSTANTS = /^[\d.:+\-etz]*$/;
