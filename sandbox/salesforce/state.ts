import type { LeadState, SandboxState, TaskState } from '../twin.ts';
import { parseId } from './ids.ts';
import type { Org } from './org.ts';
import type { Value } from './value.ts';

/** The normalised picture of the org: see {@link SandboxState}. */
export function stateOf(org: Org): SandboxState {
  const leads = [...peopleStates(org, 'Lead'), ...peopleStates(org, 'Contact')];
  return { leads: leads.sort((a, b) => (a.crmId < b.crmId ? -1 : 1)), tasks: taskStates(org) };
}

function peopleStates(org: Org, object: 'Lead' | 'Contact'): readonly LeadState[] {
  const table = org.table(object);
  const fields = madeFields(org, object);
  const hasStatus = object === 'Lead';
  return [...table.rows()]
    .filter((row) => !table.isDeleted(row))
    .map((row) => ({
      crmId: table.idOf(row),
      values: filledValues(fields.map((field) => [field, table.value(row, field)])),
      lifecycleStage: null,
      leadStatus: hasStatus ? table.text(row, 'Status') : null,
      owner: ownerOf(org, table.value(row, 'OwnerId')),
    }));
}

/** Fields that were made through the API. */
function madeFields(org: Org, object: string): readonly string[] {
  const table = org.table('CustomField');
  return [...table.rows()]
    .filter((row) => table.value(row, 'TableEnumOrId') === object)
    .map((row) => table.text(row, 'FullName')!.split('.')[1]!)
    .sort();
}

function filledValues(entries: readonly (readonly [string, Value])[]): Record<string, string> {
  return Object.fromEntries(
    entries.filter(([, value]) => value !== null).map(([name, value]) => [name, String(value)]),
  );
}

/** A user's e-mail address or a queue's name. */
function ownerOf(org: Org, ownerId: Value): string | null {
  const owner = typeof ownerId === 'string' ? parseId(ownerId) : null;
  if (owner === null) return null;
  return org.table(owner.object).text(owner.row, owner.object === 'User' ? 'Email' : 'Name');
}

/** Tasks that the integration user made: those of the world are somebody else's. */
function taskStates(org: Org): readonly TaskState[] {
  const table = org.table('Task');
  const states = table
    .editedRows()
    .filter((row) => !table.isDeleted(row) && table.value(row, 'CreatedById') === org.userId)
    .map(
      (row): TaskState => ({
        leads: [table.text(row, 'WhoId')].filter((id) => id !== null),
        subject: table.text(row, 'Subject') ?? '',
        body: table.text(row, 'Description') ?? '',
        owner: ownerOf(org, table.value(row, 'OwnerId')),
        dueAt: table.text(row, 'ReminderDateTime') ?? table.text(row, 'ActivityDate'),
        priority: table.text(row, 'Priority'),
        status: table.text(row, 'Status'),
      }),
    );
  const keyOf = ({ leads, subject, body }: TaskState) => JSON.stringify([leads, subject, body]);
  return states.sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : keyOf(a) > keyOf(b) ? 1 : 0));
}
