import { sobject } from './sobject.ts';

const READ_ONLY = { isWritable: false };

/** User: the reps of the world and the integration user. */
export const USER = sobject(
  'User',
  `Username string(80)
  LastName string(80)
  FirstName string(40)
  Name string(121)
  Email email
  IsActive boolean d
  UserType picklist = Standard|PowerPartner|AutomatedProcess
  ProfileId reference -> Profile as Profile
  TimeZoneSidKey picklist
  LocaleSidKey picklist
  LanguageLocaleKey picklist`,
  READ_ONLY,
);

/** What users of a kind may do. */
export const PROFILE = sobject(
  'Profile',
  `Name string(255)
  UserLicenseId reference -> UserLicense as UserLicense`,
  READ_ONLY,
);

/** What the org pays for a user. */
export const USER_LICENSE = sobject('UserLicense', 'Name string(255)', READ_ONLY);

/** Group: one queue that may own leads. */
export const GROUP = sobject(
  'Group',
  `Name string(40)
  DeveloperName string(80)
  Type picklist(40) = Regular|Queue|Role
  Email email`,
  READ_ONLY,
);

/** Which objects a queue may own. */
export const QUEUE_SOBJECT = sobject(
  'QueueSobject',
  `QueueId reference -> Group as Queue
  SobjectType picklist`,
  READ_ONLY,
);

/** The org itself. */
export const ORGANIZATION = sobject(
  'Organization',
  `Name string(80)
  TimeZoneSidKey picklist
  DefaultLocaleSidKey picklist
  OrganizationType picklist
  InstanceName string(5)
  IsSandbox boolean
  TrialExpirationDate datetime
  NamespacePrefix string(15)`,
  READ_ONLY,
);

const STATUS_FIELDS = `ApiName string(255)
  MasterLabel string(255)
  SortOrder int(9)`;

/** The lead statuses of the org. */
export const LEAD_STATUS = sobject(
  'LeadStatus',
  `${STATUS_FIELDS}
  IsDefault boolean
  IsConverted boolean`,
  READ_ONLY,
);

/** The opportunity stages of the org. */
export const OPPORTUNITY_STAGE = sobject(
  'OpportunityStage',
  `${STATUS_FIELDS}
  IsActive boolean
  IsClosed boolean
  IsWon boolean
  ForecastCategory picklist
  ForecastCategoryName string(255)
  DefaultProbability percent(3)`,
  READ_ONLY,
);

/** The task statuses of the org. */
export const TASK_STATUS = sobject(
  'TaskStatus',
  `${STATUS_FIELDS}
  IsDefault boolean
  IsClosed boolean`,
  READ_ONLY,
);

/** A set of permissions. */
export const PERMISSION_SET = sobject(
  'PermissionSet',
  `Name string(80) cur
  Label string(80) cur
  Description string(255) cu
  IsOwnedByProfile boolean d
  IsCustom boolean d`,
);

/** Who holds a permission set. */
export const PERMISSION_SET_ASSIGNMENT = sobject(
  'PermissionSetAssignment',
  `PermissionSetId reference cr -> PermissionSet as PermissionSet
  AssigneeId reference cr -> User as Assignee
  IsActive boolean d`,
);

/** Whether the holders of a permission set see and edit a field. */
export const FIELD_PERMISSIONS = sobject(
  'FieldPermissions',
  `ParentId reference cr -> PermissionSet as Parent
  SobjectType picklist cr
  Field picklist(255) cr
  PermissionsRead boolean cud
  PermissionsEdit boolean cud`,
);

/** What the holders of a permission set may do with an object. */
export const OBJECT_PERMISSIONS = sobject(
  'ObjectPermissions',
  `ParentId reference cr -> PermissionSet as Parent
  SobjectType picklist cr
  PermissionsRead boolean cud
  PermissionsCreate boolean cud
  PermissionsEdit boolean cud
  PermissionsDelete boolean cud
  PermissionsViewAllRecords boolean cud
  PermissionsModifyAllRecords boolean cud`,
);

/** A custom field, as the Tooling API shows it. */
export const CUSTOM_FIELD = sobject(
  'CustomField',
  `DeveloperName string(80)
  TableEnumOrId picklist
  FullName string(255)
  NamespacePrefix string(15)
  EntityDefinitionId string(40)`,
  READ_ONLY,
);
