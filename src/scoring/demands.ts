import type { AttributeValue } from '../domain/lead.ts';
import { compileComparison } from './compile-comparison.ts';
import { askingAt, compileTest, leadFinder } from './compile-condition.ts';
import type { Comparison, Condition } from './condition.ts';
import { Readings } from './reading.ts';

/** What is asked of one attribute: that a comparison holds, or that it does not. */
export interface Demand {
  readonly attribute: string;
  readonly test: Comparison;
  readonly holds: boolean;
  /** Whether the comparison holds for a value, asked as the engine asks. */
  readonly isTrueOf: (value: AttributeValue, asOfMs: number) => boolean;
}

/** A demand that a comparison holds. */
export function demandOf(attribute: string, test: Comparison): Demand {
  const readings = new Readings(leadFinder);
  const compiled = compileTest('value', compileComparison(test), readings);
  const isTrueOf = (value: AttributeValue, asOfMs: number) =>
    compiled.holds(readings.take({ value }), askingAt(asOfMs));
  return { attribute, test, holds: true, isTrueOf };
}

/** The opposite demand. */
export function denied(demand: Demand): Demand {
  return { ...demand, holds: !demand.holds };
}

/** Whether a value is as demanded. */
export function isMet({ isTrueOf, holds }: Demand, value: AttributeValue, asOfMs: number): boolean {
  return isTrueOf(value, asOfMs) === holds;
}

/** Every way in which a condition can hold: demands that must all be met. There may be very many; take some. */
export function* waysToHold(condition: Condition): Generator<readonly Demand[]> {
  const paths: Path[] = [{ wishes: [{ condition, holds: true }], demands: [] }];
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const forks = follow(path);
    if (forks.length === 0) yield path.demands;
    paths.push(...forks.toReversed());
  }
}

/** A part of a condition that is to hold, or not to. */
interface Wish {
  readonly condition: Condition;
  readonly holds: boolean;
}

interface Path {
  /** The next one last. */
  readonly wishes: Wish[];
  readonly demands: Demand[];
}

/** Goes on until there is nothing left to wish, or to where the path divides. */
function follow({ wishes, demands }: Path): readonly Path[] {
  for (let wish = wishes.pop(); wish !== undefined; wish = wishes.pop()) {
    const { condition, holds } = wish;
    if ('not' in condition) wishes.push({ condition: condition.not, holds: !holds });
    else if ('all' in condition || 'any' in condition) {
      const parts = 'all' in condition ? condition.all : condition.any;
      const further = parts.map((part) => ({ condition: part, holds }));
      // Not all hold where one does not; not any holds where none does.
      if ('all' in condition !== holds) {
        return further.map((part) => ({ wishes: [...wishes, part], demands: [...demands] }));
      }
      wishes.push(...further.toReversed());
    } else {
      const demand = demandOf(condition.attribute, condition);
      demands.push(holds ? demand : denied(demand));
    }
  }
  return [];
}
