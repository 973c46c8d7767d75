import { count, printTable, reasons } from './cli/print.ts';
import type { Certificate } from './domain/certificate.ts';

/** A certificate with what the run took. */
export interface DemoRun extends Certificate {
  readonly minimumApiCalls: number;
  readonly rateLimited: number;
  readonly seconds: number;
  readonly peakRssMb: number;
}

/** What the demo has to tell. */
export interface DemoAccount {
  readonly first: Readonly<Record<string, DemoRun>>;
  readonly second: Readonly<Record<string, DemoRun>>;
  readonly bands: Readonly<Record<string, number>>;
  readonly seconds: number;
}

/** Prints the demo's end as a table that a RevOps person understands. */
export function printDemo({ first, second, bands, seconds }: DemoAccount): void {
  const runs = [
    ...Object.entries(first).map(([crm, run]) => [`${crm}, first sync`, run] as const),
    ...Object.entries(second).map(([crm, run]) => [`${crm}, again`, run] as const),
  ];
  const line = (what: string, of: (run: DemoRun) => number | string) => [
    what,
    ...runs.map(([, run]) => {
      const value = of(run);
      return typeof value === 'number' ? count(value) : value;
    }),
  ];
  printTable(
    ['', ...runs.map(([title]) => title)],
    [
      line('records read', ({ streams }) => sum(Object.values(streams).map(({ pulled }) => pulled))),
      line('leads scored', scored),
      line('leads written back', ({ writes }) => writes.written),
      line('lifecycle stages moved', ({ stages }) => stages.moved),
      line('tasks created', ({ tasks }) => tasks.created),
      line('refused by the CRM', ({ writes }) => reasons(writes.rejected) || 0),
      line('unaccounted', ({ unaccounted }) => unaccounted),
      line(
        'API calls (fewest possible)',
        ({ apiCalls, minimumApiCalls }) => `${count(apiCalls)} (${count(minimumApiCalls)})`,
      ),
      line('rate limit hit', ({ rateLimited }) => rateLimited),
      line('seconds', (run) => run.seconds),
    ],
  );
  const inBands = Object.entries(bands).map(([band, leads]) => `${count(leads)} ${band}`);
  process.stdout.write(`Leads by band, both CRMs together: ${inBands.join(', ')}. ${seconds} seconds in all.\n`);
}

function scored({ streams }: DemoRun): number {
  const ofLeads = ['contacts', 'leads', 'review'].map((stream) => streams[stream]?.scored ?? 0);
  return sum(ofLeads);
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
