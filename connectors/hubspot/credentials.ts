import { z } from 'zod';

/**
 * The two ways into a portal.
 *
 * A service key, a static app's token and an old private app's token are all one bearer token that does not expire.
 */
export const HubspotCredentials = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('service-key'), token: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('oauth'),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    refreshToken: z.string().min(1),
  }),
]);
export type HubspotCredentials = z.infer<typeof HubspotCredentials>;
