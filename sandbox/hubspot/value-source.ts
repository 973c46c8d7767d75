import type { Actor } from '../actor.ts';

/** Where a value came from, as HubSpot's property history tells it. */
export interface ValueSource {
  readonly sourceType: string;
  readonly sourceId?: string;
  readonly updatedByUserId?: number;
}

/** What the world brought, before anybody used the portal. */
export const WORLD_SOURCE: ValueSource = { sourceType: 'IMPORT', sourceId: '300000001' };
/** What a merge carried over. */
export const MERGE_SOURCE: ValueSource = { sourceType: 'MERGE_OBJECTS' };

/** An app that calls the API. */
export function appSource(appId: number): ValueSource {
  return { sourceType: 'INTEGRATION', sourceId: String(appId) };
}

/** Somebody behind the stage; `userId` is the person's, if it is one. */
export function actorSource(actor: Actor, userId: number): ValueSource {
  switch (actor) {
    case 'user':
      return { sourceType: 'CRM_UI', sourceId: `userId:${userId}`, updatedByUserId: userId };
    case 'workflow':
      return { sourceType: 'AUTOMATION_PLATFORM', sourceId: 'enrollmentId:7000000001;actionExecutionIndex:0' };
    case 'integration':
      return appSource(2_000_001);
    case 'import':
      return { sourceType: 'IMPORT', sourceId: '300000002' };
  }
}
