import express, { type Express } from 'express';

/** `GET /health`: 200 `{ "status": "ok" }` while the database answers, else 503. Needs no token and tells nothing more. */
export function healthRoute(isDatabaseThere: () => Promise<void>): Express {
  const app = express().disable('x-powered-by');
  app.get('/health', async (_request, response) => {
    try {
      await isDatabaseThere();
      response.json({ status: 'ok' });
    } catch {
      response.status(503).json({ status: 'the database does not answer' });
    }
  });
  return app;
}
