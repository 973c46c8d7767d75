import type { LeadState, SandboxState, TaskState } from '../twin.ts';
import { repOfOwnerId } from './ids.ts';
import { linksOf, type Portal } from './portal.ts';

/** The account's leads and tasks as they stand, normalised for comparison. */
export function stateOf(portal: Portal): SandboxState {
  const { tables, definitions, people } = portal;
  const custom = definitions.contacts.customNames();
  const ownerOf = (ownerId: string | null | undefined) =>
    ownerId ? (people.world.reps[repOfOwnerId(ownerId)]?.email ?? ownerId) : null;
  const leads: LeadState[] = [];
  for (const id of tables.contacts.ids(0)) {
    const { fields } = tables.contacts.read(id)!;
    leads.push({
      crmId: String(id),
      values: Object.fromEntries(custom.filter((name) => fields[name]).map((name) => [name, fields[name]!])),
      lifecycleStage: fields.lifecyclestage ?? null,
      leadStatus: fields.hs_lead_status ?? null,
      owner: ownerOf(fields.hubspot_owner_id),
    });
  }
  const tasks: TaskState[] = [];
  for (const id of tables.tasks.ids(0)) {
    const { fields } = tables.tasks.read(id)!;
    tasks.push({
      leads: linksOf(portal, 'tasks', id, 'contacts').map((link) => String(link.id)),
      subject: fields.hs_task_subject ?? '',
      body: fields.hs_task_body ?? '',
      owner: ownerOf(fields.hubspot_owner_id),
      dueAt: fields.hs_timestamp ?? null,
      priority: fields.hs_task_priority ?? null,
      status: fields.hs_task_status ?? null,
    });
  }
  const keyOf = ({ leads: ids, subject, body }: TaskState) => JSON.stringify([ids, subject, body]);
  return { leads, tasks: tasks.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}
