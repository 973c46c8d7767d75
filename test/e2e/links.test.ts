import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CRMS, type Crm } from '../../src/domain/crm.ts';
import { linksOf } from '../../src/links.ts';
import { openProduct, type Product, syncUntilPlanned } from '../support/product.ts';

const PEOPLE = 60;
const INTEREST = ['demo_request', 'contact_request', 'meeting_booked', 'meeting_held', 'call_connected', 'email_reply'];

let product: Product;
beforeAll(async () => {
  product = await openProduct({ sandbox: { leads: PEOPLE } });
});
afterAll(() => product.close());

const links = () => linksOf(product.app.db);
const leadId = (crm: Crm, person: number) => product.sandbox.twin(crm).leadId(person);
const recordOf = (crm: Crm, person: number) => `${crm}:${leadId(crm, person)}`;

/** What a CRM shows of everybody: `{ score, band, reasons … }`, whatever its fields are called. */
function people(crm: Crm): readonly Readonly<Record<string, string>>[] {
  const leads = new Map(product.sandbox.state(crm).leads.map((lead) => [lead.crmId, lead.values]));
  return Array.from({ length: PEOPLE }, (_, person) =>
    Object.fromEntries(Object.entries(leads.get(leadId(crm, person)) ?? {}).map(fieldOf)),
  );
}
/** `Scorewire_Fit_Points__c` and `scorewire_fit_points` are both `fit_points`. */
function fieldOf([name, value]: [string, string]): [string, string] {
  const [, field = ''] = /^scorewire_(\w+?)(__c)?$/i.exec(name) ?? [];
  return [field.toLowerCase(), value];
}
/** Persons whose mail came back: their addresses are no sign of anybody. */
const bounced = () =>
  Array.from({ length: PEOPLE }, (_, person) => person).filter((person) =>
    product.sandbox.world.person(person).activities.some(({ type }) => type === 'email_bounce'),
  );
/** Score, band and points of everybody who was matched, a line each. */
const lines = (crm: Crm) => {
  const apart = new Set(bounced());
  return people(crm)
    .map(
      ({ score, band, fit_points, engagement_points }, person) =>
        `${person}: ${score} ${band} ${Number(fit_points)} ${Number(engagement_points)}`,
    )
    .filter((_, person) => !apart.has(person));
};
/** Persons with a task, once for each task. */
const tasked = (...crms: readonly Crm[]) =>
  (crms.length === 0 ? CRMS : crms).flatMap((crm) => {
    const persons = new Map(Array.from({ length: PEOPLE }, (_, person) => [leadId(crm, person), person]));
    return product.sandbox.state(crm).tasks.flatMap((task) => task.leads.map((crmId) => persons.get(crmId)));
  });
/** The person of the highest score, some left out. */
const warmest = (apart: ReadonlySet<number | undefined>): number =>
  people('salesforce')
    .map(({ score }, person) => ({ person, score: apart.has(person) ? -1 : Number(score) }))
    .reduce((best, one) => (one.score > best.score ? one : best)).person;
/** Syncs both until neither has anything to write; how often that was. */
async function settle(): Promise<number> {
  for (let rounds = 1; rounds < 6; rounds += 1) {
    const ended = [await product.sync('hubspot'), await product.sync('salesforce')];
    expect(ended.map(({ state, unaccounted }) => `${state} ${unaccounted}`)).toEqual(['done 0', 'done 0']);
    if (ended.every(({ writes, tasks }) => writes.planned + tasks.planned === 0)) return rounds;
  }
  throw new Error('the two CRMs never came to rest');
}

describe('the same people in both CRMs', { timeout: 240_000 }, () => {
  it('are one lead each once their connections are linked', async () => {
    for (const crm of CRMS) await product.sync(crm);
    const counts = await links().link({ first: 'hubspot', second: 'salesforce', tasksIn: null, dryRun: false });

    expect(counts).toEqual({
      connections: ['hubspot', 'salesforce'],
      tasksIn: 'salesforce',
      matched: PEOPLE - bounced().length,
      ambiguous: 0,
      unmatched: { hubspot: bounced().length, salesforce: bounced().length },
    });
  });

  it('have one score in both, and no second task for being hot already', async () => {
    const apart = lines('hubspot');
    const unequal = lines('salesforce').filter((line, person) => line !== apart[person]);
    const before = new Set(tasked());
    const tasksBefore = tasked().length;
    await settle();

    expect(unequal.length).toBeGreaterThan(0);
    expect(lines('salesforce')).toEqual(lines('hubspot'));
    expect(tasked().length - tasksBefore).toBe(tasked().filter((person) => !before.has(person)).length);
  });

  it('gain in Salesforce by what they do in HubSpot alone, with one task, in Salesforce, until they are split', async () => {
    const person = warmest(new Set([...bounced(), ...tasked()]));
    const { score } = people('salesforce')[person] ?? {};
    INTEREST.forEach((type, n) => {
      const at = new Date(product.app.now().getTime() - 60_000 - n * 1000);
      product.sandbox.addActivity(person, { type, at }, 'hubspot');
    });
    await syncUntilPlanned(product, 'hubspot');
    await settle();
    const together = people('salesforce')[person];

    expect(together).toMatchObject({ band: 'hot' });
    expect(Number(together?.score)).toBeGreaterThan(Number(score));
    expect(lines('salesforce')).toEqual(lines('hubspot'));
    expect(tasked('hubspot')).not.toContain(person);
    expect(tasked('salesforce').filter((one) => one === person)).toEqual([person]);

    await links().split(recordOf('hubspot', person), recordOf('salesforce', person));
    await settle();

    expect(people('salesforce')[person]?.score).not.toBe(people('hubspot')[person]?.score);
    expect(people('hubspot')[person]).toMatchObject({ band: 'hot' });
    expect(tasked().filter((one) => one === person)).toEqual([person]);
  });
});
