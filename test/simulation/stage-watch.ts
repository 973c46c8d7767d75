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
  readonly #pulledSinceMs: (crm: Crm) => Promise<number>;
  #before: ReadonlyMap<string, string> | null = null;

  /** @param pulledSinceMs - What changed before then, the run that writes now has pulled. */
  constructor(sandbox: () => OpenSandbox, pulledSinceMs: (crm: Crm) => Promise<number>) {
    this.#sandbox = sandbox;
    this.#pulledSinceMs = pulledSinceMs;
  }

  /** A person sets the stage of a lead. */
  setByPerson(crm: Crm, crmId: string): void {
    this.#setByPersonMs.set(`${crm} ${crmId}`, this.#sandbox().clock.now().getTime());
  }

  before(crm: Crm, label: string): void {
    this.#before = isOfKind(label, 'write') ? this.#stages(crm) : null;
  }

  async after(crm: Crm): Promise<void> {
    const before = this.#before;
    if (before === null) return;
    const pulledSinceMs = await this.#pulledSinceMs(crm);
    for (const [crmId, stage] of this.#stages(crm)) {
      const from = before.get(crmId) ?? '';
      if (from === stage) continue;
      const isKnown = (this.#setByPersonMs.get(`${crm} ${crmId}`) ?? 0) < pulledSinceMs;
      if (isKnown) this.#judge(crm, crmId, from, stage);
      this.#ours.set(`${crm} ${crmId}`, stage);
    }
  }

  #judge(crm: Crm, crmId: string, from: string, to: string): void {
    const key = `${crm} ${crmId}`;
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
