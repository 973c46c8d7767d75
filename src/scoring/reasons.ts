import { roundHalfAway } from './points.ts';
import type { Reason } from './score-card.ts';

/** Languages in which reasons are written. */
export const LANGUAGES = ['en', 'fr'] as const;

/** One of {@link LANGUAGES}. */
export type Language = (typeof LANGUAGES)[number];

/** Most characters that a text property of a CRM takes. */
export const LONGEST_REASONS = 255;

/**
 * The reasons of a score on one line, for a rep to read in the CRM: the label and the points of each, heaviest first.
 *
 * @param labels - What a label is called in the language; one that is not named stays as the model has it.
 * @returns At most {@link LONGEST_REASONS} UTF-16 code units; whole reasons, only a single overlong one is cut.
 * @example
 * reasonsText(card); // => 'Demo request +40 · Marketing director +20 · 500+ employees +10'
 */
export function reasonsText(
  { reasons }: { readonly reasons: readonly Reason[] },
  language: Language = 'en',
  labels: Readonly<Record<string, string>> = {},
): string {
  let text = '';
  for (const { label: written, cp } of reasons) {
    const label = Object.hasOwn(labels, written) ? labels[written]! : written;
    const reason = `${label} ${pointsText(cp, language)}`;
    const longer = text === '' ? reason : `${text} · ${reason}`;
    if (longer.length > LONGEST_REASONS) return text === '' ? cut(label, ` ${pointsText(cp, language)}`) : text;
    text = longer;
  }
  return text === '' ? NOTHING[language] : text;
}

/** Points with their sign, whole unless they are below one: `+40`, `−5`, `+0.25`. */
export function pointsText(cp: number, language: Language): string {
  const whole = roundHalfAway(Math.abs(cp) / 100);
  const points = whole === 0 ? (Math.abs(cp) / 100).toString() : whole.toString();
  return `${cp < 0 ? '−' : '+'}${language === 'fr' ? points.replace('.', ',') : points}`;
}

const NOTHING: Readonly<Record<Language, string>> = { en: 'No points yet', fr: 'Pas encore de points' };

/** Cuts between characters, never through one. */
function cut(label: string, ending: string): string {
  let text = '';
  for (const character of label) {
    if (text.length + character.length + 1 + ending.length > LONGEST_REASONS) break;
    text += character;
  }
  return `${text}…${ending}`;
}
