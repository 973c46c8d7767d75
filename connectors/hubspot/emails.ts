import type { CrmLead } from '../../src/domain/crm.ts';
import { addressesOf } from '../emails.ts';
import type { HubspotRecord } from './schemas.ts';

/** Properties that a contact's addresses are read with; those beside the first come from merges and from persons. */
export const EMAIL_PROPERTIES = [
  'email',
  'hs_additional_emails',
  'hs_email_hard_bounce_reason_enum',
  'hs_email_bad_address',
];

/** The addresses of a contact. HubSpot verifies none: it knows at most that one has bounced for good, or cannot exist. */
export function emailsOf({ properties }: HubspotRecord): Pick<CrmLead, 'emails' | 'hasEmailBounced'> {
  return {
    emails: addressesOf([properties.email, ...(properties.hs_additional_emails ?? '').split(';')]),
    hasEmailBounced: Boolean(properties.hs_email_hard_bounce_reason_enum) || properties.hs_email_bad_address === 'true',
  };
}
