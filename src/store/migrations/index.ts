import type { Migration } from 'kysely/migration';
import { connections } from './0001-connections.ts';
import { budgets } from './0002-budgets.ts';
import { sync } from './0010-sync.ts';
import { plans } from './0020-plans.ts';
import { undo } from './0021-undo.ts';
import { fieldFights } from './0022-field-fights.ts';
import { reconciliations } from './0023-reconciliations.ts';
import { mapping } from './0030-mapping.ts';
import { dailyCalls } from './0040-daily-calls.ts';
import { links } from './0050-links.ts';
import { spellEnds } from './0051-spell-ends.ts';

/** Every migration by name, in order. One that has been released is never edited, renamed or removed. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-connections': connections,
  '0002-budgets': budgets,
  '0010-sync': sync,
  '0020-plans': plans,
  '0021-undo': undo,
  '0022-field-fights': fieldFights,
  '0023-reconciliations': reconciliations,
  '0030-mapping': mapping,
  '0040-daily-calls': dailyCalls,
  '0050-links': links,
  '0051-spell-ends': spellEnds,
};
