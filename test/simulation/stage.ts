import { enqueue } from '../../jobs/job.ts';
import { reconcileJob } from '../../jobs/reconcile.ts';
import { reviewLeadsJob } from '../../jobs/review-leads.ts';
import { startSyncJob } from '../../jobs/start-sync.ts';
import { random, seedOf } from '../../sandbox/random.ts';
import type { Crm } from '../../src/domain/crm.ts';
import type { SimulatedDatabase } from './database.ts';
import { House, type Sabotage } from './house.ts';
import { Interruptions } from './interruptions.ts';
import { perform } from './perform.ts';
import { StageWatch } from './stage-watch.ts';
import type { Act, RunStep, Step, Story } from './story.ts';
import { faultRules } from './troubles.ts';

/** A run that takes more jobs than this never ends. */
const MOST_JOBS = 800;
const MINUTE_MS = 60_000;
const REPEATED_SHARE = 0.15;
/** A stage that a person sets is pulled this long after at the latest, beside the lag of search. */
const PULL_LAG_MS = 5_000;

/** Takes the steps of a story, one after the other. */
export class Stage {
  readonly house: House;
  readonly stages: StageWatch;
  /** Records that stand for several people. */
  readonly merged = new Set<string>();
  readonly #story: Story;
  readonly #chance: () => number;

  constructor(story: Story, database: SimulatedDatabase, sabotage: Sabotage) {
    this.#story = story;
    this.#chance = random(seedOf(story.seed, 4));
    this.stages = new StageWatch(() => this.house.sandbox);
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
    const ahead = new Interruptions(interruptions, (act) => this.#act(act));
    house.sandbox.setFaults(troubles.flatMap((trouble) => faultRules(crm, trouble)));
    await house.play(() => this.#begin(job, crm));
    for (let jobs = 0; house.queues.nextAtMs !== null; jobs += 1) {
      if (jobs === MOST_JOBS) throw new Error(`The work of a ${job} is not done after ${MOST_JOBS} jobs`);
      house.conductor.pass(Math.max(0, house.queues.nextAtMs - house.conductor.now().getTime()));
      await this.#notePulls();
      const ending = await house.playJob(ahead.watch);
      if (ending === 'killed') {
        await house.bury(ahead);
        await house.boot();
      } else if (repeats && this.#chance() < REPEATED_SHARE) house.queues.repeatLatest();
    }
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

  /** What a run that writes can know: the changes before it began to pull, or before the last one that did. */
  async #notePulls(): Promise<void> {
    const { database, connections } = this.house;
    for (const [crm, connectionId] of connections) {
      const run = await database.backstage
        .selectFrom('runs')
        .select('started_at')
        .where('connection_id', '=', connectionId)
        .where('kind', '=', 'sync')
        .where('phase', '!=', 'stopped')
        .orderBy('started_at', 'desc')
        .executeTakeFirst();
      const lagMs = PULL_LAG_MS + this.#story.searchLagSeconds * 1_000;
      this.stages.pulledSince(crm, (run?.started_at.getTime() ?? 0) - lagMs);
    }
  }
}
