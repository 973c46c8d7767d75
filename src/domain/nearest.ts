/** The candidate that a mistyped word most likely meant, or `null` if none is within a third of its letters. */
export function nearest(word: string, candidates: readonly string[]): string | null {
  const farthest = Math.max(1, Math.floor(word.length / 3));
  const [best] = candidates
    .map((candidate) => ({ candidate, edits: editsBetween(word.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ edits }) => edits <= farthest)
    .sort((a, b) => a.edits - b.edits);
  return best?.candidate ?? null;
}

/** Levenshtein's distance: letters to insert, delete or replace. */
function editsBetween(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const current = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const replaced = previous[j]! + (letter === b[j] ? 0 : 1);
      current.push(Math.min(current[j]! + 1, previous[j + 1]! + 1, replaced));
    }
    previous = current;
  }
  return previous[b.length]!;
}
