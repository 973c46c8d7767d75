import { DateTime } from 'luxon';
import type { TaskPolicy } from '../domain/mapping.ts';
import { LeadScoringError } from '../errors.ts';

/**
 * The instant `minutes` of business time after `start`: hours outside the business day do not count.
 *
 * Days are those of the policy's time zone, so a change to summer time makes a business day no longer or shorter than
 * its clock says.
 *
 * @throws {LeadScoringError} `MAPPING_INVALID` if the hours are never open or the time zone is not one of IANA's.
 */
export function addBusinessMinutes(start: Date, minutes: number, hours: TaskPolicy['businessHours']): Date {
  if (hours.from >= hours.to) {
    throw new LeadScoringError('MAPPING_INVALID', 'tasks.businessHours: from must be before to');
  }
  let left = minutes;
  let at = DateTime.fromJSDate(start, { zone: hours.timeZone });
  if (!at.isValid) {
    throw new LeadScoringError('MAPPING_INVALID', `tasks.businessHours.timeZone: no time zone ${hours.timeZone}`);
  }
  for (;;) {
    const opensAt = atTime(at, hours.from);
    const closesAt = atTime(at, hours.to);
    if (hours.days.includes(at.weekday) && at < closesAt) {
      const from = DateTime.max(at, opensAt);
      const free = closesAt.diff(from, 'minutes').minutes;
      if (left <= free) return from.plus({ minutes: left }).toJSDate();
      left -= free;
    }
    at = at.plus({ days: 1 }).startOf('day'); // ends: the mapping has a business day, and each one takes some time off
  }
}

function atTime(day: DateTime, time: string): DateTime {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return day.set({ hour, minute, second: 0, millisecond: 0 });
}
