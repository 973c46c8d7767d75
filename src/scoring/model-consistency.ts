import { nearestWord } from '../domain/nearest-word.ts';
import { keyFault, type ModelFault, valueFault } from './model-fault.ts';
import { type Path, valueAt } from './yaml-source.ts';

/**
 * What a schema cannot see: names that must agree, orders, and what a condition may read.
 *
 * It takes unchecked content and is silent about whatever the schema complains of, so that both together name every
 * fault at once.
 */
export function inconsistenciesOf(content: unknown): readonly ModelFault[] {
  const dimensions = Object.keys(mapAt(content, ['dimensions']));
  return [
    ...boundFaults(content, ['total']),
    ...dimensions.flatMap((name) => boundFaults(content, ['dimensions', name])),
    ...emptyFaults(content, ['dimensions'], 'at least one dimension'),
    ...bandFaults(content),
    ...dimensionFaults(content, dimensions),
    ...gradeFaults(content),
    ...listAt(content, ['rules']).flatMap((_, index) => ruleFaults(content, ['rules', index])),
    ...repeatFaults(content, ['rules'], 'id'),
    ...repeatFaults(content, ['bands'], 'name'),
    ...rollUpFaults(content),
  ];
}

function boundFaults(content: unknown, path: Path): readonly ModelFault[] {
  const { min, max } = mapAt(content, path);
  const isWrong = typeof min === 'number' && typeof max === 'number' && min > max;
  return isWrong ? [valueFault(content, [...path, 'min'], `at most the max, which is ${max}`)] : [];
}

function emptyFaults(content: unknown, path: Path, expected: string): readonly ModelFault[] {
  const isEmpty = valueAt(content, path) !== undefined && Object.keys(mapAt(content, path)).length === 0;
  return isEmpty ? [valueFault(content, path, expected)] : [];
}

function bandFaults(content: unknown): readonly ModelFault[] {
  const bands = listAt(content, ['bands']).map((_, index) => mapAt(content, ['bands', index]));
  return bands.flatMap(({ name, from }, index) => {
    const above = bands[index - 1]?.from;
    const isWrong = typeof from === 'number' && typeof above === 'number' && from >= above;
    // A band that is there twice is told as such.
    if (!isWrong || bands.findIndex((band) => band.name === name) < index) return [];
    return [valueFault(content, ['bands', index, 'from'], `less than ${above}, the bound of the band before`)];
  });
}

/** Dimensions that are named and not there; silent where there are none at all, which is told already. */
function dimensionFaults(content: unknown, dimensions: readonly string[]): readonly ModelFault[] {
  if (dimensions.length === 0) return [];
  const expected = `a dimension of the model: ${dimensions.join(', ')}`;
  const rules = listAt(content, ['rules']).map((_, index): Path => ['rules', index, 'dimension']);
  const named = [...rules, ['rollUp', 'dimension']].filter((path) => {
    const name = valueAt(content, path);
    return typeof name === 'string' && !dimensions.includes(name);
  });
  const graded = Object.keys(mapAt(content, ['grades'])).filter((name) => !dimensions.includes(name));
  return [
    ...named.map((path) => valueFault(content, path, expected, dimensions)),
    ...graded.map((name) => keyFault(['grades', name], expected, dimensions)),
  ];
}

function gradeFaults(content: unknown): readonly ModelFault[] {
  return Object.keys(mapAt(content, ['grades'])).flatMap((name) => {
    const path = ['grades', name];
    const bounds = Object.entries(mapAt(content, path));
    const repeated = bounds.flatMap(([letter, bound], index) => {
      const isAgain = bounds.findIndex(([, other]) => other === bound) < index;
      return isAgain ? [valueFault(content, [...path, letter], 'a bound that no other letter has')] : [];
    });
    return [...emptyFaults(content, path, 'at least one letter with its bound'), ...repeated];
  });
}

function ruleFaults(content: unknown, path: Path): readonly ModelFault[] {
  const { points, maxPoints } = mapAt(content, path);
  const faults: ModelFault[] = [];
  if (typeof points === 'number' && typeof maxPoints === 'number' && Math.sign(points) !== Math.sign(maxPoints)) {
    faults.push(valueFault(content, [...path, 'maxPoints'], 'the sign of the points'));
  }
  const table = listAt(content, [...path, 'table']);
  table.forEach((_, row) => {
    const isEarly = 'else' in mapAt(content, [...path, 'table', row]) && row < table.length - 1;
    if (isEarly) faults.push(valueFault(content, [...path, 'table', row], 'the else row to be the last'));
  });
  const sequence = listAt(content, [...path, 'sequence']).map((_, step): Path => [...path, 'sequence', step]);
  for (const place of [[...path, 'on'], [...path, 'count'], ...sequence]) {
    faults.push(...attributeFaults(content, [...place, 'where']));
  }
  return faults;
}

/** In engagement, count and sequence rules a condition reads the engagement and nothing else. */
function attributeFaults(content: unknown, path: Path): readonly ModelFault[] {
  const { attribute, not } = mapAt(content, path);
  const parts = ['all', 'any'].flatMap((key) =>
    listAt(content, [...path, key]).map((_, part): Path => [...path, key, part]),
  );
  const inner = not === undefined ? parts : [...parts, [...path, 'not']];
  const faults = inner.flatMap((part) => attributeFaults(content, part));
  if (typeof attribute !== 'string' || attribute.trim() === '') return faults;
  if (ENGAGEMENT_NAMES.includes(attribute) || /^properties\../.test(attribute)) return faults;
  const fault = valueFault(content, [...path, 'attribute'], 'type, channel, campaign or properties.KEY');
  return [{ ...fault, meant: nearestWord(attribute, ENGAGEMENT_NAMES) ?? `properties.${attribute}` }, ...faults];
}

const ENGAGEMENT_NAMES = ['type', 'channel', 'campaign'];

function repeatFaults(content: unknown, path: Path, key: string): readonly ModelFault[] {
  const seen = new Set<unknown>();
  return listAt(content, path).flatMap((_, index) => {
    const name = valueAt(content, [...path, index, key]);
    const isAgain = typeof name === 'string' && seen.has(name);
    seen.add(name);
    return isAgain ? [valueFault(content, [...path, index, key], `each ${key} in ${path.join('.')} once`)] : [];
  });
}

function rollUpFaults(content: unknown): readonly ModelFault[] {
  const isMisplaced = valueAt(content, ['rollUp']) !== undefined && valueAt(content, ['object']) === 'lead';
  return isMisplaced ? [keyFault(['rollUp'], 'no rollUp, which is for object: company')] : [];
}

function mapAt(content: unknown, path: Path): Readonly<Record<string, unknown>> {
  const value = valueAt(content, path);
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isMap ? (value as Record<string, unknown>) : {}; // a map, as was just asked
}

function listAt(content: unknown, path: Path): readonly unknown[] {
  const value = valueAt(content, path);
  return Array.isArray(value) ? value : [];
}
