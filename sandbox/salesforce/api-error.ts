/** One error of an answer: `errorCode` in a body of its own, `statusCode` within a row result. */
export interface ApiFault {
  readonly code: string;
  readonly message: string;
  /** Fields the fault is about; `null` where the real API sends none. */
  readonly fields: readonly string[] | null;
}

/** A request, or one row of it, that Salesforce refuses. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status when the whole request fails with it. */
  readonly status: number;
  readonly faults: readonly ApiFault[];

  constructor(status: number, code: string, message: string, fields: readonly string[] | null = null) {
    super(message);
    this.status = status;
    this.faults = [{ code, message, fields }];
  }

  /** The body of a whole failure: an array, whatever failed. */
  body(): readonly object[] {
    return this.faults.map(({ code, message, fields }) => ({
      message,
      errorCode: code,
      ...(fields === null ? {} : { fields }),
    }));
  }

  /** The `errors` of one row's result. */
  rowErrors(): readonly object[] {
    return this.faults.map(({ code, message, fields }) => ({ statusCode: code, message, fields: fields ?? [] }));
  }
}

/** Such a record or resource is not there. */
export function notFound(): ApiError {
  return new ApiError(404, 'NOT_FOUND', 'The requested resource does not exist');
}

/** A column that the object has not, or that the user may not see: the two look alike. */
export function noSuchColumn(field: string, object: string): ApiError {
  return new ApiError(400, 'INVALID_FIELD', `No such column '${field}' on sobject of type ${object}`);
}
