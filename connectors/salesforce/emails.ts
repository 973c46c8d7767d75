import type { CrmLead } from '../../src/domain/crm.ts';
import { addressesOf } from '../emails.ts';
import type { Row } from './query.ts';

/**
 * Fields that a person's address is read with, where a profile shows them. The date is set while the address bounces;
 * a new address clears it.
 */
export const EMAIL_FIELDS = ['Email', 'EmailBouncedDate'];

/** The address of a person: a record has one. Salesforce verifies none: it knows at most that mail has bounced. */
export function emailsOf({ Email, EmailBouncedDate }: Row): Pick<CrmLead, 'emails' | 'hasEmailBounced'> {
  return { emails: addressesOf([Email]), hasEmailBounced: Boolean(EmailBouncedDate) };
}
