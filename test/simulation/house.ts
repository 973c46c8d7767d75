import { readEnv } from '../../config/env.ts';
import { HubspotCredentials, hubspotConnector } from '../../connectors/hubspot/index.ts';
import { SalesforceCredentials, salesforceConnector } from '../../connectors/salesforce/index.ts';
import type { Services } from '../../jobs/services.ts';
import { type OpenSandbox, openSandbox } from '../../sandbox/open.ts';
import { random, seedOf } from '../../sandbox/random.ts';
import type { App } from '../../src/app.ts';
import { addConnection, connectorNamed } from '../../src/connect.ts';
import type { Budget } from '../../src/domain/budget.ts';
import type { Crm, CrmConnector } from '../../src/domain/crm.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
import { servicesOf } from '../../src/services.ts';
import { connectionNamed } from '../../src/store/connections.ts';
import { publishModel } from '../../src/store/models.ts';
import { openVault } from '../../src/store/secrets.ts';
import { takeUp, workOn } from '../../src/worker.ts';
import { type Actor, Conductor, type Direction } from './conductor.ts';
import type { SimulatedDatabase } from './database.ts';
import type { Interruptions } from './interruptions.ts';
import { modelVersion } from './models.ts';
import { type CallWatch, type Network, networkTo, urlOf } from './network.ts';
import { MemoryQueues } from './queues.ts';
import type { Story } from './story.ts';

/** A Monday. */
const STARTS_AT = new Date('2026-11-23T10:00:00Z');

const CREDENTIALS: Readonly<Record<Crm, object>> = {
  hubspot: { kind: 'service-key', token: 'pat-sandbox' },
  salesforce: { kind: 'client-credentials', clientId: 'sandbox-client', clientSecret: 'sandbox-secret' },
};

/** A fault put into the product on purpose: what a process works with is changed before it begins. */
export type Sabotage = (services: Services, app: App) => Services;

/** What the product's log said that a person would look at. */
export interface LogLine {
  readonly level: 'warn' | 'error';
  readonly message: string;
  readonly fields: object;
}

/** What else a house is made with. */
export interface HouseOptions {
  readonly watch: CallWatch;
  readonly sabotage: Sabotage;
}

/** One process of the product. */
interface Process {
  readonly actor: Actor;
  readonly app: App;
}

/** Calls that an account of a world with a daily share allows in a day, and the part of them that is ours. */
export const DAILY_CALLS = 2_500;
export const DAILY_SHARE = 0.16;

/** Between two calls of those who look on: less than a CRM allows, whatever the call. */
const LOOK_MS = 100;

/** Jobs that one process does side by side. */
const HANDS = 2;

/** Work of so many steps never ends. */
const MOST_STEPS = 40_000;

/** One story's world: a sandbox, a database, a queue, and processes of the product, of which some die. */
export class House {
  readonly sandbox: OpenSandbox;
  readonly conductor: Conductor;
  readonly network: Network;
  readonly queues: MemoryQueues;
  readonly database: SimulatedDatabase;
  readonly connections = new Map<Crm, string>();
  readonly mappings = new Map<Crm, Mapping>();
  readonly log: LogLine[] = [];
  readonly #story: Story;
  readonly #sabotage: Sabotage;
  /** Where a person types commands; it never dies. */
  readonly #office: Process;
  #version = 0;
  #bug: unknown = null;
  /** Of this house alone: what waits for it would otherwise keep the house for ever. */
  readonly #never = new AbortController().signal;

  constructor(story: Story, database: SimulatedDatabase, { watch, sabotage }: HouseOptions) {
    const chance = (purpose: number) => random(seedOf(story.seed, purpose));
    this.#story = story;
    this.#sabotage = sabotage;
    this.database = database;
    this.sandbox = openSandbox({
      crms: story.crms,
      leads: story.people,
      seed: story.seed,
      now: STARTS_AT,
      frozen: true,
      settings: {
        hubspot: {
          largestPage: story.largestPage,
          searchLagMs: story.searchLagSeconds * 1_000,
          isEnterprise: story.hasEvents,
          ...(story.hasDailyShare && { limits: { daily: DAILY_CALLS } }),
        },
        salesforce: { largestPage: story.largestPage, ...(story.hasDailyShare && { dailyCalls: DAILY_CALLS }) },
      },
    });
    this.conductor = new Conductor(this.sandbox.clock, chance(1));
    this.network = networkTo(this.sandbox, this.conductor, {
      chance: chance(2),
      isMessy: story.isMessy,
      watch,
    });
    this.queues = new MemoryQueues(this.conductor, chance(3));
    this.#office = this.#newProcess();
  }

  /** The time by the product's own clock. */
  get now(): Date {
    return this.#office.app.now();
  }

  /** Connects the CRMs, provisions them, and starts the workers. */
  async moveIn(): Promise<void> {
    await this.publish(this.#story.hotFrom);
    for (const crm of this.#story.crms) {
      const request = { name: crm, crm, baseUrl: urlOf(crm), mappingFile: null, credentials: CREDENTIALS[crm] };
      await this.command((app) => addConnection(app, request));
      await this.command(async (app) => (await connectorNamed(app, crm)).provision({ dryRun: false }, this.#never));
      const { id, mapping: shipped } = await connectionNamed(this.database.backstage, crm);
      const mapping = {
        ...shipped,
        ...(!this.#story.asks && { approval: {} }),
        ...(this.#story.hasDailyShare && { budget: { dailyShare: DAILY_SHARE } }),
      };
      await this.database.backstage
        .updateTable('connections')
        .set({ mapping: JSON.stringify(mapping) })
        .where('id', '=', id)
        .execute();
      this.connections.set(crm, id);
      this.mappings.set(crm, mapping);
    }
    for (let n = 0; n < this.#story.workers; n += 1) this.#boot();
    await this.#play(UNDISTURBED);
  }

  async publish(hotFrom: number): Promise<void> {
    this.#version += 1;
    await publishModel(this.database.backstage, modelVersion(this.#version, hotFrom));
  }

  /** Plays a command that somebody types, undisturbed. */
  async command<T>(work: (app: App) => Promise<T>): Promise<T> {
    const { actor, app } = this.#office;
    const working = this.conductor.as(actor, () => work(app));
    working.catch(() => {}); // told below, when the play is over
    await this.#play(UNDISTURBED);
    return working;
  }

  /** Lets the workers work until the queue is empty, and starts another one in the place of each that dies. */
  async work(begin: () => Promise<void>, { watch, crash }: Interruptions): Promise<void> {
    let steps = 0;
    this.conductor.asWorld(begin).catch(this.#note);
    await this.#play({
      isDone: () => this.queues.isEmpty,
      watch: (label) => {
        steps += 1;
        if (steps > MOST_STEPS) throw new Error(`The work is not done after ${MOST_STEPS} steps`);
        return watch(label);
      },
      bury: async (actor) => {
        await this.database.hangUp(actor);
        this.queues.bury(actor, { losesQueue: crash()?.losesQueue === true });
        this.#boot();
      },
    });
  }

  /** A connector for those who look on: it spends no budget, and time passes by itself so that no limit is met. */
  onlooker(crm: Crm): CrmConnector {
    const mapping = this.mappings.get(crm)!; // every CRM of the story is connected
    const budget: Budget = { take: async () => this.conductor.pass(LOOK_MS), pause: async () => {}, learn: () => {} };
    const shared = { mapping, baseUrl: urlOf(crm), clock: this.conductor, budget, lagMs: 0 };
    return crm === 'hubspot'
      ? hubspotConnector({ ...shared, credentials: HubspotCredentials.parse(CREDENTIALS[crm]) })
      : salesforceConnector({ ...shared, credentials: SalesforceCredentials.parse(CREDENTIALS[crm]) });
  }

  /** Starts a worker, as `npm run worker` does. */
  #boot(): void {
    const worker = this.#newProcess();
    this.#begin(worker, async ({ app }) => {
      await workOn(app, this.queues, this.#never, this.#sabotage(servicesOf(app, this.queues), app));
      await takeUp(app, this.queues);
    });
    for (let hand = 0; hand < HANDS; hand += 1) this.#begin(worker, ({ actor }) => this.queues.work(actor));
  }

  /** Begins something that nobody waits for; what it throws ends the play. */
  #begin(process: Process, work: (process: Process) => Promise<unknown>): void {
    this.conductor.as(process.actor, () => work(process)).catch(this.#note);
  }

  readonly #note = (bug: unknown): void => {
    this.#bug ??= bug;
  };

  async #play(direction: Direction): Promise<void> {
    await this.conductor.play(direction);
    if (this.#bug !== null) throw this.#bug;
  }

  #newProcess(): Process {
    const { conductor, log } = this;
    const told = (level: LogLine['level']) => (fields: object, message: string) =>
      void log.push({ level, message, fields });
    const app = {
      env: readEnv({ WORKER_CONCURRENCY: '2' }),
      log: { info: () => {}, warn: told('warn'), error: told('error') },
      db: this.database.openFor(conductor),
      databaseUrl: '',
      vault: openVault(Buffer.alloc(32, 7)),
      now: () => new Date(conductor.now().getTime() + this.#story.skewSeconds * 1_000),
      sleep: (ms: number, signal?: AbortSignal) => conductor.sleep(ms, signal),
      close: async () => {},
    };
    return { actor: app, app };
  }
}

const UNDISTURBED: Direction = { isDone: () => true, watch: () => 'happens', bury: async () => {} };
