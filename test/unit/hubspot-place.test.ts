import { describe, expect, it } from 'vitest';
import { cursorAt, type Place, placeOf } from '../../connectors/hubspot/place.ts';
import type { SyncCursor } from '../../src/domain/crm.ts';

/** Cursors as the first version wrote them. They stand in databases: this table only ever grows. */
const GOLDEN: readonly (readonly [string, Place])[] = [
  [
    'eyJhdCI6Imxpc3QiLCJhZnRlciI6IjEwMDAwMDEwMSIsImJlZ3VuQXRNcyI6MTc5NTQ0MjQwMDAwMH0',
    { at: 'list', after: '100000101', begunAtMs: 1_795_442_400_000 },
  ],
  [
    'eyJhdCI6IndpbmRvdyIsImZyb21NcyI6MTc5NTQ0MjQwMDAwMCwidG9NcyI6bnVsbCwiYWZ0ZXJJZCI6bnVsbCwicGFydCI6bnVsbCwiYWZ0ZXIiOm51bGx9',
    { at: 'window', fromMs: 1_795_442_400_000, toMs: null, afterId: null, part: null, after: null },
  ],
  [
    'eyJhdCI6IndpbmRvdyIsImZyb21NcyI6MTc5NTQ0MjQwMDAwMCwidG9NcyI6MTc5NTQ0MzAwMDAwMCwiYWZ0ZXJJZCI6IjEwMDAwMDIwMCIsInBhcnQiOm51bGwsImFmdGVyIjpudWxsfQ',
    { at: 'window', fromMs: 1_795_442_400_000, toMs: 1_795_443_000_000, afterId: '100000200', part: null, after: null },
  ],
  [
    'eyJhdCI6IndpbmRvdyIsImZyb21NcyI6MCwidG9NcyI6MTc5NTQ0MzAwMDAwMCwiYWZ0ZXJJZCI6bnVsbCwicGFydCI6ImVfdmlzaXRlZF9wYWdlIiwiYWZ0ZXIiOiJNREF3In0',
    { at: 'window', fromMs: 0, toMs: 1_795_443_000_000, afterId: null, part: 'e_visited_page', after: 'MDAw' },
  ],
];

describe('HubSpot cursors', () => {
  it.each(GOLDEN)('load for ever: %s', (cursor, place) => {
    expect(placeOf(cursor as SyncCursor)).toEqual(place);
  });

  it.each(GOLDEN)('are written as before: %s', (cursor, place) => {
    expect(cursorAt(place)).toBe(cursor);
  });

  it('load from a version that did not know the later fields', () => {
    const cursor = Buffer.from('{"at":"window","fromMs":5}').toString('base64url') as SyncCursor;
    expect(placeOf(cursor)).toEqual({ at: 'window', fromMs: 5, toMs: null, afterId: null, part: null, after: null });
  });

  it('of another connector are refused', () => {
    const cursor = Buffer.from('{"stamp":"x"}').toString('base64url') as SyncCursor;
    expect(() => placeOf(cursor)).toThrow(expect.objectContaining({ code: 'CRM_PROTOCOL' }));
  });
});
