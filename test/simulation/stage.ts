import type { Crm } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { linksOf } from '../../src/links.ts';
import { discardPlan } from '../../src/store/plans.ts';
import { begin, unlessRefused } from './begin.ts';
import { changeLinks, type LinkStep } from './change-links.ts';
import type { SeenCall } from './check-share.ts';
import type { SimulatedDatabase } from './database.ts';
import { House, type Sabotage } from './house.ts';
import { Interruptions } from './interruptions.ts';
import type { CallWatch } from './network.ts';
import { pulledSinceMs, waitingRun, writingRun } from './past-runs.ts';
import { perform } from './perform.ts';
import { StageWatch } from './stage-watch.ts';
import { type Act, calm, type RunStep, type Step, type Story } from './story.ts';
import { faultRules } from './troubles.ts';
import { STAGE, UndoWatch } from './undo-watch.ts';
import { UndoneLeads } from './undone-leads.ts';
import type { Violation } from './violation.ts';
import { WriteWatch } from './write-watch.ts';

const MINUTE_MS = 60_000;
/** What a person changes is pulled this long after at the latest, beside the lag of search. */
const PULL_LAG_MS = 5_000;
/** By then search has seen everything, and no call counts against a limit any more. */
const SETTLED_MS = 120_000;
/** Plans that follow one another, each because a person approved the one before it. */
const MOST_PLANS = 5;

/** Takes the steps of a story, one after the other. */
export class Stage {
  readonly house: House;
  /** Records that stand for several people. */
  readonly merged = new Set<string>();
  /** Keys of records of which somebody has said who they are, and who they are not. */
  readonly parted = new Set<string>();
  /** Every call of the product. */
  readonly calls: SeenCall[] = [];
  readonly undone = new UndoneLeads();
  wasLinked = false;
  readonly #stages: StageWatch;
  readonly #undos: UndoWatch;

  constructor(story: Story, database: SimulatedDatabase, sabotage: Sabotage) {
    const lagMs = PULL_LAG_MS + story.searchLagSeconds * 1_000;
    const pulledSince = (crm: Crm) => pulledSinceMs(this.house, crm, lagMs);
    this.#stages = new StageWatch(pulledSince);
    this.#undos = new UndoWatch(pulledSince);
    const writes = new WriteWatch(
      () => this.house.sandbox,
      (crm) => writingRun(this.house, crm),
      [this.#stages.judge, this.#undos.judge, this.undone.judge],
    );
    const see: CallWatch['see'] = (crm, label) => {
      this.calls.push({ crm, at: this.house.conductor.now() });
      return writes.see(crm, label);
    };
    this.house = new House(story, database, { watch: { see }, sabotage });
  }

  /** What was seen while the steps were taken. */
  get violations(): readonly Violation[] {
    return [...this.#stages.violations, ...this.#undos.violations];
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'pass') this.house.conductor.pass(step.minutes * MINUTE_MS);
    else if (step.do === 'publish') await this.house.publish(step.hotFrom);
    else if (step.do === 'act') this.#act(step.it);
    else if (step.do === 'discard') await this.#discard(step.crm);
    else if (step.do === 'run') await this.run(step);
    else await this.#changeLinks(step);
  }

  /** Plays one part of the product's work until the queue is empty, through every crash. */
  async run(step: RunStep): Promise<void> {
    const { crm, troubles, interruptions, repeats } = step;
    const { house } = this;
    const start = await begin(house, step);
    if (start === null) return;
    house.sandbox.setFaults(troubles.flatMap((trouble) => faultRules(crm, trouble)));
    house.queues.repeats = repeats;
    await house.work(start, new Interruptions(interruptions, (act) => this.#act(act)));
    house.sandbox.setFaults([]);
    await this.#undos.check(house, crm);
  }

  /** Syncs without troubles, after a while; plans that wait are approved. */
  async syncAllCalmly(): Promise<void> {
    const { crms } = this.house.sandbox;
    for (const crm of crms) await this.#syncCalmly(crm);
    // What one CRM has told of a person is written to the other by that one's next run.
    if (this.wasLinked) await this.#syncCalmly(crms[0]!); // a story has a CRM
  }

  async #syncCalmly(crm: Crm): Promise<void> {
    await this.#approveAll(crm);
    this.house.conductor.pass(SETTLED_MS);
    await this.run(calm('sync', crm));
    await this.#approveAll(crm);
    // An undo that had stopped goes first.
    if ((await writingRun(this.house, crm))?.kind === 'undo') await this.#syncCalmly(crm);
  }

  async #changeLinks(step: LinkStep): Promise<void> {
    const { house } = this;
    const nameOf = (crm: Crm, person: number) => {
      const crmId = house.sandbox.twin(crm).leadId(person % house.sandbox.world.size);
      if (step.do === 'split' || step.do === 'join') {
        for (const object of ['lead', 'contact']) this.parted.add(`${crm} ${object} ${crmId}`);
      }
      return `${crm}:${crmId}`;
    };
    if (step.do === 'link') this.wasLinked = true;
    await unlessRefused(house.command(({ db }) => changeLinks(linksOf(db), step, nameOf)));
  }

  async #approveAll(crm: Crm): Promise<void> {
    for (let plans = 0; (await waitingRun(this.house, crm)) !== undefined; plans += 1) {
      if (plans === MOST_PLANS) throw new Error(`A plan waits although ${MOST_PLANS} were approved`);
      await this.run(calm('approve', crm));
    }
  }

  async #discard(crm: Crm): Promise<void> {
    const runId = await waitingRun(this.house, crm);
    if (runId !== undefined) await unlessRefused(this.house.command(({ db }) => discardPlan(db, runId)));
  }

  #act(act: Act): void {
    const { sandbox, mappings } = this.house;
    const mapping = mappings.get(act.crm)!; // every CRM of the story is connected
    const idOf = (person: number) => sandbox.twin(act.crm).leadId(person % sandbox.world.size);
    if (!('person' in act)) {
      perform(sandbox, act, mapping);
      return;
    }
    const former = idOf(act.person);
    perform(sandbox, act, mapping);
    const crmId = idOf(act.person);
    if (former !== crmId) this.#undos.mixed(former); // what a conversion leaves behind cannot be changed
    this.#note(act, crmId, mapping);
  }

  /** Lets the judges know what a person has done. */
  #note(act: Act, crmId: string, mapping: Mapping): void {
    const now = this.house.conductor.now();
    if (act.act === 'edit score') this.#undos.editedByPerson(crmId, mapping.scoreFields[act.field], now);
    if (act.act === 'set stage') {
      this.#stages.setByPerson(act.crm, crmId, now);
      this.#undos.editedByPerson(crmId, STAGE, now);
    }
    if (act.act === 'merge') this.merged.add(crmId);
    if (act.act === 'merge' || act.act === 'convert') this.#undos.mixed(crmId);
  }
}
