/** Oldest and newest API version that the org answers; Winter '27 is the newest. */
const OLDEST = 31;
const NEWEST = 68;
/** Versions that were retired: an answer of their own. */
const OLDEST_RETIRED = 21;

/** The answer of GET /services/data: three releases a year, Spring '26 is 66.0. */
export function versionList(): readonly object[] {
  return Array.from({ length: NEWEST - OLDEST + 1 }, (_, index) => {
    const version = `${OLDEST + index}.0`;
    return { label: labelOf(OLDEST + index), url: `/services/data/v${version}`, version };
  });
}

/** Whether the org answers a version such as `68.0`, did so once, or never. */
export function versionState(version: string): 'living' | 'retired' | 'unknown' {
  const number = /^\d+\.0$/.test(version) ? Number(version) : Number.NaN;
  if (number >= OLDEST && number <= NEWEST) return 'living';
  return number >= OLDEST_RETIRED && number < OLDEST ? 'retired' : 'unknown';
}

function labelOf(version: number): string {
  const place = (((version - 66) % 3) + 3) % 3;
  const year = 26 + Math.floor((version - 66) / 3) + (place === 2 ? 1 : 0);
  return `${['Spring', 'Summer', 'Winter'][place]} '${year}`;
}
