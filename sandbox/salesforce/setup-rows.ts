import type { Campaign, World } from '../world/world.ts';
import { MEMBER_STATUSES } from './activity-map.ts';
import { idOf, type ObjectName } from './ids.ts';
import { integrationUserId, LEAD_QUEUE_ID } from './rows/world-org.ts';
import type { SalesforceSettings } from './settings.ts';
import { dateText, type Fields, instantText, secondsOf } from './value.ts';

const YEAR_S = 365 * 86_400;
const TIME_ZONE = 'Europe/Berlin';

/** A row that the org has from the start, and its stamp in seconds since 1970. */
export interface SetupRow {
  readonly values: Fields;
  readonly stamp: number;
}

/** The rows that the org has from the start beside the world's people, in the order of their ids. */
export function setupRows(
  world: World,
  settings: SalesforceSettings,
): Partial<Record<ObjectName, readonly SetupRow[]>> {
  const madeAt = secondsOf(world.now) - YEAR_S;
  const at = (rows: readonly Fields[]) => rows.map((values) => setupRow(world, values, madeAt));
  return {
    Organization: at([organization()]),
    UserLicense: at([{ Name: 'Salesforce' }, { Name: 'Salesforce Integration' }]),
    Profile: at([
      { Name: 'Standard User', UserLicenseId: idOf('UserLicense', 0) },
      { Name: 'Minimum Access - API Only Integrations', UserLicenseId: idOf('UserLicense', 1) },
    ]),
    User: at([...world.reps.map(rep), integrationUser(settings), AUTOMATED_PROCESS, OTHER_INTEGRATION]),
    Group: at([{ Name: 'Inbound leads', DeveloperName: 'Inbound_leads', Type: 'Queue', Email: null }]),
    QueueSobject: at(['Lead', 'Task'].map((object) => ({ QueueId: LEAD_QUEUE_ID, SobjectType: object }))),
    LeadStatus: at(LEAD_STATUSES),
    OpportunityStage: at(STAGES),
    TaskStatus: at(TASK_STATUSES),
    Campaign: world.campaigns.map((campaign) =>
      setupRow(world, campaignFields(world, campaign), secondsOf(campaign.startsAt)),
    ),
    CampaignMemberStatus: at(world.campaigns.flatMap(({ n }) => memberStatuses(idOf('Campaign', n)))),
  };
}

function setupRow(world: World, values: Fields, stamp: number): SetupRow {
  const userId = integrationUserId(world);
  const made = { CreatedDate: instantText(stamp), LastModifiedDate: instantText(stamp) };
  return { stamp, values: { IsDeleted: false, ...made, CreatedById: userId, LastModifiedById: userId, ...values } };
}

function organization(): Fields {
  return {
    Name: 'Scorewire sandbox',
    TimeZoneSidKey: TIME_ZONE,
    DefaultLocaleSidKey: 'en_US',
    OrganizationType: 'Developer Edition',
    InstanceName: 'SBX1',
    IsSandbox: true,
    TrialExpirationDate: null,
    NamespacePrefix: null,
  };
}

function rep({ firstName, lastName, email, isActive }: World['reps'][number]): Fields {
  return {
    ...userFields(firstName, lastName, email),
    IsActive: isActive,
  };
}

function integrationUser({ username }: SalesforceSettings): Fields {
  return { ...userFields('Integration', 'User', username), IsActive: true, ProfileId: API_ONLY };
}

const API_ONLY = idOf('Profile', 1);

/** As whom flows write that no user started. */
const AUTOMATED_PROCESS: Fields = {
  ...userFields('Automated', 'Process', 'autoproc@sandbox.example'),
  IsActive: true,
  UserType: 'AutomatedProcess',
  ProfileId: null,
};

const OTHER_INTEGRATION: Fields = {
  ...userFields('Other', 'Integration', 'other.integration@sandbox.example'),
  IsActive: true,
  ProfileId: API_ONLY,
};

function userFields(firstName: string, lastName: string, email: string): Fields {
  return {
    Username: email,
    FirstName: firstName,
    LastName: lastName,
    Name: `${firstName} ${lastName}`,
    Email: email,
    UserType: 'Standard',
    ProfileId: idOf('Profile', 0),
    TimeZoneSidKey: TIME_ZONE,
    LocaleSidKey: 'en_US',
    LanguageLocaleKey: 'en_US',
  };
}

const LEAD_STATUSES: readonly Fields[] = [
  leadStatus('Open - Not Contacted', 1),
  leadStatus('Working - Contacted', 2),
  leadStatus('Closed - Converted', 3),
  leadStatus('Closed - Not Converted', 4),
];

function leadStatus(name: string, order: number): Fields {
  return {
    ApiName: name,
    MasterLabel: name,
    SortOrder: order,
    IsDefault: order === 1,
    IsConverted: name === 'Closed - Converted',
  };
}

const STAGES: readonly Fields[] = [
  stage('Prospecting', 1, 10, 'Pipeline'),
  stage('Qualification', 2, 50, 'Pipeline'),
  stage('Proposal/Price Quote', 3, 75, 'BestCase'),
  stage('Closed Won', 4, 100, 'Closed'),
  stage('Closed Lost', 5, 0, 'Omitted'),
];

function stage(name: string, order: number, probability: number, forecast: string): Fields {
  return {
    ApiName: name,
    MasterLabel: name,
    SortOrder: order,
    IsActive: true,
    IsClosed: name.startsWith('Closed'),
    IsWon: name === 'Closed Won',
    ForecastCategory: forecast,
    ForecastCategoryName: forecast,
    DefaultProbability: probability,
  };
}

const TASK_STATUSES: readonly Fields[] = [
  taskStatus('Not Started', 1),
  taskStatus('In Progress', 2),
  taskStatus('Completed', 3),
  taskStatus('Waiting on someone else', 4),
  taskStatus('Deferred', 5),
];

function taskStatus(name: string, order: number): Fields {
  return { ApiName: name, MasterLabel: name, SortOrder: order, IsDefault: order === 1, IsClosed: name === 'Completed' };
}

const CAMPAIGN_TYPES: Readonly<Record<Campaign['type'], string>> = {
  webinar: 'Webinar',
  email: 'Email',
  event: 'Conference',
  content: 'Content',
  ads: 'Advertisement',
};

function campaignFields(world: World, { name, type, startsAt, endsAt }: Campaign): Fields {
  const isOver = endsAt < world.now;
  return {
    Name: name,
    Type: CAMPAIGN_TYPES[type],
    Status: isOver ? 'Completed' : startsAt < world.now ? 'In Progress' : 'Planned',
    StartDate: dateText(secondsOf(startsAt)),
    EndDate: dateText(secondsOf(endsAt)),
    IsActive: !isOver,
    OwnerId: integrationUserId(world),
  };
}

function memberStatuses(campaignId: string): readonly Fields[] {
  return Object.entries(MEMBER_STATUSES).map(([label, { hasResponded }], index) => ({
    CampaignId: campaignId,
    Label: label,
    SortOrder: index + 1,
    IsDefault: index === 0,
    HasResponded: hasResponded,
  }));
}
