import { z } from 'zod';

/** The three ways into an org that still work and need nobody at a browser (design 1.1). */
export const SalesforceCredentials = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('client-credentials'),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
  }),
  z.strictObject({
    kind: z.literal('jwt'),
    clientId: z.string().min(1),
    /** The user that the connection runs as. */
    username: z.string().min(1),
    /** PKCS #8 PEM of the key whose certificate the app holds. */
    privateKey: z.string().startsWith('-----BEGIN'),
  }),
  z.strictObject({
    kind: z.literal('refresh'),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1).optional(),
    refreshToken: z.string().min(1),
  }),
]);
export type SalesforceCredentials = z.infer<typeof SalesforceCredentials>;
