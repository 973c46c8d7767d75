/*
 * Each task we create ends with a line that names it, so that it can be found again after a lost answer, and so that
 * our own tasks are not taken for something a lead did.
 */

const FIRST_WORD = 'Scorewire';
const MARKER_LINE = new RegExp(`^${FIRST_WORD} \\S+$`);

/** The last line of a task's body. */
export function markerLine(marker: string): string {
  return `${FIRST_WORD} ${marker}`;
}

/** The marker of a task's body, plain text or HTML; `null` for a task that is not ours. A rep may add lines to it. */
export function markerIn(body: string): string | null {
  const line = linesOf(body).findLast((each) => MARKER_LINE.test(each));
  return line === undefined ? null : line.slice(FIRST_WORD.length + 1);
}

/** Whether a task's body has the line of exactly this marker. */
export function bearsMarker(body: string, marker: string): boolean {
  return markerIn(body) === marker;
}

/** Whether a task is one of ours. */
export function isOurTask(body: string): boolean {
  return markerIn(body) !== null;
}

/** Lines of a text; editors of the CRMs wrap them in tags and escape them as they like. */
function linesOf(body: string): string[] {
  return body
    .replace(/<[^>]*>/g, '\n')
    .replace(/&(nbsp|lt|gt|quot|amp);/g, (_, entity: string) => ENTITIES[entity] ?? '')
    .split('\n')
    .map((line) => line.trim());
}

const ENTITIES: Readonly<Record<string, string>> = { nbsp: ' ', lt: '<', gt: '>', quot: '"', amp: '&' };
