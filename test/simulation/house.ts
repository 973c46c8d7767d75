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
import { Conductor, type Ending, type Watch } from './conductor.ts';
import type { SimulatedDatabase } from './database.ts';
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

/**
 * One story's world: a sandbox, a database, a queue, and one process of the product after the other.
 */
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
  #app: App;
  #version = 0;

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
        hubspot: { largestPage: story.largestPage, searchLagMs: story.searchLagSeconds * 1_000 },
        salesforce: { largestPage: story.largestPage },
      },
    });
    this.conductor = new Conductor(this.sandbox.clock, chance(1));
    this.network = networkTo(this.sandbox, this.conductor, chance(2), watch);
    this.queues = new MemoryQueues(this.conductor, chance(3));
    this.#app = this.#newApp();
  }

  get app(): App {
    return this.#app;
  }

  /** Connects the CRMs, provisions them, and starts the first process. */
  async moveIn(): Promise<void> {
    await this.publish(80);
    for (const crm of this.#story.crms) {
      await this.play(() =>
        addConnection(this.#app, {
          name: crm,
          crm,
          baseUrl: urlOf(crm),
          mappingFile: null,
          credentials: CREDENTIALS[crm],
        }),
      );
      await this.play(async () => (await connectorNamed(this.#app, crm)).provision({ dryRun: false }, never));
      const { id, mapping: shipped } = await connectionNamed(this.database.backstage, crm);
      // A world of three leads exceeds every share: its plans would all wait for a person.
      const mapping = { ...shipped, approval: {} };
      await this.database.backstage
        .updateTable('connections')
        .set({ mapping: JSON.stringify(mapping) })
        .where('id', '=', id)
        .execute();
      this.connections.set(crm, id);
      this.mappings.set(crm, mapping);
    }
    await this.boot();
  }

  async publish(hotFrom: number): Promise<void> {
    this.#version += 1;
    await publishModel(this.database.backstage, modelVersion(this.#version, hotFrom));
  }

  /** Plays work of the product to its end, undisturbed. */
  async play<T>(work: () => Promise<T>): Promise<T> {
    const working = work();
    await this.conductor.play(working, () => 'happens');
    return working;
  }

  /** Plays a job until it ends or the process is killed. */
  async playJob(watch: Watch): Promise<Ending> {
    return this.conductor.play(this.queues.takeOne(), watch);
  }

  /** Starts a process, as `npm run worker` does. */
  async boot(): Promise<void> {
    this.#app = this.#newApp();
    await this.play(async () => {
      const services = this.#sabotage(servicesOf(this.#app, this.queues), this.#app);
      await workOn(this.#app, this.queues, never, services);
      await takeUp(this.#app, this.queues);
    });
  }

  /** The process has been killed: the server rolls back, its job stalls. */
  async bury({ losesQueue }: { readonly losesQueue: boolean }): Promise<void> {
    await this.database.hangUp();
    if (losesQueue) this.queues.lose();
    this.queues.stall();
  }

  /** A connector for those who look on: it spends no budget and waits for nothing. */
  async onlooker(crm: Crm): Promise<CrmConnector> {
    const mapping = this.mappings.get(crm)!;
    const shared = { mapping, baseUrl: urlOf(crm), clock: this.conductor, budget: FREE, lagMs: 0 };
    return crm === 'hubspot'
      ? hubspotConnector({ ...shared, credentials: HubspotCredentials.parse(CREDENTIALS[crm]) })
      : salesforceConnector({ ...shared, credentials: SalesforceCredentials.parse(CREDENTIALS[crm]) });
  }

  #newApp(): App {
    const { conductor, log } = this;
    const told = (level: LogLine['level']) => (fields: object, message: string) =>
      void log.push({ level, message, fields });
    return {
      env: readEnv({ WORKER_CONCURRENCY: '2' }),
      log: { info: () => {}, warn: told('warn'), error: told('error') },
      db: this.database.openFor(conductor),
      databaseUrl: '',
      vault: openVault(Buffer.alloc(32, 7)),
      now: () => new Date(conductor.now().getTime() + this.#story.skewSeconds * 1_000),
      sleep: (ms, signal) => conductor.sleep(ms, signal),
      close: async () => {},
    };
  }
}

const FREE: Budget = { take: async () => {}, pause: async () => {}, learn: () => {} };

const never = new AbortController().signal;
