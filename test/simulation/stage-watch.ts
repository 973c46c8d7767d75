import type { OpenSandbox } from '../../sandbox/open.ts';
import type { Crm } from '../../src/domain/crm.ts';
import { isOfKind } from './troubles.ts';
import { type Violation, violation } from './violation.ts';

/** Stages in the order of the mappings that come along, and those that belong to people. */
const STAGES: Readonly<Record<Crm, { readonly order: readonly string[]; readonly held: readonly string[] }>> = {
  hubspot: {
    order: ['subscriber', 'lead', 'marketingqualifiedlead', 'salesqualifiedlead'],
    held: ['opportunity', 'customer', 'evangelist', 'other'],
  },
  salesforce: {
    order: ['Open - Not Contacted', 'Working - Contacted'],
    held: ['Closed - Converted', 'Closed - Not Converted'],
  },
};

/** Sees every stage that the product moves, at the moment at which it does. */
export class StageWatch {
  readonly violations: Violation[] = [];
  readonly #sandbox: () => OpenSandbox;
  /** The stage that we set last, by lead. */
  readonly #ours = new Map<string, string>();
  /** When a person last set a stage, by lead: until that has been pulled the product cannot know of it. */
  readonly #setByPersonMs = new Map<string, number>();
  readonly #pulledSinceMs = new Map<Crm, number>();
  #before: ReadonlyMap<string, string> | null = null;

  constructor(sandbox: () => OpenSandbox) {
    this.#sandbox = sandbox;
  }

  /** A person sets the stage of a lead. */
  setByPerson(crm: Crm, crmId: string): void {
    this.#setByPersonMs.set(`${crm} ${crmId}`, this.#sandbox().clock.now().getTime());
  }

  /** What changed until then has been pulled by the run that writes now. */
  pulledSince(crm: Crm, atMs: number): void {
    this.#pulledSinceMs.set(crm, atMs);
  }

  before(crm: Crm, method: string, path: string): void {
    this.#before = isOfKind(`${method} ${crm} ${path}`, 'write') ? this.#stages(crm) : null;
  }

  after(crm: Crm): void {
    const before = this.#before;
    if (before === null) return;
    for (const [crmId, stage] of this.#stages(crm)) {
      const from = before.get(crmId) ?? '';
      if (from === stage) continue;
      this.#judge(crm, crmId, from, stage);
      this.#ours.set(`${crm} ${crmId}`, stage);
    }
  }

  #judge(crm: Crm, crmId: string, from: string, to: string): void {
    const key = `${crm} ${crmId}`;
    if ((this.#setByPersonMs.get(key) ?? 0) >= (this.#pulledSinceMs.get(crm) ?? 0)) return;
    const { order, held } = STAGES[crm];
    const fault = (why: string) =>
      this.violations.push(violation('no stage regresses', `${key} moved from ${from} to ${to}${why}`));
    if (held.includes(from)) fault(', out of a protected stage');
    else if (order.indexOf(to) <= order.indexOf(from)) fault('');
    const ours = this.#ours.get(key);
    if (ours !== undefined && ours !== from) fault(', over a person’s later change');
  }

  #stages(crm: Crm): ReadonlyMap<string, string> {
    const { leads } = this.#sandbox().state(crm);
    return new Map(
      leads.map(({ crmId, lifecycleStage, leadStatus }) => [
        crmId,
        (crm === 'hubspot' ? lifecycleStage : leadStatus) ?? '',
      ]),
    );
  }
}
