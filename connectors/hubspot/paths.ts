/** The dated API version that every path carries; each lives 18 months (shared/design/hubspot.md 0). */
export const HUBSPOT_API_VERSION = '2026-09';

/** HubSpot's own API host; a sandbox has another. */
export const HUBSPOT_BASE_URL = 'https://api.hubapi.com';

/** Longest URL we send, in characters: beyond about 8,000 HubSpot's edge answers 414. */
export const LONGEST_URL = 6_000;

/** Every path the connector calls, in one place (map in shared/design/hubspot.md 0). */
export const PATHS = {
  account: `/account-info/${HUBSPOT_API_VERSION}/details`,
  token: `/oauth/${HUBSPOT_API_VERSION}/token`,
  introspection: `/oauth/${HUBSPOT_API_VERSION}/token/introspect`,
  keyInfo: '/oauth/v2/private-apps/get/access-token-info', // of service keys, too; no dated twin
  owners: `/crm/owners/${HUBSPOT_API_VERSION}`,
  objects: (object: string) => `/crm/objects/${HUBSPOT_API_VERSION}/${object}`,
  search: (object: string) => `/crm/objects/${HUBSPOT_API_VERSION}/${object}/search`,
  batch: (object: string, verb: 'read' | 'update' | 'create' | 'archive') =>
    `/crm/objects/${HUBSPOT_API_VERSION}/${object}/batch/${verb}`,
  associations: (from: string, to: string) => `/crm/associations/${HUBSPOT_API_VERSION}/${from}/${to}/batch/read`,
  properties: (object: string) => `/crm/properties/${HUBSPOT_API_VERSION}/${object}`,
  propertyGroups: (object: string) => `/crm/properties/${HUBSPOT_API_VERSION}/${object}/groups`,
  events: `/events/event-occurrences/${HUBSPOT_API_VERSION}`,
  eventTypes: `/events/event-occurrences/${HUBSPOT_API_VERSION}/event-types`,
  campaigns: `/marketing/campaigns/${HUBSPOT_API_VERSION}`,
  forms: '/marketing/v3/forms', // dated twin is in beta only
  formSubmissions: (form: string) => `/form-integrations/v1/submissions/forms/${encodeURIComponent(form)}`, // no dated twin
} as const;
