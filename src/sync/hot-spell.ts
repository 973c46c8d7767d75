/** A hot spell: from turning hot to leaving hot for longer than the cool-down. */
export interface HotSpell {
  /** 0 before the first spell, then 1, 2, 3 … */
  readonly hotSpell: number;
  readonly hotSince: Date | null;
  /** When the cool-down of a lead that has left the band is over; `null` while it is in the band. */
  readonly spellEndsAt: Date | null;
}

const DAY_MS = 86_400_000;

/**
 * The hot spell after a scoring. A new number means a new task.
 *
 * A lead that comes back within the cool-down is in the same spell, so that a score that wavers about the border, or a
 * run that is repeated, makes no second task.
 */
export function nextHotSpell(spell: HotSpell, isHot: boolean, asOf: Date, coolDownDays: number): HotSpell {
  const { hotSpell, hotSince, spellEndsAt } = spell;
  if (!isHot) {
    if (hotSince === null || spellEndsAt !== null) return spell;
    return { hotSpell, hotSince, spellEndsAt: new Date(asOf.getTime() + coolDownDays * DAY_MS) };
  }
  const hasEnded = spellEndsAt !== null && asOf > spellEndsAt;
  if (hotSince !== null && !hasEnded) return { hotSpell, hotSince, spellEndsAt: null };
  return { hotSpell: hotSpell + 1, hotSince: asOf, spellEndsAt: null };
}
