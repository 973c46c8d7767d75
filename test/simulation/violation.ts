/** A promise that the product has broken. */
export interface Violation {
  /** The promise; a story is shrunk for as long as it breaks the same. */
  readonly invariant: string;
  readonly message: string;
}

export function violation(invariant: string, message: string): Violation {
  return { invariant, message };
}
