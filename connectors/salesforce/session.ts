import { createPrivateKey } from 'node:crypto';
import { SignJWT } from 'jose';
import { OAuth2 } from 'jsforce/lib/oauth2.js';
import type { Transport } from 'jsforce/lib/transport.js';
import { z } from 'zod';
import type { Clock } from '../../src/domain/clock.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { SalesforceCredentials } from './credentials.ts';

/** Longest life of a JWT assertion that Salesforce takes, in seconds (design 1.2). */
const ASSERTION_SECONDS = 180;
const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** An open session. */
export interface Session {
  readonly accessToken: string;
  /** Origin of every later call. */
  readonly instanceUrl: string;
  readonly organizationId: string;
  readonly userId: string;
}

const TokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  refresh_token: z.string().min(1).optional(),
  instance_url: z.url({ protocol: /^https?$/ }),
  /** `https://login.salesforce.com/id/<organisation>/<user>` */
  id: z.string().regex(/\/id\/00D\w{12,15}\/005\w{12,15}$/),
});
type TokenAnswer = z.infer<typeof TokenAnswer>;

interface SignInOptions {
  readonly credentials: SalesforceCredentials;
  /** Login or My Domain URL. */
  readonly baseUrl: string;
  readonly clock: Pick<Clock, 'now'>;
  readonly transport: Transport;
}

/**
 * Opens a session.
 *
 * @returns the session, and the credentials to sign in with the next time: a rotated refresh token differs.
 * @throws {LeadScoringError} `CRM_UNAUTHORIZED` if Salesforce refuses, `CRM_PROTOCOL` if it is not Salesforce.
 */
export async function signIn({ credentials, baseUrl, clock, transport }: SignInOptions) {
  const oauth = new OAuth2({ loginUrl: baseUrl, ...clientOf(credentials) });
  oauth._transport = transport;
  const answer = TokenAnswer.safeParse(await requestToken(oauth, credentials, baseUrl, clock.now()));
  if (!answer.success) throw new LeadScoringError('CRM_PROTOCOL', 'The token endpoint did not answer with a session');
  return { session: sessionOf(answer.data, baseUrl), next: rotated(credentials, answer.data) };
}

function clientOf(credentials: SalesforceCredentials): { clientId?: string; clientSecret?: string } {
  if (credentials.kind === 'jwt') return {};
  const { clientId, clientSecret } = credentials;
  return clientSecret === undefined ? { clientId } : { clientId, clientSecret };
}

async function requestToken(oauth: OAuth2, credentials: SalesforceCredentials, baseUrl: string, now: Date) {
  if (credentials.kind === 'refresh') return oauth.refreshToken(credentials.refreshToken);
  if (credentials.kind === 'client-credentials') return oauth.requestToken({ grant_type: 'client_credentials' });
  return oauth.requestToken({ grant_type: JWT_GRANT, assertion: await assertion(credentials, baseUrl, now) });
}

async function assertion(
  { clientId, username, privateKey }: Extract<SalesforceCredentials, { kind: 'jwt' }>,
  baseUrl: string,
  now: Date,
): Promise<string> {
  return new SignJWT()
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(clientId)
    .setSubject(username)
    .setAudience(audienceOf(new URL(baseUrl)))
    .setExpirationTime(Math.floor(now.getTime() / 1_000) + ASSERTION_SECONDS)
    .sign(keyOf(privateKey));
}

/** A My Domain is no audience: its orgs are spoken to as the login host they belong to. */
function audienceOf({ hostname, origin }: URL): string {
  if (hostname.endsWith('.sandbox.my.salesforce.com')) return 'https://test.salesforce.com';
  return hostname.endsWith('.my.salesforce.com') ? 'https://login.salesforce.com' : origin;
}

/** OpenSSL reads the older PKCS #1 form as well, which `openssl genrsa` used to write. */
function keyOf(privateKey: string) {
  try {
    return createPrivateKey(privateKey);
  } catch {
    throw new LeadScoringError('CRM_UNAUTHORIZED', 'The private key of the connection is not a readable PEM key');
  }
}

function sessionOf(answer: TokenAnswer, baseUrl: string): Session {
  const instance = new URL(answer.instance_url);
  if (new URL(baseUrl).protocol === 'https:' && instance.protocol !== 'https:') {
    throw new LeadScoringError('CRM_PROTOCOL', 'The token endpoint named an instance without https');
  }
  const [organizationId = '', userId = ''] = answer.id.split('/').slice(-2);
  return { accessToken: answer.access_token, instanceUrl: instance.origin, organizationId, userId };
}

function rotated(credentials: SalesforceCredentials, answer: TokenAnswer): SalesforceCredentials {
  if (credentials.kind !== 'refresh' || answer.refresh_token === undefined) return credentials;
  if (answer.refresh_token === credentials.refreshToken) return credentials;
  return { ...credentials, refreshToken: answer.refresh_token };
}
