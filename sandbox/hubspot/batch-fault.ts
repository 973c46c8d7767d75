import type { Request, RequestHandler } from 'express';
import type { Fault } from '../faults.ts';
import { HubspotError, refused, sendError } from './hubspot-error.ts';

/** Refuses a whole batch because of a record in it, as HubSpot does: without a word of which one. */
export const refuseBatch: RequestHandler = (request, response, next) => {
  const fault = response.locals.fault as Fault | undefined;
  if (fault?.kind !== 'row-lock' && fault?.kind !== 'poisoned') return next();
  const { ids } = fault;
  if (ids !== undefined && !idsIn(request).some((id) => ids.includes(id))) return next();
  const isLock = fault.kind === 'row-lock';
  sendError(
    response,
    isLock ? new HubspotError(423, 'CONFLICT', 'This record is currently locked.') : refused('Invalid input JSON'),
  );
};

/** The records that a batch names: to read or write, or to associate a new one with. */
function idsIn({ body }: Request): readonly string[] {
  const inputs: readonly Input[] = Array.isArray(body?.inputs) ? body.inputs : [];
  return inputs.flatMap(({ id, associations = [] }) => [id ?? '', ...associations.map(({ to }) => to?.id ?? '')]);
}

interface Input {
  readonly id?: string;
  readonly associations?: readonly { readonly to?: { readonly id?: string } }[];
}
