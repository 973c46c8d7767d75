import { CRMS, type Crm } from '../src/domain/crm.ts';
import { frozenClock, realClock, type SandboxClock } from './clock.ts';
import { controlledApp } from './controls.ts';
import { type FaultRule, type FaultRuleInput, FaultRule as FaultRuleSchema, faults } from './faults.ts';
import type { HubspotSettingsInput } from './hubspot/settings.ts';
import { createHubspotTwin } from './hubspot/twin.ts';
import { type Listener, listen } from './listen.ts';
import { createSalesforceTwin } from './salesforce/twin.ts';
import { callStats, type TwinStats } from './stats.ts';
import type { SandboxState, Twin, TwinOptions } from './twin.ts';
import { csvWorld } from './world/csv-world.ts';
import { seededWorld } from './world/seeded-world.ts';
import type { Activity, World } from './world/world.ts';

/** How a sandbox starts. Everything has a default: both CRMs, 1,000 seeded people, real time, limits on. */
export interface SandboxOptions {
  /** 0 or omitted: any free port. */
  readonly hubspotPort?: number;
  readonly salesforcePort?: number;
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

/** A running sandbox. */
export interface Sandbox {
  /** Base address; empty when that CRM was not asked for. */
  readonly hubspotUrl: string;
  readonly salesforceUrl: string;
  readonly world: World;
  readonly clock: SandboxClock;
  /** @throws {RangeError} when that CRM was not asked for */
  twin(crm: Crm): Twin;
  stats(): Readonly<Record<Crm, TwinStats>>;
  state(crm: Crm): SandboxState;
  /** Lets a person do something more, in one CRM or in all that run. */
  addActivity(person: number, activity: Omit<Activity, 'n'>, crm?: Crm): void;
  /** Sets values of one lead as somebody else would: see {@link Twin.editLeads}. */
  editLead(crm: Crm, crmId: string, values: Readonly<Record<string, string | null>>, by: string): void;
  setFaults(rules: readonly FaultRuleInput[]): void;
  /** Tells of each fault at the moment at which it strikes, such as between an effect and its answer. */
  onFault(listener: (crm: Crm, kind: string) => void): void;
  close(): Promise<void>;
}

/**
 * Starts a local HubSpot, a local Salesforce, or both, over one world of people.
 *
 * @throws {LeadScoringError} `PORT_TAKEN`; `INPUT_INVALID` naming the place in the CSV file that cannot be read
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const startAt = options.now ?? new Date();
  const clock = options.frozen ? frozenClock(startAt) : realClock(options.speed ?? 1, startAt);
  const world = options.dataFile
    ? csvWorld(options.dataFile, { seed: options.seed ?? 1, now: startAt })
    : seededWorld({ size: options.leads ?? 1_000, seed: options.seed ?? 1, now: startAt });
  const plan = faults(parsed(options.faults ?? []));
  const stats = callStats();

  const twins = new Map<Crm, Twin>();
  const listeners = new Map<Crm, Listener>();
  const close = async () => {
    await Promise.all([...listeners.values()].map((listener) => listener.close()));
  };
  for (const crm of options.crms ?? CRMS) {
    const settings = { ...options.settings?.[crm] };
    const twin = openTwin(crm, { world, clock, faults: plan, stats, settings });
    twins.set(crm, twin);
    const app = controlledApp({ crm, twin, twins, clock, stats, faults: plan });
    const port = (crm === 'hubspot' ? options.hubspotPort : options.salesforcePort) ?? 0;
    try {
      listeners.set(crm, await listen(app, port));
    } catch (error) {
      await close();
      throw error;
    }
  }

  const twinOf = (crm: Crm): Twin => {
    const twin = twins.get(crm);
    if (!twin) throw new RangeError(`This sandbox has no ${crm}`);
    return twin;
  };
  return {
    hubspotUrl: listeners.get('hubspot')?.url ?? '',
    salesforceUrl: listeners.get('salesforce')?.url ?? '',
    world,
    clock,
    twin: twinOf,
    stats: () => stats.snapshot(),
    state: (crm) => twinOf(crm).state(),
    addActivity(person, activity, crm) {
      for (const twin of crm ? [twinOf(crm)] : twins.values()) twin.addActivity(person, activity);
    },
    editLead: (crm, crmId, values, by) => twinOf(crm).editLeads([crmId], values, by),
    setFaults: (rules) => plan.set(parsed(rules)),
    onFault: (listener) => stats.onFault(listener),
    close,
  };
}

function parsed(rules: readonly FaultRuleInput[]): FaultRule[] {
  return rules.map((rule) => FaultRuleSchema.parse(rule));
}

function openTwin(crm: Crm, options: TwinOptions): Twin {
  return crm === 'hubspot' ? createHubspotTwin(options) : createSalesforceTwin(options);
}
