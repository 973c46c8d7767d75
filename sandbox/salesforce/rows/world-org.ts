import type { World } from '../../world/world.ts';
import type { Census } from '../census.ts';
import { idOf } from '../ids.ts';

/** What the rows of the world are computed from. */
export interface WorldOrg {
  readonly world: World;
  readonly census: Census;
  /** Sandbox time. */
  readonly now: () => Date;
}

/** Id of the user that stands for a rep. */
export function repId(rep: number): string {
  return idOf('User', rep);
}

/** Id of the integration user, whom the tokens stand for. */
export function integrationUserId(world: World): string {
  return idOf('User', world.reps.length);
}

/** Id of the user as whom the org's own automation writes, with no user behind it. */
export function automatedProcessId(world: World): string {
  return idOf('User', world.reps.length + 1);
}

/** Id of the user of another integration. */
export function otherIntegrationId(world: World): string {
  return idOf('User', world.reps.length + 2);
}

/** Id of the queue that owns leads without a rep. */
export const LEAD_QUEUE_ID = idOf('Group', 0);

/** Id of the record that activities of a person name: the Contact where there is one, else the Lead. */
export function whoIdOf({ census }: WorldOrg, person: number): string {
  return idOf(census.hasContact(person) ? 'Contact' : 'Lead', person);
}

/** Owner of a record that a queue may own. */
export function leadOwnerId(rep: number | null): string {
  return rep === null ? LEAD_QUEUE_ID : repId(rep);
}

/** Owner of a record that only a user may own. */
export function userOwnerId({ world }: WorldOrg, rep: number | null): string {
  return rep === null ? integrationUserId(world) : repId(rep);
}

/** Who made and last changed a row of the world: the integration user never did. */
export function auditOf(ownerId: string): { readonly CreatedById: string; readonly LastModifiedById: string } {
  const userId = ownerId.startsWith('005') ? ownerId : repId(0);
  return { CreatedById: userId, LastModifiedById: userId };
}
