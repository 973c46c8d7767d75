import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFaultFile } from '../../sandbox/fault-file.ts';
import { Fault, FaultRule, type FaultRuleInput, faults, strikes } from '../../sandbox/faults.ts';

const reset = { kind: 'reset' } as const;

/** Which of `n` calls of GET /a/b meet a fault; the first call is 1. */
function struckCalls(rule: Partial<FaultRuleInput>, n: number): number[] {
  const plan = faults([FaultRule.parse({ route: 'GET /a/b', fault: reset, ...rule })]);
  return Array.from({ length: n }, (_, index) => index + 1).filter(() => plan.next('hubspot', 'GET', ['/a/b']));
}

describe('a fault plan', () => {
  it('strikes the first call unless it says otherwise', () => {
    expect(struckCalls({}, 4)).toEqual([1]);
  });

  it.each([
    ['from the second on, three times', { from: 2, times: 3 }, [2, 3, 4]],
    ['every third', { every: 3 }, [3, 6]],
    ['none by chance 0', { chance: 0 }, []],
  ])('strikes %s', (_what, calls, expected) => {
    expect(struckCalls({ calls }, 7)).toEqual(expected);
  });

  it('strikes by chance, the same calls for the same seed', () => {
    const struck = struckCalls({ calls: { chance: 0.3, seed: 5 } }, 200);

    expect(struck).toEqual(struckCalls({ calls: { chance: 0.3, seed: 5 } }, 200));
    expect(struck.length).toBeGreaterThan(40);
    expect(struck.length).toBeLessThan(80);
  });

  it.each([
    ['GET /crm/*/contacts', 'GET', '/crm/objects/contacts', true],
    ['GET /crm/*/contacts', 'GET', '/crm/objects/2026-09/contacts', false],
    ['GET /crm/**', 'GET', '/crm/objects/2026-09/contacts', true],
    ['* /crm/x', 'POST', '/crm/x', true],
    ['GET /crm/x', 'POST', '/crm/x', false],
    ['GET /crm/x.y', 'GET', '/crm/xzy', false],
  ])('reads %s: %s %s is struck: %s', (route, method, path, isStruck) => {
    const plan = faults([FaultRule.parse({ route, fault: reset })]);

    expect(plan.next('hubspot', method, [path]) !== null).toBe(isStruck);
  });

  it('keeps to the CRM it names', () => {
    const plan = faults([FaultRule.parse({ crm: 'salesforce', route: '* /**', fault: reset })]);

    expect([plan.next('hubspot', 'GET', ['/a']), plan.next('salesforce', 'GET', ['/a'])?.kind]).toEqual([
      null,
      'reset',
    ]);
  });

  it('lets every rule count a call, and the first that fires win', () => {
    const rules = [
      { route: 'GET /a', calls: { from: 2 }, fault: { kind: 'silence' } },
      { route: 'GET /a', calls: { every: 1 }, fault: reset },
    ].map((rule) => FaultRule.parse(rule));
    const plan = faults(rules);

    const kinds = [1, 2, 3].map(() => plan.next('hubspot', 'GET', ['/a'])?.kind);

    expect(kinds).toEqual(['reset', 'silence', 'reset']);
  });

  it('counts anew when it is replaced', () => {
    const rule = FaultRule.parse({ route: 'GET /a', fault: reset });
    const plan = faults([rule]);
    plan.next('hubspot', 'GET', ['/a']);

    plan.set([rule]);

    expect(plan.next('hubspot', 'GET', ['/a'])).not.toBeNull();
  });
});

describe('a partial failure', () => {
  const struck = (fault: object) => {
    const planned = Fault.parse({ kind: 'partial-failure', ...fault });
    return ['a', 'b', 'c', 'd'].filter((id, index) => strikes(planned, index, id));
  };

  it('strikes the first record, every nth, or those that are named', () => {
    expect([struck({}), struck({ every: 2 }), struck({ ids: ['c'] })]).toEqual([['a'], ['b', 'd'], ['c']]);
  });
});

describe('a fault file', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'scorewire-faults-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    const file = path.join(folder, 'faults.yaml');
    writeFileSync(file, text);
    return readFaultFile(file);
  };

  it('is a list of rules', () => {
    const rules = read('- route: GET /a\n  calls: { every: 2 }\n  fault: { kind: slow }\n');

    expect(rules).toEqual([{ route: 'GET /a', calls: { every: 2 }, fault: { kind: 'slow', bytes: 16, everyMs: 20 } }]);
  });

  it('is refused with the line of each fault', () => {
    const text =
      '- route: GET /a\n  fault: { kind: reset }\n- route: contacts\n  fault: { kind: reset }\n- fault: { kind: reset }\n';

    expect(() => read(text)).toThrow(
      /faults\.yaml, line 3: 1\.route: expected a method.*\n.*faults\.yaml, line 5: 2\.route/,
    );
  });

  it('is refused when it is no YAML', () => {
    expect(() => read('- route: [GET\n')).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringMatching(/line \d/) }),
    );
  });

  it('is refused when it is not there', () => {
    expect(() => readFaultFile(path.join(folder, 'none.yaml'))).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID' }),
    );
  });
});
