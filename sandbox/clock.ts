/** The time inside a sandbox. Everything that a twin stamps, expires or limits is measured with it. */
export interface SandboxClock {
  now(): Date;
  /** Moves the clock by `ms` milliseconds of sandbox time. */
  advance(ms: number): void;
  set(at: Date): void;
  /** How many sandbox seconds pass in one real second; 0 for a frozen clock. */
  readonly speed: number;
}

/**
 * A clock that runs `speed` times as fast as the machine's.
 *
 * @param startAt - what it shows at once; the real time if omitted
 */
export function realClock(speed: number, startAt: Date = new Date()): SandboxClock {
  let shownMs = startAt.getTime();
  let realMs = performance.now();
  const nowMs = () => shownMs + (performance.now() - realMs) * speed;
  const set = (ms: number) => {
    shownMs = ms;
    realMs = performance.now();
  };
  return {
    speed,
    now: () => new Date(Math.floor(nowMs())),
    advance: (ms) => set(nowMs() + ms),
    set: (at) => set(at.getTime()),
  };
}

/** A clock that stands still until somebody moves it. Windows of rate limits and index lag stand still with it. */
export function frozenClock(at: Date): SandboxClock {
  let shownMs = at.getTime();
  return {
    speed: 0,
    now: () => new Date(shownMs),
    advance: (ms) => {
      shownMs += ms;
    },
    set: (to) => {
      shownMs = to.getTime();
    },
  };
}
