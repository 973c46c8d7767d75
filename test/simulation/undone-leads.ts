import type { LeadState } from '../../sandbox/twin.ts';
import type { Crm } from '../../src/domain/crm.ts';
import type { SeenWrite } from './write-watch.ts';

/** Leads whose latest write was that of an undo, seen from outside: until its input changes such a lead stays as it is. */
export class UndoneLeads {
  readonly #before = new Map<string, LeadState['values']>();

  readonly judge = async ({ crm, run, changed }: SeenWrite): Promise<void> => {
    for (const { before } of changed) {
      const key = `${crm} ${before.crmId}`;
      if (run.kind !== 'undo') this.#before.delete(key);
      else if (!this.#before.has(key)) this.#before.set(key, before.values);
    }
  };

  /** What the CRM held of a lead before the undo; `undefined` for one that was not undone, or was written since. */
  before(crm: Crm, crmId: string): LeadState['values'] | undefined {
    return this.#before.get(`${crm} ${crmId}`);
  }
}
