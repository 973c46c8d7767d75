import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { SandboxOptions } from '../sandbox/start.ts';
import type { Crm } from '../src/domain/crm.ts';
import { minimumCalls } from '../src/minimum-calls.ts';
import { type ColdSync, coldSync } from './product.ts';
import type { BenchRow } from './row.ts';

const REAL_LEADS = path.join(import.meta.dirname, '..', '..', 'shared', 'data', 'x-education', 'leads.csv');
const MAIN = path.join(import.meta.dirname, '..', 'src', 'main.ts');
/** HubSpot's limit for a Professional portal, calls per 10 seconds. */
const TRUE_BURST = 190;

/** A cold sync of 9,240 leads: its calls beside the fewest, the rate beside the allowed one, and the whole demo. */
export async function benchSync(): Promise<BenchRow[]> {
  const world: Partial<SandboxOptions> = existsSync(REAL_LEADS) ? { dataFile: REAL_LEADS } : { leads: 9_240 };
  const pace = new PaceMeter();
  const hubspot = await coldSync('hubspot', world, (_app, sandbox) => pace.watch(() => sandbox.stats().hubspot.calls));
  const used = pace.stop();
  const salesforce = await coldSync('salesforce', world);
  return [
    callsRow('hubspot', hubspot),
    callsRow('salesforce', salesforce),
    {
      name: 'hubspot: calls per second while there is work, at the true limit',
      ours: used,
      peer: TRUE_BURST / 10,
      peerName: 'allowed',
      ratio: used / (TRUE_BURST / 10),
      unit: 'calls/s',
      limit: { of: 'ratio', atLeast: 0.95 },
    },
    refusedRow('hubspot', hubspot),
    demoRow(),
  ];
}

function callsRow(crm: Crm, { certificate }: ColdSync): BenchRow {
  const fewest = minimumCalls(crm, certificate);
  return {
    name: `${crm}: API calls of a cold sync`,
    ours: certificate.apiCalls,
    peer: fewest,
    peerName: 'fewest that batches allow',
    ratio: certificate.apiCalls / fewest,
    unit: 'calls',
    limit: { of: 'ratio', atMost: 1.2 },
  };
}

function refusedRow(crm: Crm, { sandbox }: ColdSync): BenchRow {
  return {
    name: `${crm}: calls refused for their rate`,
    ours: sandbox.stats()[crm].rateLimited,
    peer: null,
    peerName: null,
    ratio: null,
    unit: 'calls',
    limit: { of: 'ours', atMost: 0 },
  };
}

function demoRow(): BenchRow {
  const startedAt = performance.now();
  const data = existsSync(REAL_LEADS) ? ['--data', REAL_LEADS] : ['--leads', '9240'];
  execFileSync(process.execPath, [MAIN, 'demo', '--exit', ...data], { stdio: ['ignore', 'ignore', 'inherit'] });
  return {
    name: 'the demo on 9,240 leads in both CRMs, two syncs each, start and stop included',
    ours: (performance.now() - startedAt) / 1000,
    peer: null,
    peerName: null,
    ratio: null,
    unit: 's',
    limit: { of: 'ours', atMost: 60 },
  };
}

const SAMPLE_MS = 100;
const WINDOW_SAMPLES = 100;

/** Measures calls per second over the limit's own window of 10 s, as the median of every full window with work in it. */
class PaceMeter {
  readonly #samples: number[] = [];
  #timer: NodeJS.Timeout | undefined;

  watch(calls: () => number): void {
    this.#timer = setInterval(() => this.#samples.push(calls()), SAMPLE_MS);
  }

  stop(): number {
    clearInterval(this.#timer);
    const windows = this.#samples
      .slice(WINDOW_SAMPLES)
      .map((calls, index) => (calls - (this.#samples[index] ?? 0)) / ((WINDOW_SAMPLES * SAMPLE_MS) / 1000))
      .sort((a, b) => a - b);
    return windows[Math.floor(windows.length / 2)] ?? 0;
  }
}
