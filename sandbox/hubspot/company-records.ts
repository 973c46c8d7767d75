import type { World } from '../world/world.ts';
import { companyIdOf, companyOfId } from './ids.ts';
import type { BaseRecords } from './record.ts';

/** The world's organisations as companies. */
export function companyRecords(world: World): BaseRecords {
  const { companyCount } = world;
  const has = (id: number) => Number.isInteger(id) && companyOfId(id) >= 0 && companyOfId(id) < companyCount;
  const createdMs = (id: number) => world.company(companyOfId(id)).createdAt.getTime();
  return {
    endId: companyIdOf(companyCount),
    has,
    *ids(fromId, sinceMs) {
      // Companies are all older than the people's activity: none was modified since any instant of interest.
      if (sinceMs > world.now.getTime()) return;
      for (let n = Math.max(0, companyOfId(fromId)); n < companyCount; n++) yield companyIdOf(n);
    },
    fields(id) {
      const { name, domain, industry, employees, revenue, country } = world.company(companyOfId(id));
      return {
        name,
        domain,
        website: domain,
        industry: industry === '' ? null : industry.toUpperCase().replaceAll(/[^A-Z]+/g, '_'),
        // A CSV need not tell them.
        numberofemployees: employees > 0 ? String(employees) : null,
        annualrevenue: revenue > 0 ? String(revenue) : null,
        country: country || null,
        lifecyclestage: 'lead',
      };
    },
    createdMs,
    modifiedMs: createdMs,
  };
}
