import type { OpenSandbox } from '../../sandbox/open.ts';
import type { LeadState } from '../../sandbox/twin.ts';
import type { Crm } from '../../src/domain/crm.ts';
import type { Run } from '../../src/store/runs.ts';
import type { CallOnlooker, CallWatch } from './network.ts';
import { isOfKind } from './troubles.ts';

/** The run that a write belongs to: the one that its connection had under way when the write was sent. */
export type WritingRun = Pick<Run, 'id' | 'kind' | 'undoOf'> & { readonly startedAt: Date };

/** What one write of the product has done to a CRM. */
export interface SeenWrite {
  readonly crm: Crm;
  readonly run: WritingRun;
  readonly at: Date;
  /** Leads that the write has changed, as they were and as they are. */
  readonly changed: readonly { readonly before: LeadState; readonly after: LeadState }[];
}

/** Sees every write of the product at the moment at which it takes effect, whatever has become of its sender. */
export class WriteWatch implements CallWatch {
  readonly #sandbox: () => OpenSandbox;
  readonly #runOf: (crm: Crm) => Promise<WritingRun | undefined>;
  readonly #judges: readonly ((write: SeenWrite) => Promise<void>)[];

  constructor(
    sandbox: () => OpenSandbox,
    runOf: (crm: Crm) => Promise<WritingRun | undefined>,
    judges: readonly ((write: SeenWrite) => Promise<void>)[],
  ) {
    this.#sandbox = sandbox;
    this.#runOf = runOf;
    this.#judges = judges;
  }

  async see(crm: Crm, label: string): Promise<CallOnlooker | null> {
    const run = isOfKind(label, 'write') ? await this.#runOf(crm) : undefined;
    if (run === undefined) return null;
    let before: readonly LeadState[] = [];
    return {
      before: () => {
        before = this.#sandbox().state(crm).leads;
      },
      after: async () => {
        const { clock, state } = this.#sandbox();
        const now = new Map(state(crm).leads.map((lead) => [lead.crmId, lead]));
        const pairs = before.flatMap((lead) => {
          const after = now.get(lead.crmId);
          return after === undefined || isSame(lead, after) ? [] : [{ before: lead, after }];
        });
        for (const judge of this.#judges) await judge({ crm, run, at: clock.now(), changed: pairs });
      },
    };
  }
}

const isSame = (one: LeadState, other: LeadState): boolean => JSON.stringify(one) === JSON.stringify(other);
