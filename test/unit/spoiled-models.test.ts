import { describe, expect, it } from 'vitest';
import { at, type Content, linesOf, type Steps, spoiled, WHOLE_MODEL } from '../support/whole-model.ts';

function pathsOf(content: Content, above: Steps = []): readonly Steps[] {
  if (typeof content !== 'object') return [];
  return Object.keys(content).flatMap((key) => {
    const path = [...above, Array.isArray(content) ? Number(key) : key];
    return [path, ...pathsOf(content[key], path)];
  });
}

/** A dimension that is gone is missed wherever it is named, and each of these places is told. */
const paths = pathsOf(WHOLE_MODEL).filter((path) => !(path[0] === 'dimensions' && path.length === 2));
const labelled = paths.map((path): [string, Steps] => [path.join('.'), path]);

it('the model that is spoiled below is whole', () => {
  expect(linesOf(WHOLE_MODEL)).toEqual([]);
  expect(paths.length).toBeGreaterThan(120);
});

describe('one defect is told in one line at most:', () => {
  it.each(labelled)('%s of another kind', (_place, path) => {
    for (const value of [null, '', ' ', 'strange', -1, 0, 1.5, 1.234, 1e300, true, [], ['x'], [7], {}]) {
      const lines = linesOf(spoiled(path, (parent, key) => (parent[key] = value)));
      const isMapOfNothing = typeof value === 'object' && value !== null && !Array.isArray(value);

      // An empty map lacks each of its keys, and each of them is told.
      if (!isMapOfNothing) expect([value, lines.slice(1)]).toEqual([value, []]);
    }
  });

  it.each(labelled)('%s left out', (_place, path) => {
    const lines = linesOf(
      spoiled(path, (parent, key) => (Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key])),
    );

    expect(lines.slice(1)).toEqual([]);
  });

  it.each(labelled.filter(([, path]) => typeof path.at(-1) === 'string'))('%s mistyped', (_place, path) => {
    const lines = linesOf(
      spoiled(path, (parent, key) => {
        parent[`${key}q`] = parent[key];
        delete parent[key];
      }),
    );

    expect(lines.slice(1)).toEqual([]);
  });

  it.each(labelled.filter(([, path]) => typeof at(WHOLE_MODEL, path) === 'object'))(
    'something added to %s',
    (_place, path) => {
      const lines = linesOf(
        spoiled(path, (parent, key) => {
          if (Array.isArray(parent[key])) parent[key].push(structuredClone(parent[key][0]));
          else parent[key].strange = 1;
        }),
      );

      expect(lines.slice(1)).toEqual([]);
    },
  );
});
