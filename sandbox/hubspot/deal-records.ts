import { companyIdOf, dealIdOf, ownerIdOf, personOfDealId } from './ids.ts';
import type { People } from './people.ts';
import { type BaseRecords, isoOf } from './record.ts';

const FORECAST_MS = 30 * 86_400_000;

/** Stages of the one deal pipeline, in order, with the probability of winning. */
export const DEAL_STAGES = [
  { id: 'appointmentscheduled', label: 'Appointment scheduled', probability: '0.2' },
  { id: 'qualifiedtobuy', label: 'Qualified to buy', probability: '0.4' },
  { id: 'contractsent', label: 'Contract sent', probability: '0.8' },
  { id: 'closedwon', label: 'Closed won', probability: '1.0' },
  { id: 'closedlost', label: 'Closed lost', probability: '0.0' },
] as const;

/** The world's sales as deals; a deal bears its person's number. */
export function dealRecords(people: People): BaseRecords {
  const { size } = people.world;
  const has = (id: number) => {
    const n = personOfDealId(id);
    return people.isPerson(n) && people.dealChangedMs(n) !== Number.NEGATIVE_INFINITY;
  };
  const dealOf = (id: number) => people.person(personOfDealId(id)).deal!;
  return {
    endId: dealIdOf(size),
    has,
    *ids(fromId, sinceMs) {
      for (let n = Math.max(0, personOfDealId(fromId)); n < size; n++) {
        const changedMs = people.dealChangedMs(n);
        if (changedMs !== Number.NEGATIVE_INFINITY && changedMs >= sinceMs) yield dealIdOf(n);
      }
    },
    fields(id) {
      const { createdAt, closedAt, outcome, amount } = dealOf(id);
      const { company, rep } = people.person(personOfDealId(id));
      return {
        dealname: company === null ? `Deal ${id}` : `${people.world.company(company).name} – new business`,
        amount: String(amount),
        pipeline: 'default',
        dealstage: outcome === 'won' ? 'closedwon' : outcome === 'lost' ? 'closedlost' : 'qualifiedtobuy',
        closedate: isoOf(closedAt?.getTime() ?? createdAt.getTime() + FORECAST_MS),
        hs_is_closed: String(outcome !== 'open'),
        hs_is_closed_won: String(outcome === 'won'),
        hs_is_closed_lost: String(outcome === 'lost'),
        hubspot_owner_id: rep === null ? null : ownerIdOf(rep),
        hs_primary_associated_company: company === null ? null : String(companyIdOf(company)),
      };
    },
    createdMs: (id) => dealOf(id).createdAt.getTime(),
    modifiedMs: (id) => people.dealChangedMs(personOfDealId(id)),
  };
}
