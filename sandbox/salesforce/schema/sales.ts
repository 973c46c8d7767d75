import { sobject } from './sobject.ts';

/** Opportunity. */
export const OPPORTUNITY = sobject(
  'Opportunity',
  `AccountId reference cu -> Account as Account
  ContactId reference c -> Contact as Contact
  Name string(120) cur
  Description textarea(32000) cu
  StageName picklist cur = Prospecting|Qualification|Proposal/Price Quote|Closed Won|Closed Lost
  Amount currency(18.2) cu
  Probability percent(3) cud
  CloseDate date cur
  Type picklist cu = Existing Business|New Business
  NextStep string(255) cu
  LeadSource picklist cu = Web|Phone Inquiry|Partner Referral|Purchased List|Other
  IsClosed boolean d
  IsWon boolean d
  ForecastCategory picklist d = Omitted|Pipeline|BestCase|MostLikely|Forecast|Closed
  CampaignId reference cu -> Campaign as Campaign
  OwnerId reference curd -> User as Owner
  LastActivityDate date
  LastStageChangeDate datetime`,
);

/** Who takes part in an opportunity. */
export const OPPORTUNITY_CONTACT_ROLE = sobject(
  'OpportunityContactRole',
  `OpportunityId reference cr -> Opportunity as Opportunity
  ContactId reference cur -> Contact as Contact
  Role picklist cu = Business User|Decision Maker|Economic Buyer|Influencer|Other
  IsPrimary boolean cud`,
);

/** Campaign. */
export const CAMPAIGN = sobject(
  'Campaign',
  `Name string(80) cur
  ParentId reference cu -> Campaign as Parent
  Type picklist cud = Conference|Webinar|Trade Show|Public Relations|Partners|Referral Program|Advertisement|Banner Ads|Direct Mail|Email|Telemarketing|Content|Other
  Status picklist cud = Planned|In Progress|Completed|Aborted
  StartDate date cu
  EndDate date cu
  BudgetedCost currency(18) cu
  ActualCost currency(18) cu
  ExpectedResponse percent(10.2) cu
  NumberSent double(18) cu
  IsActive boolean cud
  Description textarea(32000) cu
  NumberOfLeads int(9)
  NumberOfContacts int(9)
  NumberOfResponses int(9)
  OwnerId reference curd -> User as Owner
  LastActivityDate date`,
);

/** A lead or contact in a campaign; never twice in the same. */
export const CAMPAIGN_MEMBER = sobject(
  'CampaignMember',
  `CampaignId reference cr -> Campaign as Campaign
  LeadId reference c -> Lead as Lead
  ContactId reference c -> Contact as Contact
  LeadOrContactId reference -> Lead|Contact as LeadOrContact
  Type picklist = Lead|Contact
  Status picklist cud
  HasResponded boolean d
  FirstRespondedDate date
  Name string(255)`,
);

/** A status that members of one campaign may have; whether it means that the person responded. */
export const CAMPAIGN_MEMBER_STATUS = sobject(
  'CampaignMemberStatus',
  `CampaignId reference cr -> Campaign as Campaign
  Label string(765) cur
  SortOrder int(9) cu
  IsDefault boolean cud
  HasResponded boolean cud`,
);
