import type { BudgetsTables } from './budgets-table.ts';
import type { ConnectionsTables } from './connections-table.ts';
import type { LinksTables } from './links-tables.ts';
import type { SyncTables } from './sync-tables.ts';

/** Every table of the database, as migrated to the last number. */
export interface Database extends ConnectionsTables, BudgetsTables, SyncTables, LinksTables {}
