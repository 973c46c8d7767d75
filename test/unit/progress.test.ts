import { describe, expect, it } from 'vitest';
import { withProgress } from '../../src/cli/progress.ts';

/** Items of which each takes so many milliseconds of a clock that a test holds. */
async function passed(count: number, eachMs: number, isTerminal: boolean) {
  const told: string[] = [];
  let ms = 0;
  const items = (async function* () {
    for (let item = 1; item <= count; item += 1) {
      ms += eachMs;
      yield item;
    }
  })();
  const output = { isTerminal, write: (text: string) => void told.push(text), nowMs: () => ms };
  return { items: await Array.fromAsync(withProgress(items, 'scored', output)), told };
}

describe('withProgress', () => {
  it('hands every item on, in order', async () => {
    expect((await passed(3, 10_000, false)).items).toEqual([1, 2, 3]);
  });

  it('tells one line every five seconds where nobody watches', async () => {
    expect((await passed(2_500, 5, false)).told).toEqual(['1,000 scored\n', '2,000 scored\n']);
  });

  it('counts on in one line of a terminal, and takes it away in the end', async () => {
    expect((await passed(5, 100, true)).told).toEqual(['\r2 scored', '\r4 scored', '\r\u001b[K']);
  });

  it('has nothing to tell of what is soon done', async () => {
    expect((await passed(100, 1, false)).told).toEqual([]);
    expect((await passed(100, 1, true)).told).toEqual([]);
  });

  it('leaves the line clean where the work fails', async () => {
    const told: string[] = [];
    let ms = 0;
    const items = (async function* () {
      yield* [1, 2];
      throw new Error('broken');
    })();
    const nowMs = () => (ms += 300);
    const all = Array.fromAsync(
      withProgress(items, 'scored', { isTerminal: true, write: (text) => void told.push(text), nowMs }),
    );

    await expect(all).rejects.toThrow('broken');
    expect(told.at(-1)).toBe('\r\u001b[K');
  });
});
