import { CRMS, type Crm } from '../../src/domain/crm.ts';
import { DAILY_CALLS, DAILY_SHARE, type House } from './house.ts';
import { type Violation, violation } from './violation.ts';

/** A call that the product has sent. */
export interface SeenCall {
  readonly crm: Crm;
  readonly at: Date;
}

const DAY_MS = 86_400_000;
/**
 * Calls that were counted in one day and sent in another: one of each pair of hands, of which two workers have two, and
 * the first ones of a process that has not heard the CRM's clock yet.
 */
const STRAY_CALLS = 8;

/** In a world with a daily share no day holds more calls than that, by the days of each CRM. */
export async function checkShare(house: House, calls: readonly SeenCall[]): Promise<readonly Violation[]> {
  const most = Math.floor(DAILY_CALLS * DAILY_SHARE) + STRAY_CALLS;
  const zones = await house.database.backstage.selectFrom('connections').select(['crm', 'time_zone']).execute();
  return CRMS.flatMap((crm) => {
    const at = calls.filter((call) => call.crm === crm).map((call) => call.at);
    const zone = zones.find((connection) => connection.crm === crm)?.time_zone ?? 'UTC';
    const busiest = crm === 'hubspot' ? busiestDate(at, zone) : busiestDay(at);
    return busiest <= most ? [] : [violation('budgets are kept', `${busiest} calls to ${crm} in one day`)];
  });
}

/** Calls of the fullest calendar day. */
function busiestDate(at: readonly Date[], timeZone: string): number {
  const day = new Intl.DateTimeFormat('en', { timeZone, dateStyle: 'short' });
  return Math.max(
    0,
    ...Map.groupBy(at, (each) => day.format(each))
      .values()
      .map((calls) => calls.length),
  );
}

/** Calls of the fullest 24 hours. */
function busiestDay(at: readonly Date[]): number {
  let [most, from] = [0, 0];
  for (const [to, each] of at.entries()) {
    while (each.getTime() - at[from]!.getTime() >= DAY_MS) from += 1; // it ends at the call itself
    most = Math.max(most, to - from + 1);
  }
  return most;
}
