import { eventOf, formOf } from '../../sandbox/hubspot/event-types.ts';
import type { OpenSandbox } from '../../sandbox/open.ts';
import type { Crm } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import type { Act } from './story.ts';

const MINUTE_MS = 60_000;
/** HubSpot tells of an event by when it happened: one that comes later than this may be missed, as README says. */
const LATEST_EVENT_MINUTES = 5;

/** The CRM's own name of the field of a title. */
const TITLE: Readonly<Record<Crm, string>> = { hubspot: 'jobtitle', salesforce: 'Title' };
const STAGE: Readonly<Record<Crm, string>> = { hubspot: 'lifecyclestage', salesforce: 'Status' };

/** Lets somebody do something in a CRM; what the CRM refuses a person is not done. */
export function perform(sandbox: OpenSandbox, act: Act, mapping: Mapping): void {
  try {
    if (act.act === 'engage') engage(sandbox, act);
    else change(sandbox, act, mapping);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

type Engagement = Extract<Act, { act: 'engage' }>;

function engage(sandbox: OpenSandbox, act: Engagement): void {
  const { person, type, crm } = act;
  const at = new Date(sandbox.clock.now().getTime() - minutesAgo(act) * MINUTE_MS);
  sandbox.addActivity(person % sandbox.world.size, { type, at, ...detailsOf(type) }, crm);
}

function change(sandbox: OpenSandbox, act: Exclude<Act, Engagement>, mapping: Mapping): void {
  const twin = sandbox.twin(act.crm);
  const idOf = (person: number) => twin.leadId(person % sandbox.world.size);
  const edit = (people: readonly number[], field: string, value: string | null) =>
    twin.editLeads([...new Set(people.map(idOf))], { [field]: value }, 'a rep');
  switch (act.act) {
    case 'edit title':
      edit(act.people, TITLE[act.crm], act.title);
      break;
    case 'edit score':
      edit([act.person], mapping.scoreFields[act.field], act.value);
      break;
    case 'set stage':
      edit([act.person], STAGE[act.crm], act.stage);
      break;
    case 'merge':
      twin.mergeLeads(idOf(act.person), idOf(act.other));
      break;
    case 'convert':
      twin.convertLead(idOf(act.person));
      break;
    case 'delete':
      twin.deleteLead(idOf(act.person));
      break;
    case 'complete tasks':
      twin.completeTasks(idOf(act.person));
  }
}

function minutesAgo({ crm, type, minutesAgo: asked }: Engagement): number {
  if (crm === 'salesforce') return asked;
  if (formOf(type, undefined) !== null) return Math.min(asked, 0); // forms are dated when they come in
  return eventOf(type, 0) === null ? asked : Math.min(asked, LATEST_EVENT_MINUTES);
}

function detailsOf(type: string) {
  if (type === 'page_view') return { page: '/pricing' };
  if (type === 'webinar_attendance') return { campaign: 6 };
  return type === 'demo_request' ? { page: '/demo' } : {};
}

/** The twins refuse with errors of their own, by name, and what a CRM does not have at all with a RangeError. */
function isRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return error instanceof RangeError || ['ApiError', 'HubspotError'].includes(error.constructor.name);
}
