import { z } from 'zod';
import { LeadScoringError } from '../../src/errors.ts';
import { QueryInterrupted } from './failure.ts';
import type { Fields, Org } from './org.ts';
import { nextPage, queryPage } from './query.ts';
import { Instant } from './schemas.ts';
import { quoted } from './soql.ts';
import type { Source } from './source.ts';

const StampedRow = z
  .looseObject({ Id: z.string(), SystemModstamp: Instant })
  .transform(({ Id, SystemModstamp }) => ({ crmId: Id, modifiedAt: SystemModstamp }));

/** Every id of a source that is neither deleted nor converted, with its stamp. A dead locator goes on by id. */
export async function* scanSource(source: Source, org: Org, signal: AbortSignal) {
  const fields = await org.fields(source.object);
  if (fields === null) return;
  let lastId: string | null = null;
  for (let deaths = 0; ; ) {
    const soql = `SELECT Id, SystemModstamp ${scanned(source, fields, lastId)} ORDER BY Id`;
    try {
      let { body: page } = await queryPage(org.client, soql, { all: false }, signal);
      for (;;) {
        deaths = 0;
        lastId = page.records.at(-1)?.Id ?? lastId;
        yield page.records.map((row) => StampedRow.parse(row));
        if (page.nextRecordsUrl === undefined) return;
        page = (await nextPage(org.client, page.nextRecordsUrl, signal)).body;
      }
    } catch (error) {
      if (!(error instanceof QueryInterrupted)) throw error;
      deaths += 1;
      if (deaths > 3) throw new LeadScoringError('CRM_TIMEOUT', `The ids of ${source.object} cannot be listed`);
    }
  }
}

/** The FROM and WHERE of the rows that a scan lists, from an id on. */
export function scanned(source: Source, fields: Fields, afterId: string | null = null): string {
  const behind = afterId === null ? null : `Id > ${quoted(afterId)}`;
  const conditions = [source.where?.(fields), source.standing, behind].filter((part) => typeof part === 'string');
  return `FROM ${source.object}${conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`}`;
}
