import type { Links } from '../../src/cli/cli-app.ts';
import type { Crm } from '../../src/domain/crm.ts';
import type { Step } from './story.ts';

/** What somebody says of two connections, or of two records in them. */
export type LinkStep = Extract<Step, { do: 'link' | 'unlink' | 'split' | 'join' }>;

/**
 * Does what the commands of linked connections do.
 *
 * @param nameOf - The name of a person's record in a CRM, as the commands take it.
 */
export async function changeLinks(
  links: Links,
  step: LinkStep,
  nameOf: (crm: Crm, person: number) => string,
): Promise<void> {
  switch (step.do) {
    case 'link': {
      const second = step.first === 'hubspot' ? 'salesforce' : 'hubspot';
      await links.link({ first: step.first, second, tasksIn: step.tasksIn, dryRun: false });
      break;
    }
    case 'unlink':
      await links.unlink('hubspot', 'salesforce');
      break;
    case 'split':
      await links.split(nameOf('hubspot', step.person), nameOf('salesforce', step.other));
      break;
    case 'join':
      await links.join([{ records: [nameOf('hubspot', step.person), nameOf('salesforce', step.other)] }]);
  }
}
