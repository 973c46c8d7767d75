import { type Condition, OPERATORS, type Operator } from './condition.ts';

/**
 * A condition in plain words.
 *
 * @example
 * conditionText({ attribute: 'company.employees', gte: 500 }); // => 'company.employees is at least 500'
 */
export function conditionText(condition: Condition): string {
  if ('all' in condition) return condition.all.map((part) => partText(part)).join(' and ');
  if ('any' in condition) return condition.any.map((part) => partText(part)).join(' or ');
  if ('not' in condition) return `not (${conditionText(condition.not)})`;
  return `${condition.attribute} ${comparisonText(condition)}`;
}

/** What a comparison, alone among the keys of a condition or of a table's row, asks. */
export function comparisonText(comparison: Readonly<Partial<Record<Operator, unknown>>>): string {
  const operator = OPERATORS.find((candidate) => comparison[candidate] !== undefined)!; // the schema demands one
  const operand = comparison[operator];
  if (operator === 'exists') return operand === true ? 'is known' : 'is not known';
  if (operator === 'matches') return `matches /${operand}/`;
  if (operator === 'withinDays') return `is less than ${daysText(Number(operand))} ago`;
  if (operator === 'olderThanDays') return `is at least ${daysText(Number(operand))} ago`;
  return `${WORDS[operator]} ${operandText(operand, operator === 'between' ? ' to ' : ', ')}`;
}

/** A length of time: `1 day`, `0.5 days`. */
export function daysText(days: number): string {
  return days === 1 ? '1 day' : `${days} days`;
}

/** Words before the operand. */
const WORDS: Readonly<Record<Exclude<Operator, 'exists' | 'matches' | 'withinDays' | 'olderThanDays'>, string>> = {
  equals: 'is',
  notEquals: 'is not',
  in: 'is one of',
  notIn: 'is none of',
  contains: 'contains',
  startsWith: 'starts with',
  endsWith: 'ends with',
  gt: 'is more than',
  gte: 'is at least',
  lt: 'is less than',
  lte: 'is at most',
  between: 'is from',
};

function operandText(operand: unknown, between: string): string {
  return Array.isArray(operand) ? operand.map((one) => JSON.stringify(one)).join(between) : JSON.stringify(operand);
}

/** Brackets where `and` and `or` would mix. */
function partText(part: Condition): string {
  const isGroup = ('all' in part && part.all.length > 1) || ('any' in part && part.any.length > 1);
  return isGroup ? `(${conditionText(part)})` : conditionText(part);
}
