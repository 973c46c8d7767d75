import { DateTime, type DateTimeUnit } from 'luxon';
import { malformed } from './condition.ts';

/** An interval of time: from `start` up to, not including, `end`, both in milliseconds since 1970. */
export interface DateRange {
  readonly start: number;
  readonly end: number;
}

const UNITS: Readonly<Record<string, DateTimeUnit>> = {
  DAYS: 'day',
  WEEKS: 'week',
  MONTHS: 'month',
  QUARTERS: 'quarter',
  YEARS: 'year',
};

/**
 * The interval that a date literal such as `TODAY` or `LAST_N_DAYS:7` means. The org's zone is UTC; its fiscal year
 * is the calendar's, and its weeks begin on Sunday.
 */
export function dateRangeOf(literal: string, count: number, now: Date): DateRange {
  const name = literal.toUpperCase().split(':')[0]!.replace('FISCAL_', '');
  const at = DateTime.fromJSDate(now, { zone: 'utc' });
  const today = at.startOf('day');
  if (name === 'TODAY') return spanOf(today, today.plus({ days: 1 }));
  if (name === 'YESTERDAY') return spanOf(today.minus({ days: 1 }), today);
  if (name === 'TOMORROW') return spanOf(today.plus({ days: 1 }), today.plus({ days: 2 }));
  if (name === 'LAST_90_DAYS') return spanOf(today.minus({ days: 90 }), at.plus(1));
  if (name === 'NEXT_90_DAYS') return spanOf(today.plus({ days: 1 }), today.plus({ days: 91 }));
  const whole = /^(THIS|LAST|NEXT)_(WEEK|MONTH|QUARTER|YEAR)$/.exec(name);
  if (whole !== null) return wholeUnit(at, UNITS[`${whole[2]}S`]!, { THIS: 0, LAST: -1, NEXT: 1 }[whole[1]!]!);
  const counted = /^(?:(LAST|NEXT)_N_(\w+)|N_(\w+)_AGO)$/.exec(name);
  const unit = UNITS[counted?.[2] ?? counted?.[3] ?? ''];
  if (counted === null || unit === undefined) throw malformed(`unexpected token: ${literal}`);
  if (counted[3] !== undefined) return wholeUnit(at, unit, -count);
  const first = wholeUnit(at, unit, counted[1] === 'LAST' ? -count : 1);
  if (counted[1] === 'NEXT') return { start: first.start, end: wholeUnit(at, unit, count).end };
  // Days run up to this moment; the larger units end with the last whole one.
  return { start: first.start, end: unit === 'day' ? at.toMillis() + 1 : wholeUnit(at, unit, -1).end };
}

function wholeUnit(at: DateTime, unit: DateTimeUnit, offset: number): DateRange {
  const shifted = at.plus(durationOf(unit, offset));
  // Luxon's weeks begin on Monday.
  const start = unit === 'week' ? shifted.plus({ days: 1 }).startOf('week').minus({ days: 1 }) : shifted.startOf(unit);
  return spanOf(start, start.plus(durationOf(unit, 1)));
}

function durationOf(unit: DateTimeUnit, count: number): Record<string, number> {
  return { [unit]: count };
}

function spanOf(start: DateTime, end: DateTime): DateRange {
  return { start: start.toMillis(), end: end.toMillis() };
}
