import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit } from 'yaml';

/** A place in a file, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A path of keys and indices into the content of a file. */
export type Path = readonly PropertyKey[];

/** The value at a path of any content; `undefined` where the path leads nowhere. */
export function valueAt(content: unknown, path: Path): unknown {
  let value = content;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step]; // an object, as was just asked
  }
  return value;
}

/** A YAML file that was read, with the way back from its content to its places. */
export interface YamlSource {
  readonly content: unknown;
  /** What is wrong with the YAML itself; `content` is `undefined` then. */
  readonly mistakes: readonly { readonly place: Place; readonly message: string }[];
  /** Where the value at a path stands; of a key that is missing, the map that lacks it. */
  placeOf(path: Path): Standing;
  /** Where the key at the end of a path stands. */
  placeOfKey(path: Path): Standing;
}

/** Where something stands. */
export interface Standing {
  /** Where it is used: behind an alias, the alias. */
  readonly use: Place;
  /** Where its text is: behind an alias, within what the anchor names. */
  readonly origin: Place;
}

/** Reads YAML 1.2 (core schema). Never throws. */
export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.2', schema: 'core', lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const mistakes = [
    ...[...document.errors, ...document.warnings].map(({ pos, message }) => ({ place: at(pos[0]), message })),
    ...strayAliases(document).map(({ offset, message }) => ({ place: at(offset), message })),
  ];
  let content: unknown;
  try {
    if (mistakes.length === 0) content = document.toJS();
  } catch (error) {
    // The library's guard against aliases that multiply.
    if (!(error instanceof ReferenceError)) throw error;
    mistakes.push({ place: at(0), message: error.message });
  }
  const standing = (path: Path, isKey: boolean): Standing => {
    const { use, origin } = walk(document, path, isKey);
    return { use: at(use), origin: at(origin) };
  };
  return {
    content,
    mistakes,
    placeOf: (path) => standing(path, false),
    placeOfKey: (path) => standing(path, true),
  };
}

/** Aliases of anchors that are not there, and of what they are within themselves, which would have no end. */
function strayAliases(document: Document): readonly { readonly offset: number; readonly message: string }[] {
  const strays: { readonly offset: number; readonly message: string }[] = [];
  visit(document, {
    Alias: (_key, alias, above) => {
      const named = alias.resolve(document);
      const offset = startOf(alias) ?? 0;
      if (named === undefined) strays.push({ offset, message: `no anchor ${alias.source}` });
      else if (above.includes(named)) strays.push({ offset, message: `anchor ${alias.source} within itself` });
    },
  });
  return strays;
}

/** Offsets of the value, or of the key, at a path; as far as the path leads. */
function walk(document: Document, path: Path, isKey: boolean): { readonly use: number; readonly origin: number } {
  let alias: number | undefined;
  let node: unknown = document.contents;
  let origin = startOf(node) ?? 0;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) {
      alias ??= startOf(node);
      node = node.resolve(document);
      origin = startOf(node) ?? origin;
    }
    const { key, value } = childOf(node, step);
    if (key === undefined && value === undefined) break;
    node = value;
    const isKeyWanted = isKey && index === path.length - 1;
    origin = (isKeyWanted ? undefined : startOf(value)) ?? startOf(key) ?? origin;
  }
  if (isKey || !isAlias(node)) return { use: alias ?? origin, origin };
  return { use: alias ?? origin, origin: startOf(node.resolve(document)) ?? origin };
}

/** The nodes of a key and of its value, of a list the value alone; neither where the step leads nowhere. */
function childOf(node: unknown, step: PropertyKey): { readonly key?: unknown; readonly value?: unknown } {
  if (isSeq(node)) return { value: node.items[Number(step)] };
  if (!isMap(node)) return {};
  const pair = node.items.find(({ key }) => String(isScalar(key) ? key.value : key) === String(step));
  return pair === undefined ? {} : { key: pair.key, value: pair.value };
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]; // every parsed node has a range; a missing value has none
}
