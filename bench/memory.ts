import { CRMS } from '../src/domain/crm.ts';
import { coldSync } from './product.ts';
import type { BenchRow } from './row.ts';

const FEW = 20_000;
const MANY = 200_000;

/** Memory of a worker at 200,000 leads beside that at 20,000. Limits are off: this is about memory and not about pace. */
export async function benchMemory(): Promise<BenchRow[]> {
  const rows: BenchRow[] = [];
  for (const crm of CRMS) {
    const settings = { hubspot: { limits: { burst: 1_000_000, search: 1_000_000, associations: 1_000_000 } } };
    const few = await coldSync(crm, { leads: FEW, settings });
    const many = await coldSync(crm, { leads: MANY, settings });
    rows.push({
      name: `${crm}: peak memory of a worker at 200,000 leads, beside 20,000`,
      ours: many.peakRssMb,
      peer: few.peakRssMb,
      peerName: '20,000 leads',
      ratio: many.peakRssMb / few.peakRssMb,
      unit: 'MiB',
      limit: { of: 'ratio', atMost: 1.2 },
    });
    rows.push({
      name: `${crm}: cold sync of 200,000 leads, limits off`,
      ours: MANY / many.seconds,
      peer: null,
      peerName: null,
      ratio: null,
      unit: 'leads/s',
    });
  }
  return rows;
}
