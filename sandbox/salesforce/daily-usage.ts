const HOUR_MS = 3_600_000;
const HOURS = 24;

/** Counts calls over a rolling day of sandbox time, hour by hour. */
export class DailyUsage {
  readonly #now: () => Date;
  #hours: { readonly hour: number; calls: number }[] = [];

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** Calls within the last 24 hours. */
  get used(): number {
    const oldest = this.#hour() - HOURS;
    this.#hours = this.#hours.filter(({ hour }) => hour > oldest);
    return this.#hours.reduce((sum, { calls }) => sum + calls, 0);
  }

  count(): void {
    const hour = this.#hour();
    const last = this.#hours.at(-1);
    if (last?.hour === hour) last.calls += 1;
    else this.#hours.push({ hour, calls: 1 });
  }

  #hour(): number {
    return Math.floor(this.#now().getTime() / HOUR_MS);
  }
}
