import { createHmac, createPublicKey } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import express, { type Request, type Response } from 'express';
import { jwtVerify } from 'jose';
import type { Org } from './org.ts';
import type { Sessions } from './sessions.ts';

/** A grant that is refused. */
class GrantError extends Error {
  override readonly name = 'GrantError';
  readonly code: string;

  constructor(code: string, description: string) {
    super(description);
    this.code = code;
  }
}

type Form = Readonly<Record<string, string | undefined>>;

const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Real milliseconds that a rotating refresh takes, in which a second one with the same token is refused. */
const ROTATION_MS = 25;

/** The token endpoint, revocation, and who the token stands for. */
export function oauthRoutes(org: Org, sessions: Sessions): express.Router {
  const router = express.Router();
  const grants = grantsOf(org, sessions);
  router.use(express.urlencoded({ extended: false }));
  router.post('/services/oauth2/token', async (request, response) => {
    const form = formOf(request);
    try {
      const grant = grants[form.grant_type ?? ''];
      if (grant === undefined) throw new GrantError('unsupported_grant_type', 'grant type not supported');
      response.json(tokenAnswer(org, sessions, baseUrlOf(request), await grant(form, baseUrlOf(request))));
    } catch (error) {
      refuse(error, response);
    }
  });
  router.all('/services/oauth2/revoke', (request, response) => {
    const token = formOf(request).token ?? String(request.query.token ?? '');
    if (sessions.revoke(token)) response.status(200).end();
    else response.status(400).json({ error: 'invalid_token', error_description: `invalid token: revoked or unknown` });
  });
  router.get(['/services/oauth2/userinfo', '/id/:organisation/:user'], (request, response) => {
    if (sessions.isAlive(bearerOf(request))) response.json(identity(org, baseUrlOf(request)));
    else response.status(403).type('text').send('Bad_OAuth_Token');
  });
  return router;
}

/** The bearer token of a request, empty without one. */
export function bearerOf(request: Request): string {
  return /^(?:Bearer|OAuth) (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
}

/** Address under which the client reached the sandbox. */
export function baseUrlOf(request: Request): string {
  return `${request.protocol}://${request.headers.host}`;
}

/** What a grant hands out beside the access token. */
type Granted = { readonly refresh_token?: string };
type Grant = (form: Form, baseUrl: string) => Granted | Promise<Granted>;

function grantsOf(org: Org, sessions: Sessions): Readonly<Record<string, Grant>> {
  const refreshing = new Set<string>();
  return {
    client_credentials: (form) => {
      assertClient(org, form, 'secret required');
      return {};
    },
    [JWT_GRANT]: async ({ assertion = '' }, baseUrl) => {
      await assertAssertion(org, assertion, baseUrl);
      return {};
    },
    refresh_token: async (form) => {
      assertClient(org, form, 'secret optional');
      const token = form.refresh_token ?? '';
      if (!org.settings.rotateRefreshTokens) {
        if (sessions.refresh(token) === null) throw deadRefreshToken();
        return {};
      }
      if (refreshing.has(token)) throw new GrantError('invalid_grant', 'token request is already being processed');
      refreshing.add(token);
      try {
        await pause(ROTATION_MS);
        const next = sessions.refresh(token);
        if (next === null) throw deadRefreshToken();
        return { refresh_token: next };
      } finally {
        refreshing.delete(token);
      }
    },
  };
}

function deadRefreshToken(): GrantError {
  return new GrantError('invalid_grant', 'expired access/refresh token');
}

function assertClient(org: Org, form: Form, need: 'secret required' | 'secret optional'): void {
  const { clientId, clientSecret } = org.settings;
  if (form.client_id !== clientId) throw new GrantError('invalid_client_id', 'client identifier invalid');
  const isOptional = need === 'secret optional' && form.client_secret === undefined;
  if (!isOptional && form.client_secret !== clientSecret)
    throw new GrantError('invalid_client', 'invalid client credentials');
}

async function assertAssertion(org: Org, assertion: string, baseUrl: string): Promise<void> {
  const clientId = issuerOf(assertion);
  const pem = org.settings.publicKeys[clientId];
  if (pem === undefined) throw new GrantError('invalid_client_id', 'client identifier invalid');
  const audience = ['https://login.salesforce.com', 'https://test.salesforce.com', baseUrl];
  let subject: string | undefined;
  try {
    const options = { algorithms: ['RS256'], audience, currentDate: org.now(), requiredClaims: ['exp', 'sub'] };
    subject = (await jwtVerify(assertion, createPublicKey(pem), options)).payload.sub;
  } catch {
    throw new GrantError('invalid_grant', 'invalid assertion');
  }
  if (subject !== org.settings.username) throw new GrantError('invalid_grant', "user hasn't approved this consumer");
}

/** `iss` of a token not yet verified: it says whose key to verify with. */
function issuerOf(assertion: string): string {
  try {
    const [, claims = ''] = assertion.split('.');
    return String((JSON.parse(Buffer.from(claims, 'base64url').toString()) as { iss?: unknown }).iss);
  } catch {
    throw new GrantError('invalid_grant', 'invalid assertion');
  }
}

function tokenAnswer(org: Org, sessions: Sessions, baseUrl: string, granted: Granted): object {
  const accessToken = sessions.open();
  const id = `${baseUrl}/id/${org.id}/${org.userId}`;
  const issuedAt = String(org.now().getTime());
  return {
    access_token: accessToken,
    signature: createHmac('sha256', org.settings.clientSecret).update(`${id}${issuedAt}`).digest('base64'),
    scope: 'api refresh_token',
    instance_url: baseUrl,
    id,
    token_type: 'Bearer',
    issued_at: issuedAt,
    ...granted,
  };
}

function identity(org: Org, baseUrl: string): object {
  const { username } = org.settings;
  return {
    id: `${baseUrl}/id/${org.id}/${org.userId}`,
    user_id: org.userId,
    organization_id: org.id,
    username,
    preferred_username: username,
    email: username,
    display_name: 'Integration User',
    active: true,
    user_type: 'STANDARD',
    timezone: 'Europe/Berlin',
    urls: { rest: `${baseUrl}/services/data/v{version}/`, sobjects: `${baseUrl}/services/data/v{version}/sobjects/` },
  };
}

/** Client id and secret may come as Basic authorization instead. */
function formOf(request: Request): Form {
  const body = (request.body ?? {}) as Form; // urlencoded gives strings
  const basic = /^Basic (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return body;
  const [id, secret] = Buffer.from(basic, 'base64').toString().split(':');
  return { ...body, client_id: id, client_secret: secret };
}

function refuse(error: unknown, response: Response): void {
  if (!(error instanceof GrantError)) throw error;
  response.status(400).json({ error: error.code, error_description: error.message });
}
