import { count } from './print.ts';

/** Where progress is told. */
export interface ProgressOutput {
  readonly isTerminal: boolean;
  write(text: string): void;
  /** Milliseconds that only grow. */
  nowMs(): number;
}

const STANDARD_ERROR: ProgressOutput = {
  isTerminal: process.stderr.isTTY === true,
  write: (text) => void process.stderr.write(text),
  nowMs: () => performance.now(),
};

/** As {@link withProgress} for work whose answers come one by one: on a terminal they are themselves the progress. */
export function withProgressBesideAnswers<T>(items: AsyncIterable<T>, what: string): AsyncIterable<T> {
  return process.stdout.isTTY === true ? items : withProgress(items, what);
}

/** The same items, told as they pass: on a terminal in one line that counts on, elsewhere in one line every few seconds. */
export async function* withProgress<T>(
  items: AsyncIterable<T>,
  what: string,
  output: ProgressOutput = STANDARD_ERROR,
): AsyncGenerator<T> {
  const { isTerminal, write, nowMs } = output;
  const everyMs = isTerminal ? 200 : 5_000;
  let [passed, toldMs, isTold] = [0, nowMs(), false];
  try {
    for await (const item of items) {
      yield item;
      passed += 1;
      if (nowMs() - toldMs < everyMs) continue;
      write(isTerminal ? `\r${count(passed)} ${what}` : `${count(passed)} ${what}\n`);
      [toldMs, isTold] = [nowMs(), true];
    }
  } finally {
    if (isTerminal && isTold) write('\r\u001b[K');
  }
}
