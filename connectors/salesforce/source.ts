import type { RecordKind, RecordOf, Stream } from '../../src/domain/crm.ts';
import type { Fields, Org, SalesforceObject } from './org.ts';
import type { Row } from './query.ts';

/** What a page is read with. */
export interface PageContext {
  readonly org: Org;
  /** Fields of the source's object that the running user sees. */
  readonly fields: Fields;
  readonly signal: AbortSignal;
}

/** Where a stream comes from: one object, the fields to ask for, and what its rows mean. */
export interface Source<K extends RecordKind = RecordKind> {
  readonly stream: Stream<K>;
  readonly object: SalesforceObject;
  /** Fields (or `Parent.Field`) without which the stream makes no sense; `SystemModstamp` and `Id` go without saying. */
  readonly fields: readonly string[];
  /** Fields that an edition or a permission may hide; asked for where they are. */
  readonly optional: readonly string[];
  /** Condition on the rows, `null` for none. */
  readonly where?: (fields: Fields) => string | null;
  /** Condition on the rows that stand for themselves and not for another; all, if omitted. */
  readonly standing?: string;
  /** Whether an org without the object is complete without the stream. */
  readonly isOptional?: boolean;
  /**
   * Looks up what the page's rows do not say themselves, then reads them one by one.
   *
   * A row yields no record when it is none of the stream's. Reading one throws a zod error if it is unreadable.
   */
  readonly reader: (rows: readonly Row[], context: PageContext) => Promise<(row: Row) => readonly RecordOf[K][]>;
}
