import express, { type Request, type Response, type Router } from 'express';
import type { Tokens } from './auth.ts';
import { correlationIdOf, notFound } from './hubspot-error.ts';
import type { Portal } from './portal.ts';

/** OAuth: tokens for refresh tokens and codes, and what a token is. All fields come in a form body. */
export function oauthRoutes({ settings, clock }: Portal, tokens: Tokens): Router {
  const router = express.Router();
  const { clientId, clientSecret, refreshToken, scopes, expiresInSeconds } = settings.oauth;
  const isClient = ({ body }: Request) => body?.client_id === clientId && body?.client_secret === clientSecret;
  router.use(express.urlencoded({ extended: false }));

  router.post('/token', (request, response) => {
    if (!isClient(request))
      return refuse(response, 'invalid_client', 'BAD_CLIENT_ID', 'missing or invalid client id or secret');
    const { grant_type: grant, refresh_token: refresh, code } = request.body;
    const isGood =
      grant === 'refresh_token' ? refresh === refreshToken : grant === 'authorization_code' && Boolean(code);
    if (!isGood) {
      return refuse(response, 'invalid_grant', 'BAD_REFRESH_TOKEN', 'refresh token is invalid, expired or revoked');
    }
    response.json({
      token_type: 'bearer',
      access_token: tokens.issue(),
      refresh_token: refreshToken,
      // The client counts in real seconds; the token lives in sandbox time.
      expires_in: Math.max(1, Math.floor(expiresInSeconds / (clock.speed || 1))),
      hub_id: settings.portalId,
      scopes,
    });
  });

  router.post('/token/introspect', (request, response) => {
    if (!isClient(request))
      return refuse(response, 'invalid_client', 'BAD_CLIENT_ID', 'missing or invalid client id or secret');
    const { access_token: access, refresh_token: refresh, token } = request.body;
    const secondsLeft = tokens.secondsLeft(access ?? token ?? '');
    const isActive = secondsLeft !== null || (refresh ?? token) === refreshToken;
    response.json(
      isActive
        ? {
            active: true,
            hub_id: settings.portalId,
            hub_domain: 'sandbox.example',
            client_id: clientId,
            app_id: tokens.appOf(access ?? token ?? ''),
            scopes,
            token_use: secondsLeft === null ? 'refresh_token' : 'access_token',
            ...(secondsLeft === null ? {} : { expires_in: secondsLeft }),
          }
        : { active: false },
    );
  });
  return router;
}

/** What a key is: the endpoint that private apps and service keys have instead of OAuth's introspection. */
export function keyInfoRoute({ settings }: Portal, tokens: Tokens): Router {
  const router = express.Router();
  router.post('/oauth/v2/private-apps/get/access-token-info', express.json(), (request, response) => {
    const key = String(request.body?.tokenKey);
    const scopes = settings.tokens[key];
    if (!scopes) throw notFound('No private app has this token');
    response.json({ userId: 1, hubId: settings.portalId, appId: tokens.appOf(key), scopes });
  });
  return router;
}

function refuse(response: Response, error: string, status: string, description: string): void {
  response.status(400).json({
    error,
    error_description: description,
    status,
    message: description,
    correlationId: correlationIdOf(response),
  });
}
