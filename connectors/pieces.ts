import type { Clock } from '../src/domain/clock.ts';
import { LeadScoringError } from '../src/errors.ts';

/** Sizes shrink by this in each round: one culprit among n elements is alone after 2·log₂ n further calls. */
const PARTS = 4;
/** Rounds in which an element may meet a lock; 100 or 200 elements are down to one by then. */
const LOCK_ROUNDS = 5;
const FIRST_LOCK_WAIT_MS = 250;

/** An element of a batch and its place in it. */
export interface Placed<T> {
  readonly element: T;
  readonly place: number;
}

/** How the elements of a batch are sent. */
export interface Piecemeal<T, R> {
  /** Most elements of one call. */
  readonly size: number;
  /** Makes one call: one result per element, same order. */
  readonly send: (elements: readonly T[]) => Promise<readonly R[]>;
  /** The result of each element of a call that failed. */
  readonly failed: (error: LeadScoringError) => R;
  /** Whether a call failed because of some element in it, so that the others may pass without; a refusal, if omitted. */
  readonly isOfOne?: (error: LeadScoringError) => boolean;
  /** Of the elements of answered calls those that met a lock, in the order in which they should go again. */
  readonly locked?: (answered: readonly (Placed<T> & { readonly result: R })[]) => readonly Placed<T>[];
  readonly clock: Pick<Clock, 'sleep'>;
  readonly signal: AbortSignal;
}

/**
 * Sends a batch in calls of the CRM's size, one after the other, and isolates what keeps the rest from passing.
 *
 * A call that is refused whole because of one element, without a word of which, is sent again in smaller pieces until
 * the culprit stands alone. So is a call that met a lock, after a wait: only what is locked in the end waits for the
 * next run. Any other failure is every element's, and of the elements behind it, unsent: only a lost answer lets the
 * next call go on.
 *
 * @returns one result per element, same order.
 */
export async function sendInPieces<T, R>(elements: readonly T[], how: Piecemeal<T, R>): Promise<R[]> {
  const results: R[] = [];
  let pieces = piecesOf(
    elements.map((element, place) => ({ element, place })),
    how.size,
  );
  let failure: LeadScoringError | null = null;
  for (let round = 1; pieces.length > 0; round += 1) {
    const sent: Round<T, R> = await sendRound(pieces, { how, failure, mayBeLocked: round < LOCK_ROUNDS });
    for (const { place, result } of sent.ended) results[place] = result;
    failure = sent.failure;
    const rows = round < LOCK_ROUNDS ? (how.locked?.(sent.answered) ?? []) : [];
    pieces = [...sent.pieces, ...piecesOf(rows, how.size / PARTS ** round)];
    const waitMs = sent.waitMs ?? (rows.length > 0 ? FIRST_LOCK_WAIT_MS * 2 ** (round - 1) : 0);
    if (failure === null && waitMs > 0) await how.clock.sleep(waitMs, how.signal);
  }
  return results;
}

interface Round<T, R> {
  readonly ended: (Placed<T> & { readonly result: R })[];
  readonly answered: (Placed<T> & { readonly result: R })[];
  /** What goes again in the next round. */
  readonly pieces: Placed<T>[][];
  /** Wait before it, in milliseconds; `null` if nothing asks for one. */
  waitMs: number | null;
  failure: LeadScoringError | null;
}

async function sendRound<T, R>(
  pieces: readonly (readonly Placed<T>[])[],
  {
    how,
    failure,
    mayBeLocked,
  }: { readonly how: Piecemeal<T, R>; readonly failure: LeadScoringError | null; readonly mayBeLocked: boolean },
): Promise<Round<T, R>> {
  const round: Round<T, R> = { ended: [], answered: [], pieces: [], waitMs: null, failure };
  for (const piece of pieces) {
    const answer = round.failure ?? (await failureAsValue(how.send(piece.map(({ element }) => element))));
    if (!(answer instanceof LeadScoringError)) {
      const answered = piece.map((placed, index) => ({ ...placed, result: answer[index]! })); // one per element
      round.answered.push(...answered);
      round.ended.push(...answered);
      continue;
    }
    round.ended.push(...piece.map((placed) => ({ ...placed, result: how.failed(answer) })));
    if ((how.isOfOne ?? isRefusal)(answer)) {
      if (piece.length > 1) round.pieces.push(...piecesOf(piece, piece.length / PARTS));
    } else if (answer.code === 'CRM_RECORD_LOCKED') {
      if (!mayBeLocked) continue;
      round.pieces.push(...piecesOf(piece, piece.length / PARTS));
      round.waitMs = Math.max(round.waitMs ?? 0, answer.retryAfterMs ?? FIRST_LOCK_WAIT_MS);
    } else if (answer.code !== 'CRM_OUTCOME_UNKNOWN') round.failure = answer;
  }
  return round;
}

/**
 * Reads elements in calls of at most `size`; one that makes the CRM refuse its whole call is left out once it stands alone.
 *
 * @returns what each answered call brought.
 * @throws {LeadScoringError} what is about the connection; a refusal too where no element passes, since then it is the
 *   call that is wrong and not its elements.
 */
export async function readInPieces<T, A>(
  elements: readonly T[],
  {
    size,
    read,
    clock,
    signal,
  }: Pick<Piecemeal<T, A>, 'size' | 'clock' | 'signal'> & { readonly read: (elements: readonly T[]) => Promise<A> },
): Promise<A[]> {
  const answers: A[] = [];
  const send = async (piece: readonly T[]) => {
    answers.push(await read(piece));
    return piece.map(() => null);
  };
  const failed = (error: LeadScoringError) => error;
  const failures = await sendInPieces<T, LeadScoringError | null>(elements, { size, send, failed, clock, signal });
  const failure = failures.find((error) => error !== null && !(answers.length > 0 && isRefusal(error)));
  if (failure instanceof LeadScoringError) throw failure;
  return answers;
}

function isRefusal({ code }: LeadScoringError): boolean {
  return code === 'CRM_REJECTED_RECORD';
}

/** A failure that we raised on purpose as a value; anything else is thrown on, an abort among it. */
async function failureAsValue<A>(work: Promise<A>): Promise<A | LeadScoringError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof LeadScoringError) return error;
    throw error;
  }
}

/** Runs of at most `size` (rounded up), in order. */
function piecesOf<T>(all: readonly T[], size: number): T[][] {
  const whole = Math.max(1, Math.ceil(size));
  return Array.from({ length: Math.ceil(all.length / whole) }, (_, n) => all.slice(n * whole, (n + 1) * whole));
}
