/**
 * The lines of a stream of UTF-8, without their ends; the last one too if nothing ends it.
 *
 * Not `node:readline`: that splits at U+2028, which JSON may contain within text. Memory holds one line.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array | string>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).split('\n');
    lines[0] = rest + lines[0];
    rest = lines.pop()!; // split gives one part at least
    yield* lines;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}
