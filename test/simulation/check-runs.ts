import { sql } from 'kysely';
import { certificateOf } from '../../src/store/certificates.ts';
import type { House } from './house.ts';
import { type Violation, violation } from './violation.ts';

/** Ends of a run that no trouble of a CRM excuses. */
const INEXCUSABLE = new Set([
  'INTERNAL',
  'RECORDS_UNACCOUNTED',
  'CRM_PROTOCOL',
  'CRM_FIELD_MISSING',
  'MAPPING_INVALID',
]);

/** Every run has ended, right or, before it grew calm, with a cause that is the CRM's; nothing is unaccounted for. */
export async function checkRuns(house: House, calmSince?: Date): Promise<readonly Violation[]> {
  const { database, log } = house;
  const found: Violation[] = [];
  const runs = await database.backstage
    .selectFrom('runs')
    .select(['id', 'phase', 'asks', 'stopped_code', 'started_at'])
    .execute();
  for (const { id, phase, asks, stopped_code, started_at } of runs) {
    const isCalm = calmSince !== undefined && started_at >= calmSince;
    if (phase === 'planned' && asks !== null && calmSince === undefined) continue; // it waits for a person
    if (phase !== 'done' && phase !== 'stopped') {
      found.push(violation('every run ends', `a run is still ${phase}`));
      continue;
    }
    if (stopped_code !== null && (INEXCUSABLE.has(stopped_code) || isCalm)) {
      const reasons = log.map(({ fields }) => ('reason' in fields ? String(fields.reason) : ''));
      found.push(
        violation('runs end right', `a run was stopped: ${stopped_code} (${reasons.filter(Boolean).at(-1) ?? ''})`),
      );
    }
    const { unaccounted } = await certificateOf(database.backstage, id);
    if (unaccounted !== 0) found.push(violation('nothing is unaccounted for', `${unaccounted} records of a run`));
  }
  return found;
}

/** What was set aside or put off has been taken up again. */
export async function checkRest({ database }: House): Promise<readonly Violation[]> {
  const { rows } = await sql<{ what: string }>`
    select 'in quarantine: ' || stage || ' ' || stream || ' ' || crm_id || ' ' || cause as what from quarantine
    union all select 'dirty: ' || object || ' ' || crm_id from leads
      where is_dirty and not is_deleted and merged_into is null
    union all select 'halted: ' || name || ' ' || halted_code from connections where state = 'halted'`.execute(
    database.backstage,
  );
  return rows.map(({ what }) => violation('nothing is left over', what));
}

/** No call was refused for its rate but by a planned trouble. */
export function checkBudgets({ sandbox }: House): readonly Violation[] {
  const stats = sandbox.stats();
  return sandbox.crms.flatMap((crm) => {
    const { rateLimited, faults } = stats[crm];
    const refused = rateLimited - (faults['rate-limit'] ?? 0);
    return refused === 0 ? [] : [violation('budgets are kept', `${crm} refused ${refused} calls for their rate`)];
  });
}
