import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument } from 'yaml';

/** A place in a file, counted from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** A path of keys and indices into the content of a file. */
export type Path = readonly PropertyKey[];

/** A YAML file that was read, with the way back from its content to its places. */
export interface YamlSource {
  readonly content: unknown;
  /** What is wrong with the YAML itself; `content` is `undefined` then. */
  readonly mistakes: readonly { readonly place: Place; readonly message: string }[];
  /** Where the value at a path stands; of a key that is missing, the map that lacks it. */
  placeOf(path: Path): Place;
  /** Where the key at the end of a path stands. */
  placeOfKey(path: Path): Place;
}

/** Reads YAML 1.2 (core schema). Never throws. */
export function readYaml(text: string, file: string): YamlSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { version: '1.2', schema: 'core', lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  const mistakes = [...document.errors, ...document.warnings].map(({ pos, message }) => ({
    place: at(pos[0]),
    message,
  }));
  let content: unknown;
  try {
    if (mistakes.length === 0) content = document.toJS();
  } catch (error) {
    // The library's guard against aliases that multiply.
    if (!(error instanceof ReferenceError)) throw error;
    mistakes.push({ place: at(0), message: error.message });
  }
  const walk = (path: Path): { value: number; key: number } => {
    let node: unknown = document.contents;
    let [value, key] = [0, 0];
    for (const step of [...path, null]) {
      if (isAlias(node)) node = node.resolve(document);
      value = startOf(node) ?? value;
      if (step === null) break;
      if (isMap(node)) {
        const pair = node.items.find((item) => String(isScalar(item.key) ? item.key.value : item.key) === String(step));
        if (pair === undefined) break;
        key = startOf(pair.key) ?? value;
        value = key;
        node = pair.value;
      } else if (isSeq(node)) {
        key = startOf(node.items[Number(step)]) ?? value;
        node = node.items[Number(step)];
      } else break;
    }
    return { value, key };
  };
  return { content, mistakes, placeOf: (path) => at(walk(path).value), placeOfKey: (path) => at(walk(path).key) };
}

function startOf(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]; // every parsed node has a range; a missing value has none
}
