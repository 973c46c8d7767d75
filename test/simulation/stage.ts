import { enqueue } from '../../jobs/job.ts';
import { reconcileJob } from '../../jobs/reconcile.ts';
import { reviewLeadsJob } from '../../jobs/review-leads.ts';
import { startSyncJob } from '../../jobs/start-sync.ts';
import type { Crm } from '../../src/domain/crm.ts';
import type { SimulatedDatabase } from './database.ts';
import { House, type Sabotage } from './house.ts';
import { Interruptions } from './interruptions.ts';
import { perform } from './perform.ts';
import { StageWatch } from './stage-watch.ts';
import type { Act, RunStep, Step, Story } from './story.ts';
import { faultRules } from './troubles.ts';

const MINUTE_MS = 60_000;
/** A stage that a person sets is pulled this long after at the latest, beside the lag of search. */
const PULL_LAG_MS = 5_000;

/** Takes the steps of a story, one after the other. */
export class Stage {
  readonly house: House;
  readonly stages: StageWatch;
  /** Records that stand for several people. */
  readonly merged = new Set<string>();
  readonly #story: Story;

  constructor(story: Story, database: SimulatedDatabase, sabotage: Sabotage) {
    this.#story = story;
    this.stages = new StageWatch(
      () => this.house.sandbox,
      (crm) => this.#pulledSinceMs(crm),
    );
    this.house = new House(story, database, { watch: this.stages, sabotage });
  }

  async take(step: Step): Promise<void> {
    if (step.do === 'pass') this.house.conductor.pass(step.minutes * MINUTE_MS);
    else if (step.do === 'publish') await this.house.publish(step.hotFrom);
    else if (step.do === 'act') this.#act(step.it);
    else await this.run(step);
  }

  /** Plays one part of the product's work until the queue is empty, through every crash. */
  async run({ job, crm, troubles, interruptions, repeats }: RunStep): Promise<void> {
    const { house } = this;
    house.sandbox.setFaults(troubles.flatMap((trouble) => faultRules(crm, trouble)));
    house.queues.repeats = repeats;
    const ahead = new Interruptions(interruptions, (act) => this.#act(act));
    await house.work(() => this.#begin(job, crm), ahead);
    house.sandbox.setFaults([]);
  }

  #begin(job: RunStep['job'], crm: Crm): Promise<void> {
    const { queues, connections } = this.house;
    const connectionId = connections.get(crm)!; // every CRM of the story is connected
    if (job === 'sync') return enqueue(queues, startSyncJob, { connectionId });
    return job === 'review'
      ? enqueue(queues, reviewLeadsJob, { connectionId })
      : enqueue(queues, reconcileJob, { connectionId });
  }

  #act(act: Act): void {
    const { sandbox, mappings } = this.house;
    perform(sandbox, act, mappings.get(act.crm)!);
    if (act.act === 'set stage') this.stages.setByPerson(act.crm, sandbox.twin(act.crm).leadId(act.person));
    if (act.act === 'merge') this.merged.add(sandbox.twin(act.crm).leadId(act.person));
  }

  /** Changes before then are known to the run that writes now: it pulled later, or the one before it did. */
  async #pulledSinceMs(crm: Crm): Promise<number> {
    const { database, connections } = this.house;
    const run = await database.backstage
      .selectFrom('runs')
      .select('started_at')
      .where('connection_id', '=', connections.get(crm)!)
      .where('kind', '=', 'sync')
      .where('phase', '!=', 'stopped')
      .orderBy('started_at', 'desc')
      .executeTakeFirst();
    return (run?.started_at.getTime() ?? 0) - PULL_LAG_MS - this.#story.searchLagSeconds * 1_000;
  }
}
