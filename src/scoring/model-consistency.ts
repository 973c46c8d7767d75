import { nearestWord } from '../domain/nearest-word.ts';
import { attributesOf } from './compile-condition.ts';
import { Condition } from './condition.ts';
import type { ModelFault } from './model-fault.ts';
import { valueAt } from './model-fault.ts';
import type { Path } from './yaml-source.ts';

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
    ...(dimensions.length === 0 && valueAt(content, ['dimensions']) !== undefined
      ? [fault(['dimensions'], 'at least one dimension')]
      : []),
    ...bandFaults(content),
    ...gradeFaults(content, dimensions),
    ...listAt(content, ['rules']).flatMap((_, index) => ruleFaults(content, index, dimensions)),
    ...duplicateFaults(content, ['rules'], 'id'),
    ...duplicateFaults(content, ['bands'], 'name'),
    ...rollUpFaults(content, dimensions),
  ];
}

function boundFaults(content: unknown, path: Path): readonly ModelFault[] {
  const { min, max } = mapAt(content, path);
  const isWrong = typeof min === 'number' && typeof max === 'number' && min > max;
  return isWrong ? [fault([...path, 'min'], `at most the max, which is ${max}`)] : [];
}

function bandFaults(content: unknown): readonly ModelFault[] {
  const bounds = listAt(content, ['bands']).map((_, index) => valueAt(content, ['bands', index, 'from']));
  return bounds.flatMap((from, index) => {
    const above = bounds[index - 1];
    const isWrong = typeof from === 'number' && typeof above === 'number' && from >= above;
    return isWrong ? [fault(['bands', index, 'from'], `less than ${above}, the bound of the band before`)] : [];
  });
}

function gradeFaults(content: unknown, dimensions: readonly string[]): readonly ModelFault[] {
  return Object.keys(mapAt(content, ['grades'])).flatMap((name) => {
    const path = ['grades', name];
    const bounds = Object.entries(mapAt(content, path));
    const faults = dimensions.includes(name) ? [] : [unknownDimension(path, name, dimensions, true)];
    if (bounds.length === 0) faults.push(fault(path, 'at least one letter with its bound'));
    const seen = new Set<unknown>();
    for (const [letter, bound] of bounds) {
      if (seen.has(bound)) faults.push(fault([...path, letter], 'a bound that no other letter has'));
      seen.add(bound);
    }
    return faults;
  });
}

function ruleFaults(content: unknown, index: number, dimensions: readonly string[]): readonly ModelFault[] {
  const path = ['rules', index];
  const { dimension, points, maxPoints } = mapAt(content, path);
  const faults: ModelFault[] = [];
  if (typeof dimension === 'string' && !dimensions.includes(dimension)) {
    faults.push(unknownDimension([...path, 'dimension'], dimension, dimensions, false));
  }
  if (typeof points === 'number' && typeof maxPoints === 'number' && Math.sign(points) !== Math.sign(maxPoints)) {
    faults.push(fault([...path, 'maxPoints'], 'the sign of the points'));
  }
  const table = listAt(content, [...path, 'table']);
  table.forEach((_, row) => {
    const isEarly = 'else' in mapAt(content, [...path, 'table', row]) && row < table.length - 1;
    if (isEarly) faults.push(fault([...path, 'table', row], 'the else row to be the last'));
  });
  const sequence = listAt(content, [...path, 'sequence']).map((_, step): Path => [...path, 'sequence', step]);
  for (const place of [[...path, 'on'], [...path, 'count'], ...sequence]) faults.push(...whereFaults(content, place));
  return faults;
}

/** In engagement, count and sequence rules a condition reads the engagement and nothing else. */
function whereFaults(content: unknown, occurrence: Path): readonly ModelFault[] {
  const path = [...occurrence, 'where'];
  const where = Condition.safeParse(valueAt(content, path));
  if (!where.success) return [];
  return attributesOf(where.data)
    .filter((name) => !['type', 'channel', 'campaign'].includes(name) && !/^properties\../.test(name))
    .map((name) => ({
      path,
      isKey: false,
      found: `attribute ${name}`,
      expected: 'type, channel, campaign or properties.KEY',
      candidates: [nearestWord(name, ['type', 'channel', 'campaign']) ?? `properties.${name}`],
    }));
}

function duplicateFaults(content: unknown, path: Path, key: string): readonly ModelFault[] {
  const seen = new Set<unknown>();
  return listAt(content, path).flatMap((_, index) => {
    const name = valueAt(content, [...path, index, key]);
    const isAgain = name !== undefined && seen.has(name);
    seen.add(name);
    return isAgain ? [fault([...path, index, key], `each ${key} in ${path.join('.')} once`)] : [];
  });
}

function rollUpFaults(content: unknown, dimensions: readonly string[]): readonly ModelFault[] {
  const rollUp = mapAt(content, ['rollUp']);
  const faults: ModelFault[] = [];
  if (typeof rollUp.dimension === 'string' && !dimensions.includes(rollUp.dimension)) {
    faults.push(unknownDimension(['rollUp', 'dimension'], rollUp.dimension, dimensions, false));
  }
  if (Object.keys(rollUp).length > 0 && valueAt(content, ['object']) === 'lead') {
    faults.push(fault(['rollUp'], 'no rollUp, which is for object: company'));
  }
  return faults;
}

function unknownDimension(path: Path, name: string, dimensions: readonly string[], isKey: boolean): ModelFault {
  const expected = `a dimension of the model: ${dimensions.join(', ')}`;
  return { path, isKey, found: isKey ? `key ${name}` : `dimension ${name}`, expected, candidates: dimensions };
}

function fault(path: Path, expected: string): ModelFault {
  return { path, isKey: false, expected, candidates: [] };
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
