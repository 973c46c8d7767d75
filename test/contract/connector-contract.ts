import { afterEach, describe } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import type { Crm } from '../../src/domain/crm.ts';
import { describeAudit } from './connector-audit.ts';
import { describeBatches } from './connector-batches.ts';
import { describeEmails } from './connector-emails.ts';
import { describeFaults } from './connector-faults.ts';
import { describeMapping } from './connector-mapping.ts';
import { describePulling } from './connector-pulling.ts';
import { describeTasks } from './connector-tasks.ts';
import { describeUndo } from './connector-undo.ts';
import { describeWriting } from './connector-writing.ts';
import type { ContractSubject, OpenBench } from './contract-bench.ts';

/** The promises of `CrmConnector`, run against each implementation on its sandbox. */
export function describeConnectorContract(crm: Crm, subject: ContractSubject): void {
  describe(`${crm} keeps the connector contract`, () => {
    const open: Sandbox[] = [];
    afterEach(async () => {
      await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
    });

    const openBench: OpenBench = async (options = {}) => {
      const sandbox = await startSandbox({ crms: [crm], leads: 40, settings: subject.settings, ...options });
      open.push(sandbox);
      const url = crm === 'hubspot' ? sandbox.hubspotUrl : sandbox.salesforceUrl;
      return {
        sandbox,
        subject,
        crm,
        connect: (connectOptions = {}) => subject.connect(url, { overlapMs: 1_000, lagMs: 0, ...connectOptions }),
        lead: (n) => subject.refOf(sandbox.twin(crm).leadId(n)),
      };
    };

    describePulling(openBench);
    describeEmails(openBench);
    describeWriting(openBench);
    describeMapping(openBench);
    describeTasks(openBench);
    describeBatches(openBench);
    describeUndo(openBench);
    describeAudit(openBench);
    describeFaults(openBench);
  });
}
