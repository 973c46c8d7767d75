/** Remembers how to take changes back, for requests that are all or nothing. */
export class Journal {
  #undos: (() => void)[] | null = null;

  /** Whether somebody may want to take the changes back. */
  get isOpen(): boolean {
    return this.#undos !== null;
  }

  /** Notes how to undo the change just made or about to be made. */
  note(undo: () => void): void {
    this.#undos?.push(undo);
  }

  /** Runs `work`; if it says so, everything it changed is taken back. One within another belongs to the outer one. */
  attempt<T>(work: () => { readonly result: T; readonly isToBeUndone: boolean }): T {
    if (this.#undos !== null) return this.#within(this.#undos, work);
    this.#undos = [];
    try {
      return this.#within(this.#undos, work);
    } finally {
      this.#undos = null;
    }
  }

  #within<T>(undos: (() => void)[], work: () => { readonly result: T; readonly isToBeUndone: boolean }): T {
    const before = undos.length;
    const { result, isToBeUndone } = work();
    if (isToBeUndone) for (const undo of undos.splice(before).reverse()) undo();
    return result;
  }
}
