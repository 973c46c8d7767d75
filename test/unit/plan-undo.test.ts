import { describe, expect, it } from 'vitest';
import type { CrmLead } from '../../src/domain/crm.ts';
import type { WrittenLead } from '../../src/domain/undo.ts';
import { undoOf } from '../../src/sync/plan-undo.ts';
import { aCrmLead, NO_FIELDS } from '../support/sync-house.ts';

const WRITTEN: WrittenLead = {
  ref: { object: 'lead', crmId: '1' },
  isConfirmed: true,
  before: { score: 10, band: null },
  after: { score: 90, band: 'hot' },
  stageBefore: 'lead',
  stageAfter: 'mql',
  later: {},
};
const present = (fields: object, stage = 'mql', more: Partial<CrmLead> = {}) =>
  aCrmLead('1', { scoreFields: { ...NO_FIELDS, ...fields }, lifecycleStage: stage, ...more });

describe('undoing a write', () => {
  it('restores every value that is still as the run left it, empty ones too', () => {
    expect(undoOf(WRITTEN, present({ score: 90, band: 'hot' }))).toEqual({
      state: 'planned',
      cause: null,
      before: { score: 90, band: 'hot' },
      after: { score: 10, band: null },
      stageBefore: 'mql',
      stageAfter: 'lead',
      skipped: [],
    });
  });

  it('leaves a value that somebody changed since, says so, and restores the others', () => {
    expect(undoOf(WRITTEN, present({ score: 55, band: 'hot' }, 'customer'))).toMatchObject({
      state: 'planned',
      before: { band: 'hot' },
      after: { band: null },
      stageAfter: null,
      skipped: [
        { field: 'score', reason: 'changed since' },
        { field: 'lifecycleStage', reason: 'changed since' },
      ],
    });
  });

  it('tells a later run of ours from somebody else', () => {
    const later = { ...WRITTEN, stageAfter: null, later: { score: 70, band: 'warm' } };

    expect(undoOf(later, present({ score: 70, band: 'cold' }))).toMatchObject({
      state: 'rejected',
      cause: 'written by a later run',
      skipped: [
        { field: 'score', reason: 'written by a later run' },
        { field: 'band', reason: 'changed since' },
      ],
    });
  });

  it('changes nothing the second time', () => {
    expect(undoOf(WRITTEN, present({ score: 10 }, 'lead'))).toMatchObject({
      state: 'unchanged',
      after: {},
      stageAfter: null,
      skipped: [],
    });
  });

  it('clears a stage that was empty before', () => {
    const first = { ...WRITTEN, stageBefore: null };

    expect(undoOf(first, present({ score: 90, band: 'hot' }))).toMatchObject({ stageBefore: 'mql', stageAfter: '' });
  });

  it('leaves a lead alone that is gone, merged or converted', () => {
    const moved = present({ score: 90 }, 'mql', { movedTo: { object: 'contact', crmId: '2' } });

    expect([undoOf(WRITTEN, null), undoOf(WRITTEN, moved)]).toMatchObject([
      { state: 'rejected', cause: 'gone' },
      { state: 'rejected', cause: 'gone' },
    ]);
  });

  it('restores what a lost answer may have written, and does not blame anybody for what it may not', () => {
    const unsure = { ...WRITTEN, isConfirmed: false };

    expect(undoOf(unsure, present({ score: 90, band: 'hot' }))).toMatchObject({ state: 'planned' });
    expect(undoOf(unsure, present({ score: 33, band: 'cold' }, 'customer'))).toMatchObject({
      state: 'unchanged',
      skipped: [],
    });
  });
});
