import { describe, expect, it } from 'vitest';
import type { OurField } from '../../src/domain/field-change.ts';
import { aLine } from '../support/mapping-lines.ts';
import { cityOf, leadsOf, live, type OpenBench, streamsOf } from './contract-bench.ts';

const FIELDS: readonly OurField[] = ['score', 'band', 'scoredAt', 'lifecycleStage'];

/** The promises of looking at an account with our own eyes. */
export function describeAudit(open: OpenBench): void {
  describe('counting', () => {
    it('finds as many records as a scan lists, in every stream (T26)', async () => {
      const bench = await open({ leads: 230 });
      const connector = bench.connect();
      const counts = new Map<string, number>();
      for (const stream of connector.streams) {
        const listed = (await Array.fromAsync(connector.scan(stream, live))).flat();
        counts.set(stream.name, await connector.count(stream, live));
        expect([stream.name, counts.get(stream.name)]).toEqual([stream.name, listed.length]);
      }
      expect([...counts.values()].filter((count) => count > 0).length).toBeGreaterThan(5);
    });

    it('counts what stands now, not what was deleted or merged away (T15, T17)', async () => {
      const bench = await open();
      const connector = bench.connect();
      const total = async () => {
        const counts = streamsOf(connector, 'lead').map((stream) => connector.count(stream, live));
        return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
      };
      const before = await total();
      const [first, second, third] = leadsOf(bench, bench.lead(0).object);
      bench.sandbox.twin(bench.crm).deleteLead(first!.crmId);
      expect(await total()).toBe(before - 1);
      bench.sandbox.twin(bench.crm).mergeLeads(second!.crmId, third!.crmId);
      expect(await total()).toBe(before - 2);
    });

    it('costs what it says', async () => {
      const bench = await open({ leads: 230 });
      const connector = bench.connect();
      const [stream] = streamsOf(connector, 'lead');
      await connector.count(stream!, live);
      const callsBefore = connector.calls;
      await connector.count(stream!, live);
      expect(connector.calls - callsBefore).toBe(bench.subject.callsToCount(230));
    });
  });

  describe('who changed our fields', () => {
    it('was us, after we wrote', async () => {
      const { connector, lead, changeOf } = await written(open);
      await connector.writeLeads([{ ...lead, scoreFields: { score: 40.5, band: 'warm', scoredAt: AT } }], live);
      const change = await changeOf(lead);
      for (const [field, value] of Object.entries({ score: 40.5, band: 'warm', scoredAt: AT })) {
        expect(change?.[field as OurField]).toMatchObject({ value, by: { kind: 'us' } });
      }
      expect(change?.score?.by.id).toMatch(/\d/);
    });

    it.each(['user', 'workflow', 'integration', 'import'] as const)('was told to be: %s', async (by) => {
      const { bench, lead, changeOf, edited } = await written(open);
      edited(lead, by);
      const { score } = (await changeOf(lead)) ?? {};
      expect(score).toMatchObject({ value: 7, by: { kind: by === 'import' ? bench.subject.importKind : by } });
      expect(score?.by.id).not.toBeNull();
      expect(score?.at).toBeInstanceOf(Date);
    });

    it('is told by the ids of persons, and those alone', async () => {
      const { bench, lead, changeOf, edited } = await written(open);
      const [first, , third] = bench.sandbox.world.reps;
      const ids = [];
      for (const [n, { email }] of [first!, third!].entries()) {
        edited(lead, email, String(n));
        ids.push((await changeOf(lead))?.score?.by.id);
      }
      expect(new Set(ids).size).toBe(2);
      const told = JSON.stringify(await changeOf(lead));
      for (const { firstName, lastName, email } of bench.sandbox.world.reps) {
        expect([firstName, lastName, email].filter((name) => told.includes(`"${name}"`))).toEqual([]);
      }
    });

    it('says of the lifecycle stage that a person moved it (T68)', async () => {
      const { bench, connector } = await written(open);
      const { field, high, object } = bench.subject.stages;
      const [lead] = leadsOf(bench, object);
      bench.sandbox.editLead(bench.crm, lead!.crmId, { [field]: high }, 'user');
      const [change] = await connector.whoChanged([lead!], ['lifecycleStage'], live);
      expect(change).toEqual({
        lifecycleStage: expect.objectContaining({ value: high, by: { kind: 'user', id: expect.any(String) } }),
      });
    });

    it('is known of a mapped attribute that we write as well', async () => {
      const bench = await open();
      const lead = bench.lead(0);
      const [field = ''] = Object.keys(cityOf(bench.subject, lead, ''));
      const { leads } = bench.subject.mapping;
      const part = { ...leads[lead.object]!, attributes: { city: aLine(field, { type: 'text', direction: 'both' }) } };
      const connector = bench.connect({
        mapping: { ...bench.subject.mapping, leads: { ...leads, [lead.object]: part } },
      });
      const cityNow = async () => (await connector.whoChanged([lead], ['attributes.city'], live))[0];
      await connector.writeLeads([{ ...lead, scoreFields: { 'attributes.city': 'Ulm' } }], live);
      const ours = await cityNow();
      bench.sandbox.editLead(bench.crm, lead.crmId, cityOf(bench.subject, lead, 'Bonn'), 'user');

      expect(ours).toMatchObject({ 'attributes.city': { value: 'Ulm', by: { kind: 'us' } } });
      expect(await cityNow()).toMatchObject({ 'attributes.city': { value: 'Bonn', by: { kind: 'user' } } });
    });

    it('is answered per lead in the order asked for, and null for one that is gone', async () => {
      const { bench, connector, lead, edited } = await written(open);
      edited(lead, 'user');
      const asked = [bench.lead(9), bench.subject.noSuchLead, lead, bench.lead(9)];
      const changes = await connector.whoChanged(asked, ['score'], live);
      expect(changes.map((change) => (change === null ? 'gone' : change.score?.value))).toEqual([
        null,
        'gone',
        7,
        null,
      ]);
    });

    it('leaves out what is not there, and costs nothing for no leads', async () => {
      const bench = await open();
      const connector = bench.connect();
      expect(await connector.whoChanged([], FIELDS, live)).toEqual([]);
      expect(connector.calls).toBe(0);
      const [change] = await connector.whoChanged([bench.lead(0)], ['score', 'reasons'], live);
      expect(change).toEqual({});
    });

    it('is asked for more leads than one call takes', async () => {
      const { connector, bench } = await written(open, 130);
      const leads = Array.from({ length: 130 }, (_, n) => bench.lead(n));
      await connector.writeLeads(
        leads.map((lead, n) => ({ ...lead, scoreFields: { score: n } })),
        live,
      );
      const changes = await connector.whoChanged(leads, ['score'], live);
      expect(changes.map((change) => [change?.score?.value, change?.score?.by.kind])).toEqual(
        leads.map((_, n) => [n, 'us']),
      );
    });
  });
}

const AT = '2026-11-23T08:00:00.000Z';

/** A bench with provisioned fields, and a person's hands on one lead's score. */
async function written(open: OpenBench, leads = 40) {
  const bench = await open({ leads });
  const connector = bench.connect();
  await connector.provision({ dryRun: false }, live);
  const lead = bench.lead(0);
  const field = bench.subject.mapping.scoreFields.score;
  return {
    bench,
    connector,
    lead,
    edited: ({ crmId }: typeof lead, by: string, score = '7') =>
      bench.sandbox.editLead(bench.crm, crmId, { [field]: score }, by),
    changeOf: async (ref: typeof lead) => (await connector.whoChanged([ref], FIELDS, live))[0],
  };
}
