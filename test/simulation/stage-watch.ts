import type { LeadState } from '../../sandbox/twin.ts';
import type { Crm } from '../../src/domain/crm.ts';
import { type Violation, violation } from './violation.ts';
import type { SeenWrite } from './write-watch.ts';

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

/** Judges every stage that the product moves, at the moment at which it does. */
export class StageWatch {
  readonly violations: Violation[] = [];
  /** The stage that we set last, by lead. */
  readonly #ours = new Map<string, string>();
  /** When a person last set a stage, by lead: until that has been pulled the product cannot know of it. */
  readonly #setByPersonMs = new Map<string, number>();
  readonly #pulledSinceMs: (crm: Crm) => Promise<number>;

  /** @param pulledSinceMs - What changed before then, the run that writes now has pulled. */
  constructor(pulledSinceMs: (crm: Crm) => Promise<number>) {
    this.#pulledSinceMs = pulledSinceMs;
  }

  /** A person sets the stage of a lead. */
  setByPerson(crm: Crm, crmId: string, at: Date): void {
    this.#setByPersonMs.set(`${crm} ${crmId}`, at.getTime());
  }

  readonly judge = async ({ crm, run, changed }: SeenWrite): Promise<void> => {
    const pulledSinceMs = await this.#pulledSinceMs(crm);
    for (const { before, after } of changed) {
      const [key, from, to] = [`${crm} ${before.crmId}`, stageOf(crm, before), stageOf(crm, after)];
      if (from === to) continue;
      if (run.kind === 'undo')
        this.#ours.delete(key); // going back is what it is for: see UndoWatch
      else {
        const isKnown = (this.#setByPersonMs.get(key) ?? 0) < pulledSinceMs;
        if (isKnown) this.#judgeMove(crm, key, from, to);
        this.#ours.set(key, to);
      }
    }
  };

  #judgeMove(crm: Crm, key: string, from: string, to: string): void {
    const { order, held } = STAGES[crm];
    const fault = (why: string) =>
      this.violations.push(violation('no stage regresses', `${key} moved from ${from} to ${to}${why}`));
    if (held.includes(from)) fault(', out of a protected stage');
    else if (order.indexOf(to) <= order.indexOf(from)) fault('');
    const ours = this.#ours.get(key);
    if (ours !== undefined && ours !== from) fault(', over a person’s later change');
  }
}

/** The stage that the mapping that comes along moves; `''` if it is empty. */
export function stageOf(crm: Crm, { lifecycleStage, leadStatus }: LeadState): string {
  return (crm === 'hubspot' ? lifecycleStage : leadStatus) ?? '';
}
