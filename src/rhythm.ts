import type { App } from './app.ts';
import { forecastText } from './cli/plan-summary.ts';
import { count, minuteOf } from './cli/print.ts';
import { budgetName } from './connectors.ts';
import { WRITE_BATCH } from './domain/crm-limits.ts';
import { callsReturn } from './domain/daily-quota.ts';
import type { Forecast } from './domain/plan.ts';
import { type Connection, connectionNamed, connectionOf } from './store/connections.ts';
import { dailyUse } from './store/daily-calls.ts';
import { owedWrites, pullHistory } from './store/pull-history.ts';
import { type DayRules, forecast, type Share, shareAt } from './sync/forecast.ts';
import { callsOf } from './sync/plan-summary.ts';
import { isPullDue } from './sync/polling.ts';

/** Whether a schedule may begin, or take up, a run with a pull of a connection now. */
export async function isScheduledPullDue(app: App, connectionId: string): Promise<boolean> {
  const connection = await connectionOf(app.db, connectionId);
  const history = await pullHistory(app.db, connectionId);
  const share = await shareNow(app, connection);
  return isPullDue(history, { now: app.now(), everyMinutes: app.env.PULL_EVERY_MINUTES, share });
}

/** Says what the connection's share of the day leaves now, and when so many calls will have been made. */
export async function forecaster(app: App, connection: Connection): Promise<(calls: number) => Forecast> {
  const now = app.now();
  const use = await useOf(app, connection, now);
  return (calls) => forecast(calls, now, use, dayOf(connection));
}

/** Says what is left of a connection's day, and how far it goes for what the connection still owes; for the doctor. */
export async function callsLeft(app: App, name: string): Promise<string> {
  const connection = await connectionNamed(app.db, name);
  const share = await shareNow(app, connection);
  if (share === null) return '';
  const { resumeAt } = await pullHistory(app.db, connection.id);
  const writes = await owedWrites(app.db, connection.id);
  const calls = callsOf({ writes, stageMoves: [] }, 0, WRITE_BATCH[connection.crm]);
  const owed = forecastText((await forecaster(app, connection))(calls));
  return [
    `, ${count(share.left)} of ${count(share.perDay)} calls of its day left`,
    ...(resumeAt === null || resumeAt <= app.now() ? [] : [`; runs wait until ${minuteOf(resumeAt)}`]),
    ...(writes === 0 ? [] : [`; ${count(writes)} writes are owed, about ${count(calls)} calls${owed}`]),
  ].join('');
}

async function shareNow(app: App, connection: Connection): Promise<Share | null> {
  const now = app.now();
  return shareAt(now, await useOf(app, connection, now), dayOf(connection));
}

const useOf = ({ db }: App, { crm, accountId }: Connection, at: Date) => dailyUse(db, budgetName(crm, accountId), at);

function dayOf({ crm, timeZone, mapping }: Connection): DayRules {
  return { dailyShare: mapping.budget.dailyShare ?? null, returnsAt: callsReturn(crm, timeZone) };
}
