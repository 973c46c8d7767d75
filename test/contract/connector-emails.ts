import { describe, expect, it } from 'vitest';
import type { CrmLead } from '../../src/domain/crm.ts';
import { type Bench, live, nameOf, type OpenBench, pulled, streamsOf } from './contract-bench.ts';

/** The promises about addresses, by which a person is the same in two CRMs. */
export function describeEmails(open: OpenBench): void {
  describe('the addresses of leads', () => {
    it('are those of the persons, in lower case', async () => {
      const bench = await open();
      const byName = new Map((await pulledLeads(bench)).map((lead) => [nameOf(lead), lead]));
      const people = Array.from({ length: bench.sandbox.world.size }, (_, n) => bench.sandbox.world.person(n));
      expect(people.map(({ n }) => byName.get(nameOf(bench.lead(n)))?.emails)).toEqual(
        people.map(({ email }) => (email === '' ? [] : [email.toLowerCase()])),
      );
    });

    it('are told in lower case though the CRM keeps them as they were typed', async () => {
      const bench = await open();
      const lead = bench.lead(0);
      const field = { hubspot: 'email', salesforce: 'Email' }[bench.crm]; // read whether or not it is mapped
      bench.sandbox.editLead(bench.crm, lead.crmId, { [field]: 'Anna.Berg@ACME.example' }, 'user');
      const [read] = await bench.connect().readLeads([lead], live);
      expect(read?.emails).toEqual(['anna.berg@acme.example']);
    });

    it('are known to bounce once mail has', async () => {
      const bench = await open();
      const [before] = await bench.connect().readLeads([bench.lead(0)], live);
      bench.sandbox.addActivity(0, { type: 'email_bounce', at: bench.sandbox.clock.now() });
      const [after] = await bench.connect().readLeads([bench.lead(0)], live);
      expect([before?.hasEmailBounced, after?.hasEmailBounced]).toEqual([false, true]);
      expect(after?.emails).toEqual(before?.emails);
    });

    it('are told whether they are mapped or not, and as an attribute only where they are', async () => {
      const bench = await open();
      const { mapping } = bench.subject;
      const without = <T extends { readonly attributes: object }>(object: T): T => {
        const { email: _, ...attributes } = object.attributes as Record<string, unknown>;
        return { ...object, attributes };
      };
      const { contact, lead } = mapping.leads;
      const leads = { contact: without(contact), ...(lead && { lead: without(lead) }) };
      const [mapped] = await bench.connect().readLeads([bench.lead(0)], live);
      const [read] = await bench.connect({ mapping: { ...mapping, leads } }).readLeads([bench.lead(0)], live);
      expect(read?.emails).toEqual(mapped?.emails);
      expect(JSON.stringify(read?.attributes)).not.toContain('@');
    });
  });
}

async function pulledLeads(bench: Bench): Promise<readonly CrmLead[]> {
  const connector = bench.connect();
  const leads: CrmLead[] = [];
  for (const stream of streamsOf(connector, 'lead')) leads.push(...(await pulled(connector, stream, null)).records);
  return leads;
}
