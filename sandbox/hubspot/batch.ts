import type { Request, Response } from 'express';
import { z } from 'zod';
import { strikes } from '../faults.ts';
import { sourceOfCall } from './auth.ts';
import { type ErrorDetail, HubspotError, refused, sendError } from './hubspot-error.ts';
import { OBJECT_TYPES, type ObjectType } from './object-types.ts';
import type { Portal } from './portal.ts';
import { assertFewEnough, historyOf } from './property-history.ts';
import { listOf, type RecordAnswer, recordAnswer } from './record-answer.ts';
import { type Prepared, prepareCreate, prepareUpdate, resolveId } from './writes.ts';

const MOST_INPUTS = 100;

const Values = z.record(z.string(), z.string().nullable());
const Links = z
  .array(
    z.object({
      to: z.object({ id: z.coerce.string() }),
      types: z.array(z.object({ associationCategory: z.string().optional(), associationTypeId: z.number() })).min(1),
    }),
  )
  .default([]);

const Read = batchOf(z.object({ id: z.string() })).extend({
  properties: z.array(z.string()).default([]),
  propertiesWithHistory: z.array(z.string()).default([]),
  idProperty: z.string().optional(),
});
const Update = batchOf(
  z.object({
    id: z.string(),
    idProperty: z.string().optional(),
    properties: Values,
    objectWriteTraceId: z.string().optional(),
  }),
);
const Create = batchOf(
  z.object({ properties: Values, associations: Links, objectWriteTraceId: z.string().optional() }),
);
const Archive = batchOf(z.object({ id: z.string() }));

/** A creation as `POST …/{type}` takes it. */
export const CreateInput = z.object({ properties: Values, associations: Links });
/** An update as `PATCH …/{type}/{id}` takes it. */
export const UpdateInput = z.object({ properties: Values });

/** Answers `batch/read`: 207 when an id is not there, and then 200 no more. */
export function batchRead(portal: Portal, type: ObjectType, request: Request, response: Response): void {
  const { inputs, properties, propertiesWithHistory: histories, idProperty } = Read.parse(request.body);
  assertFewEnough(inputs.length, histories);
  const isArchived = listOf(request, 'archived')[0] === 'true';
  const table = portal.tables[type];
  const results: RecordAnswer[] = [];
  const missing: string[] = [];
  for (const [index, { id: text }] of inputs.entries()) {
    const id = resolveId(portal, type, text, idProperty);
    const record = id === null || strikes(response.locals.fault, index, text) ? null : table.read(id);
    if (!record || (record.archivedMs !== null) !== isArchived) missing.push(text);
    else if (!results.some((known) => known.id === String(record.id))) {
      const answer = answerOf(portal, type, record.id, properties);
      results.push({ ...answer, ...historyOf(portal, type, record.id, histories) });
    }
  }
  const errors = missing.length === 0 ? [] : [missingRecords(missing)];
  sendBatch(portal, response, 200, results, errors);
}

/** Answers `batch/update`. */
export function batchUpdate(portal: Portal, type: ObjectType, request: Request, response: Response): void {
  const { inputs } = Update.parse(request.body);
  const rows = inputs.map((input) => ({
    traceId: input.objectWriteTraceId,
    id: input.id,
    prepare: () => {
      const id = resolveId(portal, type, input.id, input.idProperty);
      return prepareUpdate(portal, type, id, input.properties);
    },
    told: Object.keys(input.properties),
  }));
  writeRows(portal, type, response, 200, rows);
}

/** Answers `batch/upsert`: updates what the unique value finds, creates the rest. */
export function batchUpsert(portal: Portal, type: ObjectType, request: Request, response: Response): void {
  const { inputs } = Update.parse(request.body);
  const rows = inputs.map(({ objectWriteTraceId, id, idProperty, properties }) => ({
    traceId: objectWriteTraceId,
    id,
    isNew: resolveId(portal, type, id, idProperty) === null,
    prepare: () => {
      const known = resolveId(portal, type, id, idProperty);
      if (known !== null) return prepareUpdate(portal, type, known, properties);
      if (!idProperty || idProperty === 'hs_object_id') throw missingRecord(id);
      return prepareCreate(portal, type, { [idProperty]: id, ...properties }, []);
    },
    told: Object.keys(properties),
  }));
  writeRows(portal, type, response, 200, rows);
}

/** Answers `batch/create`. */
export function batchCreate(portal: Portal, type: ObjectType, request: Request, response: Response): void {
  const { inputs } = Create.parse(request.body);
  const rows = inputs.map(({ objectWriteTraceId, properties, associations }, index) => ({
    traceId: objectWriteTraceId,
    id: String(index),
    prepare: () => prepareCreate(portal, type, properties, associations),
    told: Object.keys(properties),
  }));
  writeRows(portal, type, response, 201, rows);
}

/** Answers `batch/archive`; what is not there stays so. */
export function batchArchive(portal: Portal, type: ObjectType, request: Request, response: Response): void {
  for (const { id: text } of Archive.parse(request.body).inputs) {
    const id = resolveId(portal, type, text);
    if (id !== null && portal.tables[type].isLive(id)) portal.tables[type].archive(id);
  }
  response.sendStatus(204);
}

interface Row {
  readonly traceId: string | undefined;
  /** The id the caller gave, or the input's place in the batch. */
  readonly id: string;
  readonly isNew?: boolean;
  readonly prepare: () => Prepared;
  /** Properties that the answer tells. */
  readonly told: readonly string[];
}

interface RowError {
  readonly status: 'error';
  readonly category: string;
  readonly message: string;
  readonly context: Readonly<Record<string, readonly string[]>>;
  readonly errors?: readonly ErrorDetail[];
}

/**
 * Writes row by row. A row that fails spoils the whole batch with its own answer, unless every row bears a trace id
 * of its own (then 207) or the record is merely absent (207 as well).
 */
function writeRows(portal: Portal, type: ObjectType, response: Response, status: number, rows: readonly Row[]): void {
  const traceIds = new Set(rows.map(({ traceId }) => traceId));
  const isPartial = portal.settings.partialBatches && traceIds.size === rows.length && !traceIds.has(undefined);
  const ready: { row: Row; prepared: Prepared }[] = [];
  const errors: RowError[] = [];
  for (const [index, row] of rows.entries()) {
    try {
      if (strikes(response.locals.fault, index, row.id)) {
        errors.push(rowError(row, refused('This record could not be written')));
      } else ready.push({ row, prepared: row.prepare() });
    } catch (error) {
      if (!(error instanceof HubspotError)) throw error;
      if (!isPartial && error.status !== 404) {
        sendError(response, error);
        return;
      }
      errors.push(rowError(row, error));
    }
  }
  const source = sourceOfCall(response);
  const results = ready.map(({ row, prepared }) => ({
    ...answerOf(portal, type, prepared.commit(source), row.told),
    ...(row.traceId === undefined ? {} : { objectWriteTraceId: row.traceId }),
    ...(row.isNew === undefined ? {} : { new: row.isNew }),
  }));
  sendBatch(portal, response, status, results, errors);
}

function rowError({ traceId, id }: Row, { category, message, errors }: HubspotError): RowError {
  const trace = traceId === undefined ? {} : { objectWriteTraceId: [traceId] };
  const details = errors.length > 0 ? { errors } : {};
  return { status: 'error', category, message, context: { ids: [id], ...trace }, ...details };
}

function missingRecord(id: string): HubspotError {
  return new HubspotError(404, 'OBJECT_NOT_FOUND', `Could not get object with id ${id}`);
}

function missingRecords(ids: readonly string[]): RowError {
  return { status: 'error', category: 'OBJECT_NOT_FOUND', message: 'Could not get some objects', context: { ids } };
}

function sendBatch(
  { clock }: Portal,
  response: Response,
  status: number,
  results: readonly RecordAnswer[],
  errors: readonly RowError[],
): void {
  const at = clock.now().toISOString();
  // The status says COMPLETE even when rows failed, as HubSpot's does.
  const envelope = { status: 'COMPLETE', results, startedAt: at, completedAt: at };
  if (errors.length === 0) response.status(status).json(envelope);
  else response.status(207).json({ ...envelope, numErrors: errors.length, errors });
}

function answerOf(portal: Portal, type: ObjectType, id: number, asked: readonly string[]): RecordAnswer {
  const record = portal.tables[type].read(id)!;
  const names = asked.length > 0 ? asked : OBJECT_TYPES[type].defaults;
  return recordAnswer(type, record, names, portal.settings, (name) => portal.definitions[type].find(name) !== null);
}

function batchOf<T extends z.ZodType>(input: T) {
  return z.object({ inputs: z.array(input).min(1).max(MOST_INPUTS, `at most ${MOST_INPUTS} inputs in one batch`) });
}
