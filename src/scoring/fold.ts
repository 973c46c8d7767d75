/**
 * The form in which text is compared: trimmed, NFKC, full Unicode case folding, independent of locale.
 *
 * Accents and inner spaces stay. `toLowerCase()` alone would keep ß apart from ss and final ς apart from σ.
 *
 * @example
 * fold(' STRASSE ') === fold('straße'); // => true
 */
export function fold(text: string): string {
  const known = folded.get(text);
  if (known !== undefined) return known;
  const form = foldAnew(text);
  if (text.length <= LONGEST_KNOWN) {
    if (folded.size === MOST_KNOWN) folded.clear();
    folded.set(text, form);
  }
  return form;
}

/** Leads share their industries, titles and pages: most texts were folded before. Invisible but for the speed. */
const folded = new Map<string, string>();
const MOST_KNOWN = 4096;
const LONGEST_KNOWN = 64;

function foldAnew(text: string): string {
  const trimmed = text.trim();
  if (ASCII.test(trimmed)) return trimmed.toLowerCase();
  let form = '';
  for (const character of trimmed.normalize('NFKC')) form += foldCharacter(character);
  return form;
}

const ASCII = /^[\0-\x7f]*$/;

/** By way of upper case, which is where ẞ and ß, or ς and σ, meet; one character at a time, so no final-sigma rule. */
function foldCharacter(character: string): string {
  // Dotless ı folds to itself: only Turkic folding, which depends on locale, makes it an i.
  return character === 'ı' ? character : character.toLowerCase().toUpperCase().toLowerCase();
}
