import { setTimeout as sleep } from 'node:timers/promises';
import type { Budget } from '../../src/domain/budget.ts';

/** A budget that tells what it was asked. */
export interface RecordingBudget extends Budget {
  /** Buckets in the order in which calls were granted. */
  readonly taken: readonly string[];
  readonly pauses: readonly { readonly bucket: string; readonly ms: number }[];
}

/** A budget of one process that makes nobody wait. */
export function recordingBudget(): RecordingBudget {
  const taken: string[] = [];
  const pauses: { bucket: string; ms: number }[] = [];
  return {
    taken,
    pauses,
    take: async (bucket) => void taken.push(bucket),
    pause: async (bucket, ms) => void pauses.push({ bucket, ms }),
    learn: () => {},
  };
}

/** A budget of one process that keeps the pace: calls of a bucket start evenly spaced, in order. */
export function pacingBudget(): RecordingBudget {
  const { taken, pauses, learn, ...recording } = recordingBudget();
  const nextAtMs = new Map<string, number>();
  return {
    taken,
    pauses,
    learn,
    async take(bucket, rate, signal) {
      const nowMs = performance.now();
      const slotMs = Math.max(nowMs, nextAtMs.get(bucket) ?? 0);
      nextAtMs.set(bucket, slotMs + rate.perMs / rate.calls);
      await recording.take(bucket, rate, signal);
      if (slotMs > nowMs) await sleep(slotMs - nowMs, undefined, { signal });
    },
    async pause(bucket, ms) {
      nextAtMs.set(bucket, Math.max(nextAtMs.get(bucket) ?? 0, performance.now() + ms));
      await recording.pause(bucket, ms);
    },
  };
}
