import type { ErrorCode } from '../errors.ts';

/** Why a record was set aside, as a person sorts the work. */
export type CauseClass =
  | 'validation'
  | 'permission'
  | 'gone'
  | 'merged'
  | 'converted'
  | 'locked'
  | 'quota'
  | 'unreadable'
  | 'unknown';

/** Errors that set one record aside → their class. */
const CLASSES: Readonly<Partial<Record<ErrorCode, CauseClass>>> = {
  CRM_REJECTED_RECORD: 'validation',
  CRM_RECORD_FORBIDDEN: 'permission',
  CRM_SCOPE_MISSING: 'permission',
  CRM_RECORD_GONE: 'gone',
  CRM_RECORD_CONVERTED: 'converted',
  CRM_RECORD_LOCKED: 'locked',
  CRM_QUOTA_EXHAUSTED: 'quota',
  CRM_RECORD_UNREADABLE: 'unreadable',
};

/**
 * The class of a cause.
 *
 * @param isMerged - Whether the record stands for nobody any more because the CRM merged it into another.
 */
export function classOf(cause: string, isMerged: boolean): CauseClass {
  return isMerged ? 'merged' : (CLASSES[cause as ErrorCode] ?? 'unknown'); // a cause that is no key has no class
}
