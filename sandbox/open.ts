import type { Express } from 'express';
import { CRMS, type Crm } from '../src/domain/crm.ts';
import { frozenClock, realClock, type SandboxClock } from './clock.ts';
import { controlledApp } from './controls.ts';
import { type FaultRule, type FaultRuleInput, FaultRule as FaultRuleSchema, faults } from './faults.ts';
import type { HubspotSettingsInput } from './hubspot/settings.ts';
import { createHubspotTwin } from './hubspot/twin.ts';
import { createSalesforceTwin } from './salesforce/twin.ts';
import { callStats, type TwinStats } from './stats.ts';
import type { SandboxState, Twin, TwinOptions } from './twin.ts';
import { csvWorld } from './world/csv-world.ts';
import { seededWorld } from './world/seeded-world.ts';
import type { Activity, World } from './world/world.ts';

/** How a sandbox is made. Everything has a default: both CRMs, 1,000 seeded people, real time, limits on. */
export interface WorldOptions {
  readonly crms?: readonly Crm[];
  /** Number of seeded people; ignored with `dataFile`. */
  readonly leads?: number;
  /** CSV file that brings the people. */
  readonly dataFile?: string;
  readonly seed?: number;
  readonly faults?: readonly FaultRuleInput[];
  /** Sandbox seconds per real second. */
  readonly speed?: number;
  /** Where the clock starts, and where the people's activity ends. */
  readonly now?: Date;
  /** The clock stands still at `now`. */
  readonly frozen?: boolean;
  readonly settings?: {
    readonly hubspot?: HubspotSettingsInput;
    readonly salesforce?: Readonly<Record<string, unknown>>;
  };
}

/** A sandbox that nobody serves yet. */
export interface OpenSandbox {
  readonly crms: readonly Crm[];
  readonly world: World;
  readonly clock: SandboxClock;
  /** @throws {RangeError} when that CRM was not asked for */
  twin(crm: Crm): Twin;
  /** What answers the CRM's protocol, and the controls. @throws {RangeError} when that CRM was not asked for */
  app(crm: Crm): Express;
  stats(): Readonly<Record<Crm, TwinStats>>;
  state(crm: Crm): SandboxState;
  /** Lets a person do something more, in one CRM or in all that run. */
  addActivity(person: number, activity: Omit<Activity, 'n'>, crm?: Crm): void;
  /** Sets values of one lead as a CRM user would. Field names are the CRM's. */
  editLead(crm: Crm, crmId: string, values: Readonly<Record<string, string | null>>, by: string): void;
  setFaults(rules: readonly FaultRuleInput[]): void;
  /** Tells of each fault at the moment at which it strikes, such as between an effect and its answer. */
  onFault(listener: (crm: Crm, kind: string) => void): void;
}

/**
 * Makes a HubSpot, a Salesforce, or both, over one world of people.
 *
 * @throws {LeadScoringError} `INPUT_INVALID` naming the place in the CSV file that cannot be read
 */
export function openSandbox(options: WorldOptions = {}): OpenSandbox {
  const startAt = options.now ?? new Date();
  const clock = options.frozen ? frozenClock(startAt) : realClock(options.speed ?? 1, startAt);
  const world = options.dataFile
    ? csvWorld(options.dataFile, { seed: options.seed ?? 1, now: startAt })
    : seededWorld({ size: options.leads ?? 1_000, seed: options.seed ?? 1, now: startAt });
  const plan = faults(parsed(options.faults ?? []));
  const stats = callStats();
  const crms = options.crms ?? CRMS;
  const twins = new Map<Crm, Twin>();
  const apps = new Map<Crm, Express>();
  for (const crm of crms) {
    const settings = { ...options.settings?.[crm] };
    const twin = openTwin(crm, { world, clock, faults: plan, stats, settings });
    twins.set(crm, twin);
    apps.set(crm, controlledApp({ crm, twin, twins, clock, stats, faults: plan }));
  }
  const twin = (crm: Crm) => of(twins, crm);
  return {
    crms,
    world,
    clock,
    twin,
    app: (crm) => of(apps, crm),
    stats: () => stats.snapshot(),
    state: (crm) => twin(crm).state(),
    addActivity(person, activity, crm) {
      for (const each of crm ? [twin(crm)] : twins.values()) each.addActivity(person, activity);
    },
    editLead: (crm, crmId, values, by) => twin(crm).editLeads([crmId], values, by),
    setFaults: (rules) => plan.set(parsed(rules)),
    onFault: (listener) => stats.onFault(listener),
  };
}

function of<T>(all: ReadonlyMap<Crm, T>, crm: Crm): T {
  const one = all.get(crm);
  if (one === undefined) throw new RangeError(`This sandbox has no ${crm}`);
  return one;
}

function parsed(rules: readonly FaultRuleInput[]): FaultRule[] {
  return rules.map((rule) => FaultRuleSchema.parse(rule));
}

function openTwin(crm: Crm, options: TwinOptions): Twin {
  return crm === 'hubspot' ? createHubspotTwin(options) : createSalesforceTwin(options);
}
