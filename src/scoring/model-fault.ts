import { nearestWord } from '../domain/nearest-word.ts';
import { type Path, valueAt } from './yaml-source.ts';

/** One thing that is wrong with a model. */
export interface ModelFault {
  readonly path: Path;
  /** Whether the key at the end of the path is at fault rather than its value. */
  readonly isKey: boolean;
  readonly found: string;
  readonly expected: string;
  /** What may have been meant. */
  readonly meant: string | null;
}

/** A value that is wrong where it stands, or missing. */
export function valueFault(content: unknown, path: Path, expected: string, known: readonly string[] = []): ModelFault {
  const value = valueAt(content, path);
  const name = path.findLast((step) => typeof step === 'string');
  const found = name === undefined ? shown(value) : `${name}: ${shown(value)}`;
  return {
    path,
    isKey: false,
    found,
    expected,
    meant: typeof value === 'string' ? (nearestWord(value, known) ?? null) : null,
  };
}

/** A key that is none of those known at its place. */
export function keyFault(path: Path, expected: string, known: readonly string[] = []): ModelFault {
  const key = String(path.at(-1));
  return { path, isKey: true, found: `key ${key}`, expected, meant: nearestWord(key, known) ?? null };
}

/**
 * The faults with each told once: of several at one place the first, none of what stands under a wrong key, and no key
 * as missing that is there, mistyped.
 */
export function eachOnce(faults: readonly ModelFault[], content: unknown): readonly ModelFault[] {
  const wrongKeys = faults.filter(({ isKey }) => isKey);
  const mistyped = new Set(wrongKeys.map(({ path, meant }) => textOf([...path.slice(0, -1), meant ?? ''])));
  const told = new Set<string>();
  return faults.filter(({ path, isKey }) => {
    const place = textOf(path);
    if (!isKey) {
      if (mistyped.has(place) && valueAt(content, path) === undefined) return false;
      if (wrongKeys.some((wrong) => place.startsWith(textOf(wrong.path)))) return false;
    }
    const before = told.size;
    return told.add(`${isKey}${place}`).size > before;
  });
}

/** A path as text, so that of a path that leads further it is the beginning. */
function textOf(path: Path): string {
  return path.map((step) => `${JSON.stringify(step)},`).join('');
}

const LONGEST_SHOWN = 60;

/** A value in a few words. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a map';
  const text = typeof value === 'number' ? String(value) : JSON.stringify(value);
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
}
