import { describe, expect, it } from 'vitest';
import { callsReturn, type DailyUse } from '../../src/domain/daily-quota.ts';
import { forecast, shareAt } from '../../src/sync/forecast.ts';

const AT = new Date('2026-11-23T10:30:00Z');
const HUBSPOT = { dailyShare: 0.5, returnsAt: callsReturn('hubspot', 'UTC') };
const SALESFORCE = { dailyShare: 0.5, returnsAt: callsReturn('salesforce', 'UTC') };
const midnight = (day: number) => new Date(Date.UTC(2026, 10, day));
const told = (left: number, at = AT) => ({ limit: 200, left, at });
const spent = (calls: number, backAt: Date) => ({ calls, backAt });

describe('the share of a day', () => {
  it('is unknown until the CRM has told its limit', () => {
    expect(shareAt(AT, { spent: [], told: null }, HUBSPOT)).toBeNull();
    expect(forecast(9, AT, { spent: [], told: null }, HUBSPOT)).toEqual({ callsLeft: null, notBefore: null });
  });

  it('is left as far as we have not spent it', () => {
    expect(shareAt(AT, { spent: [spent(30, midnight(24))], told: told(150) }, HUBSPOT)).toEqual({
      perDay: 100,
      left: 70,
    });
  });

  it('leaves no more than the account has left, and that only on the day on which it was told', () => {
    const use: DailyUse = { spent: [], told: told(12) };

    expect(shareAt(AT, use, HUBSPOT)?.left).toBe(12);
    expect(shareAt(new Date('2026-11-24T00:00:00Z'), use, HUBSPOT)?.left).toBe(100);
  });

  it('is never below nothing, though persons may have spent more', () => {
    expect(shareAt(AT, { spent: [spent(130, midnight(24))], told: told(70) }, HUBSPOT)?.left).toBe(0);
  });
});

describe('a forecast', () => {
  const use: DailyUse = { spent: [spent(60, midnight(24))], told: told(140) };

  it.each([
    [40, null],
    [41, midnight(24)],
    [140, midnight(24)],
    [141, midnight(25)],
    [340, midnight(26)],
    [1_000_000, new Date(AT.getTime() + 365 * 86_400_000)],
  ])('of %i calls with 40 of 100 a day left', (calls, notBefore) => {
    expect(forecast(calls, AT, use, HUBSPOT)).toEqual({ callsLeft: 40, notBefore });
  });

  it('counts on the whole share of the next day, whoever has spent this one', () => {
    const others: DailyUse = { spent: [], told: told(10) };

    expect(forecast(110, AT, others, HUBSPOT)).toEqual({ callsLeft: 10, notBefore: midnight(24) });
  });

  it('gives calls back hour by hour where the day is a rolling one', () => {
    const hourly: DailyUse = {
      spent: [spent(50, new Date('2026-11-23T12:00:00Z')), spent(30, new Date('2026-11-24T09:00:00Z'))],
      told: told(120),
    };
    const at = (calls: number) => forecast(calls, AT, hourly, SALESFORCE).notBefore?.toISOString() ?? null;

    expect([20, 21, 70, 71, 100, 101].map(at)).toEqual([
      null,
      '2026-11-23T12:00:00.000Z',
      '2026-11-23T12:00:00.000Z',
      '2026-11-24T09:00:00.000Z',
      '2026-11-24T09:00:00.000Z',
      '2026-11-24T11:00:00.000Z', // those of today
    ]);
  });
});
