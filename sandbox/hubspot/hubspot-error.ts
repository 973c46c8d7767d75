import type { ErrorRequestHandler, Response } from 'express';
import { z } from 'zod';

/** One cause within an error answer. */
export interface ErrorDetail {
  readonly message: string;
  readonly code?: string;
  readonly subCategory?: string;
  readonly context?: Readonly<Record<string, readonly string[]>>;
}

/** An answer that refuses a call, in HubSpot's shape. @see hubspot.md 7 */
export class HubspotError extends Error {
  readonly status: number;
  readonly category: string;
  readonly subCategory: string | undefined;
  readonly errors: readonly ErrorDetail[];

  constructor(
    status: number,
    category: string,
    message: string,
    { subCategory, errors = [] }: { subCategory?: string; errors?: readonly ErrorDetail[] } = {},
  ) {
    super(message);
    this.status = status;
    this.category = category;
    this.subCategory = subCategory;
    this.errors = errors;
  }
}

/** 400: the call breaks a rule. */
export function refused(message: string, subCategory?: string): HubspotError {
  return new HubspotError(400, 'VALIDATION_ERROR', message, subCategory === undefined ? {} : { subCategory });
}

/** 400: values of properties break their definitions. */
export function invalidProperties(errors: readonly ErrorDetail[]): HubspotError {
  const told = errors.map(({ message, code, context }) => ({
    isValid: false,
    message,
    error: code,
    name: context?.propertyName?.[0],
    localizedErrorMessage: message,
  }));
  return new HubspotError(400, 'VALIDATION_ERROR', `Property values were not valid: ${JSON.stringify(told)}`, {
    errors,
  });
}

/** 404. */
export function notFound(message: string): HubspotError {
  return new HubspotError(404, 'OBJECT_NOT_FOUND', message);
}

/** 409: something of that name exists. */
export function conflict(message: string, subCategory: string): HubspotError {
  return new HubspotError(409, 'OBJECT_ALREADY_EXISTS', message, { subCategory });
}

/** 403: the token may not do that. */
export function missingScopes(scopes: readonly string[]): HubspotError {
  const message = 'One or more of the following scopes are required.';
  return new HubspotError(
    403,
    'MISSING_SCOPES',
    "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    { errors: [{ message, context: { requiredGranularScopes: scopes } }] },
  );
}

/** 401: no token, or one that nobody knows any more. */
export function unauthorized(): HubspotError {
  return new HubspotError(
    401,
    'INVALID_AUTHENTICATION',
    'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
  );
}

/** 401 for a token that was good once. */
export function expired(): HubspotError {
  return new HubspotError(
    401,
    'EXPIRED_AUTHENTICATION',
    'The OAuth token used to make this call expired 5 second(s) ago.',
  );
}

/** Sends the error in HubSpot's shape. */
export function sendError(response: Response, error: HubspotError): void {
  const { status, message, category, subCategory, errors } = error;
  response.status(status).json({
    status: 'error',
    message,
    correlationId: correlationIdOf(response),
    category,
    ...(subCategory === undefined ? {} : { subCategory }),
    ...(errors.length === 0 ? {} : { errors }),
  });
}

/** Turns whatever a route throws into an answer. */
export const errorAnswer: ErrorRequestHandler = (error: unknown, _request, response, next) => {
  if (response.headersSent) return next(error);
  if (error instanceof HubspotError) return sendError(response, error);
  if (error instanceof z.ZodError) {
    const [first] = error.issues;
    const message = `Invalid input JSON on line 1, column 1: ${first?.message ?? ''} (${first?.path.join('.') ?? ''})`;
    return sendError(response, refused(message));
  }
  const { status, message } = error as { status?: number; message: string };
  if (status !== undefined && status < 500)
    return sendError(response, new HubspotError(status, 'VALIDATION_ERROR', message));
  throw error;
};

/** An id that support would ask for; counted up per process, so that two executions tell the same. */
export function correlationIdOf(response: Response): string {
  const n: unknown = response.locals.callNumber;
  return `c0dec0de-0000-4000-8000-${Number(n ?? 0)
    .toString(16)
    .padStart(12, '0')}`;
}
