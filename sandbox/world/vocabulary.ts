/** Words of which seeded people and organisations are made. Plausible, international, and nobody in particular. */

export const PLACES = [
  ['United States', ['New York', 'Austin', 'Chicago', 'Seattle', 'Boston']],
  ['United States', ['San Francisco', 'Denver', 'Atlanta', 'Miami', 'Portland']],
  ['United Kingdom', ['London', 'Manchester', 'Leeds', 'Edinburgh']],
  ['Germany', ['Berlin', 'München', 'Hamburg', 'Köln']],
  ['France', ['Paris', 'Lyon', 'Nantes']],
  ['Netherlands', ['Amsterdam', 'Utrecht', 'Eindhoven']],
  ['Sweden', ['Stockholm', 'Malmö']],
  ['Spain', ['Madrid', 'Barcelona', 'Valencia']],
  ['India', ['Mumbai', 'Bengaluru', 'Pune', 'Hyderabad']],
  ['Japan', ['Tokyo', 'Osaka']],
  ['Brazil', ['São Paulo', 'Curitiba']],
  ['Canada', ['Toronto', 'Montréal', 'Vancouver']],
  ['Australia', ['Sydney', 'Melbourne']],
  ['Nigeria', ['Lagos', 'Abuja']],
] as const satisfies readonly (readonly [string, readonly string[]])[];

/** Job title and how well its holder fits as a buyer, −1…1. */
export const JOB_TITLES = [
  ['Marketing Director', 1],
  ['VP of Marketing', 1],
  ['Chief Marketing Officer', 0.9],
  ['Head of Revenue Operations', 0.9],
  ['Sales Director', 0.7],
  ['Marketing Manager', 0.6],
  ['Demand Generation Manager', 0.7],
  ['Chief Executive Officer', 0.5],
  ['Product Manager', 0.1],
  ['Software Engineer', 0],
  ['Account Executive', 0],
  ['Consultant', -0.1],
  ['Office Manager', -0.3],
  ['Student', -1],
  ['Intern', -0.9],
] as const;

/** Industry and how well an organisation in it fits as a buyer, −1…1. */
export const INDUSTRIES = [
  ['Computer Software', 0.9],
  ['Computer Software', 0.9],
  ['Information Technology and Services', 0.8],
  ['Internet', 0.7],
  ['Financial Services', 0.4],
  ['Marketing and Advertising', 0.5],
  ['Hospital & Health Care', 0],
  ['Manufacturing', 0],
  ['Retail', -0.1],
  ['Higher Education', -0.4],
  ['Real Estate', -0.3],
  ['Non-Profit Organization Management', -0.5],
] as const;

export const COMPANY_WORDS = [
  'Alder',
  'Amber',
  'Anchor',
  'Arbor',
  'Aspen',
  'Beacon',
  'Birch',
  'Bluebird',
  'Canyon',
  'Cedar',
  'Cobalt',
  'Compass',
  'Coral',
  'Crest',
  'Delta',
  'Ember',
  'Falcon',
  'Fjord',
  'Garnet',
  'Glacier',
  'Granite',
  'Harbor',
  'Heron',
  'Indigo',
  'Juniper',
  'Kestrel',
  'Lantern',
  'Larch',
  'Lumen',
  'Maple',
  'Meadow',
  'Meridian',
  'Nimbus',
  'Oak',
  'Onyx',
  'Orchard',
  'Osprey',
  'Pine',
  'Prairie',
  'Quartz',
  'Raven',
  'River',
  'Saffron',
  'Sierra',
  'Summit',
  'Tidal',
  'Umber',
  'Willow',
] as const;

export const COMPANY_KINDS = [
  'Analytics',
  'Cloud',
  'Group',
  'Labs',
  'Logistics',
  'Partners',
  'Systems',
  'Works',
] as const;

export const SOURCES = [
  'Organic Search',
  'Direct Traffic',
  'Paid Search',
  'Referral',
  'Email Marketing',
  'Paid Social',
  'Organic Social',
  'Offline',
] as const;

export const PAGES = [
  '/',
  '/',
  '/product',
  '/product',
  '/pricing',
  '/integrations',
  '/blog',
  '/blog',
  '/customers',
  '/about',
  '/careers',
  '/docs',
] as const;

/** Where downloads come from: the last part tells the kind. */
export const DOWNLOADS = [
  '/resources/case-study',
  '/resources/guide',
  '/resources/brochure',
  '/resources/whitepaper',
] as const;

export const FORMS = ['/contact', '/newsletter', '/resources/guide', '/webinars'] as const;
