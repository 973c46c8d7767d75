import { sobject } from './sobject.ts';

const READ_ONLY = { isWritable: false };
const INDUSTRIES =
  'Agriculture|Apparel|Banking|Biotechnology|Chemicals|Communications|Construction|Consulting|Education|Electronics|' +
  'Energy|Engineering|Entertainment|Environmental|Finance|Food & Beverage|Government|Healthcare|Hospitality|Insurance|' +
  'Machinery|Manufacturing|Media|Not For Profit|Recreation|Retail|Shipping|Software|Technology|Telecommunications|' +
  'Transportation|Utilities|Other';
const SOURCES = 'Web|Phone Inquiry|Partner Referral|Purchased List|Other';
const CLEAN = 'Matched|Different|Acknowledged|NotFound|Inactive|Pending|SelectMatch|Skipped';
const ACCURACY = 'Address|NearAddress|Block|Street|ExtendedZip|Zip|Neighborhood|City|County|State|Unknown';

/** Lead: fields of a plain org, with the e-mail and call opt-outs that field-level security may hide. */
export const LEAD = sobject(
  'Lead',
  `MasterRecordId reference -> Lead as MasterRecord
  LastName string(80) cur
  FirstName string(40) cu
  Salutation picklist cu = Mr.|Ms.|Mrs.|Dr.|Prof.
  Name string(121) r
  Title string(128) cu
  Company string(255) cur
  Street textarea(255) cu
  City string(40) cu
  State string(80) cu
  PostalCode string(20) cu
  Country string(80) cu
  Latitude double(18.15) cu
  Longitude double(18.15) cu
  GeocodeAccuracy picklist cu = ${ACCURACY}
  Address address
  Phone phone cu
  MobilePhone phone cu
  Fax phone cu
  Email email cu
  Website url cu
  PhotoUrl url
  Description textarea(32000) cu
  LeadSource picklist cu = ${SOURCES}
  Status picklist curd = Open - Not Contacted|Working - Contacted|Closed - Converted|Closed - Not Converted
  Industry picklist cu = ${INDUSTRIES}
  Rating picklist cu = Hot|Warm|Cold
  AnnualRevenue currency(18) cu
  NumberOfEmployees int(8) cu
  OwnerId reference curd -> Group|User as Owner
  HasOptedOutOfEmail boolean cud
  DoNotCall boolean cud
  IsConverted boolean cd
  ConvertedDate date
  ConvertedAccountId reference -> Account as ConvertedAccount
  ConvertedContactId reference -> Contact as ConvertedContact
  ConvertedOpportunityId reference -> Opportunity as ConvertedOpportunity
  IsUnreadByOwner boolean cud
  LastActivityDate date
  LastViewedDate datetime
  LastReferencedDate datetime
  Jigsaw string(20) cu
  CleanStatus picklist cu = ${CLEAN}
  CompanyDunsNumber string(9) cu
  EmailBouncedReason string(255) u
  EmailBouncedDate datetime u`,
);

/** Contact. Its owner is a user, never a queue. */
export const CONTACT = sobject(
  'Contact',
  `MasterRecordId reference -> Contact as MasterRecord
  AccountId reference cu -> Account as Account
  LastName string(80) cur
  FirstName string(40) cu
  Salutation picklist cu = Mr.|Ms.|Mrs.|Dr.|Prof.
  Name string(121) r
  MailingStreet textarea(255) cu
  MailingCity string(40) cu
  MailingState string(80) cu
  MailingPostalCode string(20) cu
  MailingCountry string(80) cu
  MailingAddress address
  Phone phone cu
  Fax phone cu
  MobilePhone phone cu
  ReportsToId reference cu -> Contact as ReportsTo
  Email email cu
  Title string(128) cu
  Department string(80) cu
  LeadSource picklist cu = ${SOURCES}
  Birthdate date cu
  Description textarea(32000) cu
  OwnerId reference curd -> User as Owner
  HasOptedOutOfEmail boolean cud
  DoNotCall boolean cud
  LastActivityDate date
  LastCURequestDate datetime
  LastCUUpdateDate datetime
  LastViewedDate datetime
  LastReferencedDate datetime
  EmailBouncedReason string(255) cu
  EmailBouncedDate datetime cu
  IsEmailBounced boolean d
  PhotoUrl url
  CleanStatus picklist cu = ${CLEAN}`,
);

const HISTORY_FIELDS = `Field picklist(255)
  OldValue string(255)
  NewValue string(255)`;

/** Changes of tracked fields of leads, and of contacts: see the setting `trackedFields`. */
export const LEAD_HISTORY = sobject('LeadHistory', `LeadId reference -> Lead as Lead\n${HISTORY_FIELDS}`, READ_ONLY);
export const CONTACT_HISTORY = sobject(
  'ContactHistory',
  `ContactId reference -> Contact as Contact\n${HISTORY_FIELDS}`,
  READ_ONLY,
);

/** Account. */
export const ACCOUNT = sobject(
  'Account',
  `MasterRecordId reference -> Account as MasterRecord
  Name string(255) cur
  Type picklist cu = Prospect|Customer - Direct|Customer - Channel|Other
  ParentId reference cu -> Account as Parent
  BillingStreet textarea(255) cu
  BillingCity string(40) cu
  BillingState string(80) cu
  BillingPostalCode string(20) cu
  BillingCountry string(80) cu
  BillingAddress address
  Phone phone cu
  Fax phone cu
  AccountNumber string(40) cu
  Website url cu
  Industry picklist cu = ${INDUSTRIES}
  AnnualRevenue currency(18) cu
  NumberOfEmployees int(8) cu
  Ownership picklist cu = Public|Private|Subsidiary|Other
  Description textarea(32000) cu
  Rating picklist cu = Hot|Warm|Cold
  Site string(80) cu
  OwnerId reference curd -> User as Owner
  LastActivityDate date
  LastViewedDate datetime
  LastReferencedDate datetime
  AccountSource picklist cu = ${SOURCES}`,
);
