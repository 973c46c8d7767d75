import { describe, expect, it } from 'vitest';
import type { LeadWrite } from '../../src/domain/crm.ts';
import { checkConnection } from '../../src/sync/check-connection.ts';
import { aLine } from '../support/mapping-lines.ts';
import { live, type OpenBench, pulled, streamsOf } from './contract-bench.ts';

/** The promises of writing values and of creating the fields for them. */
export function describeWriting(open: OpenBench): void {
  describe('provisioning', () => {
    it('creates the fields once', async () => {
      const bench = await open();
      const first = await bench.connect().provision({ dryRun: false }, live);
      const second = await bench.connect().provision({ dryRun: false }, live);
      expect(first.filter(({ outcome }) => outcome === 'created').length).toBeGreaterThanOrEqual(9);
      expect(second.map(({ outcome }) => outcome)).toEqual(second.map(() => 'exists'));
      expect(second.map(({ name }) => name)).toEqual(first.map(({ name }) => name));
    });

    it('tells what it would create and creates nothing', async () => {
      const bench = await open();
      const told = await bench.connect().provision({ dryRun: true }, live);
      const again = await bench.connect().provision({ dryRun: true }, live);
      expect(told.map(({ outcome }) => outcome)).toContain('would create');
      expect(again).toEqual(told);
    });

    it('refuses a field of another type before it creates any', async () => {
      const bench = await open();
      const { mapping, cityField } = bench.subject;
      const wrong = { ...mapping, scoreFields: { ...mapping.scoreFields, score: cityField } };
      const attempt = bench.connect({ mapping: wrong }).provision({ dryRun: false }, live);
      await expect(attempt).rejects.toMatchObject({
        code: 'CRM_FIELD_TYPE',
        message: expect.stringContaining(cityField),
      });
      const left = await bench.connect().provision({ dryRun: true }, live);
      expect(left.map(({ outcome }) => outcome)).not.toContain('exists');
    });
  });

  describe('checking', () => {
    it('finds nothing wrong with the shipped mapping', async () => {
      const bench = await open();
      const { mapping } = bench.subject;
      const account = await checkConnection(bench.connect(), { mapping, models: [] }, live);
      expect(account.faults.map(({ message }) => message)).toEqual([]);
      expect(account.absent.length).toBeGreaterThan(0); // nothing is provisioned yet
      expect(account.accountId).not.toBe('');
      expect(account.recordUrl).toContain('{id}');
    });

    it('names the mapping line of an absent field', async () => {
      const bench = await open();
      const { mapping } = bench.subject;
      const { contact } = mapping.leads;
      const attributes = { ...contact.attributes, jobTitle: aLine('JobTitel') };
      const wrong = { ...mapping, leads: { ...mapping.leads, contact: { ...contact, attributes } } };
      const { faults } = await checkConnection(bench.connect({ mapping: wrong }), { mapping: wrong, models: [] }, live);
      expect(faults).toContainEqual(
        expect.objectContaining({
          code: 'CRM_FIELD_MISSING',
          message: expect.stringContaining('leads.contact.attributes.jobTitle → JobTitel'),
        }),
      );
    });

    it('names a field of another type', async () => {
      const bench = await open();
      const { mapping } = bench.subject;
      const { contact } = mapping.leads;
      const attributes = {
        ...contact.attributes,
        city: aLine(contact.attributes.city!.field, { type: 'number' }),
      };
      const wrong = { ...mapping, leads: { ...mapping.leads, contact: { ...contact, attributes } } };
      const { faults } = await checkConnection(bench.connect({ mapping: wrong }), { mapping: wrong, models: [] }, live);
      expect(faults.map(({ code }) => code)).toEqual(['CRM_FIELD_TYPE']);
    });
  });

  describe('writing values', () => {
    it('answers one outcome per write, in the order given', async () => {
      const bench = await open();
      const connector = bench.connect();
      await connector.provision({ dryRun: false }, live);
      const writes = [bench.lead(1), bench.subject.noSuchLead, bench.lead(0)].map(scored(70));
      const outcomes = await connector.writeLeads(writes, live);
      expect(outcomes.map((outcome) => (outcome.ok ? 'written' : outcome.error.recovery))).toEqual([
        'written',
        'quarantine',
        'written',
      ]);
    });

    it('sets what it says, and reads it back', async () => {
      const bench = await open();
      const connector = bench.connect();
      await connector.provision({ dryRun: false }, live);
      const scoreFields = {
        score: 71.5,
        band: 'hot',
        reasons: 'Visited /pricing\nAsked for a demo',
        scoredAt: '2026-11-23T10:00:00.000Z',
      };
      const [outcome] = await connector.writeLeads([{ ...bench.lead(4), scoreFields }], live);
      const [lead] = await connector.readLeads([bench.lead(4)], live);
      expect(lead?.scoreFields).toMatchObject({ ...scoreFields, grade: null });
      expect(outcome).toMatchObject({ ok: true });
      expect(outcome?.ok && outcome.modifiedAt.getTime()).toBeLessThanOrEqual(lead!.modifiedAt.getTime());
    });

    it('clears a field with null and leaves out what is not named', async () => {
      const bench = await open();
      const connector = bench.connect();
      await connector.provision({ dryRun: false }, live);
      await connector.writeLeads([{ ...bench.lead(4), scoreFields: { score: 10, band: 'cold' } }], live);
      await connector.writeLeads([{ ...bench.lead(4), scoreFields: { band: null } }], live);
      const [lead] = await connector.readLeads([bench.lead(4)], live);
      expect(lead?.scoreFields).toMatchObject({ score: 10, band: null });
    });

    it('changes nothing by repeating a write', async () => {
      const bench = await open();
      const connector = bench.connect();
      await connector.provision({ dryRun: false }, live);
      const writes = [bench.lead(0), bench.lead(1)].map(scored(55));
      await connector.writeLeads(writes, live);
      const before = bench.sandbox.state(bench.crm);
      await connector.writeLeads(writes, live);
      expect(bench.sandbox.state(bench.crm)).toEqual(before);
    });

    it('keeps the order of two writes to one lead', async () => {
      const bench = await open();
      const connector = bench.connect();
      await connector.provision({ dryRun: false }, live);
      const outcomes = await connector.writeLeads(
        [20, 30, 40].map((score) => scored(score)(bench.lead(0))),
        live,
      );
      const [lead] = await connector.readLeads([bench.lead(0)], live);
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, true]);
      expect(lead?.scoreFields.score).toBe(40);
    });

    it('writes more leads than one batch takes', async () => {
      const bench = await open({ leads: 230 });
      const connector = bench.connect();
      await connector.provision({ dryRun: false }, live);
      const refs = Array.from({ length: 230 }, (_, n) => bench.lead(n));
      const outcomes = await connector.writeLeads(
        refs.map((ref, n) => scored(n % 100)(ref)),
        live,
      );
      const leads = await connector.readLeads(refs, live);
      expect(outcomes.filter(({ ok }) => ok)).toHaveLength(230);
      expect(leads.map((lead) => lead?.scoreFields.score)).toEqual(refs.map((_, n) => n % 100));
    });

    it('writes the rest of a batch when one row fails (T39)', async () => {
      const bench = await open();
      const connector = bench.connect();
      await connector.provision({ dryRun: false }, live);
      const refs = [bench.lead(0), bench.lead(1), bench.lead(2)];
      bench.sandbox.setFaults([
        {
          route: bench.subject.routes.writeLeads,
          calls: { every: 1 },
          fault: { kind: 'partial-failure', ids: [refs[1]!.crmId] },
        },
      ]);
      const outcomes = await connector.writeLeads(refs.map(scored(66)), live);
      expect(outcomes.map(({ ok }) => ok)).toEqual([true, false, true]);
      const leads = await connector.readLeads(refs, live);
      expect(leads.map((lead) => lead?.scoreFields.score)).toEqual([66, null, 66]);
    });

    it('writes again after a lost answer', async () => {
      const bench = await open();
      const connector = bench.connect();
      await connector.provision({ dryRun: false }, live);
      bench.sandbox.setFaults([{ route: bench.subject.routes.writeLeads, fault: { kind: 'lost-answer' } }]);
      const outcomes = await connector.writeLeads([scored(77)(bench.lead(0))], live);
      expect(outcomes.map(({ ok }) => ok)).toEqual([true]);
    });

    it('comes back with the next pull, alike in all but our own fields (T45)', async () => {
      const bench = await open({ leads: 60 });
      const connector = bench.connect();
      await connector.provision({ dryRun: false }, live);
      const [stream] = streamsOf(connector, 'lead');
      const first = await pulled(connector, stream!, null);
      const lead = first.records.find(({ movedTo }) => movedTo === null)!;
      await connector.writeLeads([scored(81)(lead)], live);

      const { records } = await pulled(connector, stream!, first.cursor);

      const echo = records.findLast(({ crmId }) => crmId === lead.crmId);
      expect(echo?.scoreFields).toMatchObject({ score: 81, band: 'warm' });
      const { scoreFields: _, modifiedAt: __, ...input } = lead;
      expect(echo).toMatchObject(input);
    });

    it('halts when a score field is not there', async () => {
      const bench = await open();
      const attempt = bench.connect().writeLeads([scored(10)(bench.lead(0))], live);
      await expect(attempt).rejects.toMatchObject({
        code: 'CRM_FIELD_MISSING',
        message: expect.stringContaining(bench.subject.mapping.scoreFields.score),
      });
    });
  });
}

const scored =
  (score: number) =>
  (lead: { readonly object: LeadWrite['object']; readonly crmId: string }): LeadWrite => ({
    ...lead,
    scoreFields: { score, band: 'warm' },
  });
