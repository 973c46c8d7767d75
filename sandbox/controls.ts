import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { z } from 'zod';
import { CRMS, type Crm } from '../src/domain/crm.ts';
import type { SandboxClock } from './clock.ts';
import { FaultRule, type Faults } from './faults.ts';
import type { CallStats } from './stats.ts';
import type { Twin } from './twin.ts';

interface Controlled {
  readonly crm: Crm;
  readonly twin: Twin;
  /** All twins that run, for controls that reach every CRM. */
  readonly twins: ReadonlyMap<Crm, Twin>;
  readonly clock: SandboxClock;
  readonly stats: CallStats;
  readonly faults: Faults;
}

/**
 * A twin's app with the strings behind the stage under `/__sandbox`, for other processes and for a person at a shell.
 *
 * Controls meet no fault, no limit and no counter.
 */
export function controlledApp(options: Controlled): Express {
  const app = express();
  app.disable('x-powered-by');
  app.use(sandboxDate(options.clock));
  app.use('/__sandbox', controls(options));
  app.use(options.twin.app);
  return app;
}

/** Every answer bears the sandbox's time, so that a client can tell it from its own. */
function sandboxDate(clock: SandboxClock): RequestHandler {
  return (_request, response, next) => {
    response.setHeader('Date', clock.now().toUTCString());
    next();
  };
}

const Instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));

const NewActivity = z.strictObject({
  person: z.number().int().nonnegative(),
  type: z.string().min(1),
  /** The sandbox's now if omitted. */
  at: Instant.optional(),
  campaign: z.number().int().nonnegative().optional(),
  page: z.string().optional(),
  seconds: z.number().nonnegative().optional(),
  crm: z.enum(CRMS).optional(),
});

const ClockMove = z.union([z.strictObject({ advanceMs: z.number() }), z.strictObject({ now: Instant })]);

const Edit = z.strictObject({
  ids: z.array(z.string().min(1)).min(1),
  values: z.record(z.string(), z.string().nullable()),
  /** `user`, `workflow`, `integration`, `import`, or a rep's name. */
  by: z.string().default('user'),
});

const Merge = z.strictObject({ winner: z.string().min(1), loser: z.string().min(1) });

function controls({ twin, twins, clock, stats, faults }: Controlled): express.Router {
  const router = express.Router();
  router.use(express.json({ limit: '64mb' }));
  router.get('/state', (_request, response) => void response.json(twin.state()));
  router.get('/stats', (_request, response) => void response.json(stats.snapshot()));
  router.delete('/stats', (_request, response) => {
    stats.reset();
    response.sendStatus(204);
  });
  router.put('/faults', (request, response) => {
    faults.set(z.array(FaultRule).parse(request.body));
    response.sendStatus(204);
  });
  router.get('/clock', (_request, response) => void response.json({ now: clock.now(), speed: clock.speed }));
  router.post('/clock', (request, response) => {
    const move = ClockMove.parse(request.body);
    if ('now' in move) clock.set(move.now);
    else clock.advance(move.advanceMs);
    response.json({ now: clock.now(), speed: clock.speed });
  });
  router.post('/activities', (request, response) => {
    for (const { person, crm, at, ...rest } of z.array(NewActivity).parse([request.body].flat())) {
      const given = Object.entries(rest).filter(([, value]) => value !== undefined);
      const activity = { ...(Object.fromEntries(given) as { type: string }), at: at ?? clock.now() }; // type is required
      for (const [name, each] of twins) if (!crm || crm === name) each.addActivity(person, activity);
    }
    response.sendStatus(204);
  });
  router.post('/edit', (request, response) => {
    const { ids, values, by } = Edit.parse(request.body);
    twin.editLeads(ids, values, by);
    response.sendStatus(204);
  });
  router.post('/edit-tasks', (request, response) => {
    const { ids, values, by } = Edit.parse(request.body);
    twin.editTasks(ids, values, by);
    response.sendStatus(204);
  });
  router.post('/merge', (request, response) => {
    const { winner, loser } = Merge.parse(request.body);
    response.json({ id: twin.mergeLeads(winner, loser) });
  });
  router.post('/delete', (request, response) => {
    const { id } = z.strictObject({ id: z.string().min(1) }).parse(request.body);
    twin.deleteLead(id);
    response.sendStatus(204);
  });
  router.get('/lead/:person', (request, response) => {
    response.json({ id: twin.leadId(Number(request.params.person)) });
  });
  router.use(refuse);
  return router;
}

const refuse: ErrorRequestHandler = (error: unknown, _request, response, _next) => {
  const message = error instanceof z.ZodError ? z.prettifyError(error) : (error as Error).message;
  response.status(400).json({ error: message });
};
