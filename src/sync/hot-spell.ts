/** A hot spell: from turning hot to leaving hot for longer than the cool-down. */
export interface HotSpell {
  /** 0 before the first spell, then 1, 2, 3 … */
  readonly hotSpell: number;
  readonly hotSince: Date | null;
  /** When the lead left the band, while the cool-down still runs. */
  readonly coolingSince: Date | null;
}

const DAY_MS = 86_400_000;

/**
 * The hot spell after a scoring. A new number means a new task.
 *
 * A lead that comes back within the cool-down is in the same spell, so that a score that wavers about the border, or a
 * run that is repeated, makes no second task.
 */
export function nextHotSpell(spell: HotSpell, isHot: boolean, asOf: Date, coolDownDays: number): HotSpell {
  const { hotSpell, hotSince, coolingSince } = spell;
  if (!isHot) {
    if (hotSince === null || coolingSince !== null) return spell;
    return { hotSpell, hotSince, coolingSince: asOf };
  }
  const hasEnded = coolingSince !== null && asOf.getTime() - coolingSince.getTime() > coolDownDays * DAY_MS;
  if (hotSince !== null && !hasEnded) return { hotSpell, hotSince, coolingSince: null };
  return { hotSpell: hotSpell + 1, hotSince: asOf, coolingSince: null };
}
