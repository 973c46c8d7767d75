import type { ChangerKind } from '../../src/domain/field-change.ts';
import type { SalesforceClient } from './client.ts';
import { QueryPage, sendBatch } from './query.ts';
import { chunks, listOf } from './soql.ts';

const IDS_PER_QUERY = 200;

/** Types of users with no person behind them; every other is one, a portal's included. */
const KINDS: Readonly<Record<string, ChangerKind>> = {
  AutomatedProcess: 'workflow',
  CloudIntegrationUser: 'integration',
  Guest: 'unknown', // whoever fills in a form of a public site
};

/** Users who hold this licence may call the API and nothing else. */
const INTEGRATION_LICENCE = 'Salesforce Integration';

/**
 * What kind of writer each user is, the running user aside; one who is not told of is `unknown`.
 *
 * An integration that runs as a person's user, and an import by a tool in a person's hands, count as that person:
 * Salesforce sees no difference.
 */
export async function changerKinds(
  client: SalesforceClient,
  userIds: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ChangerKind>> {
  const kinds = new Map<string, ChangerKind>();
  for (const some of chunks([...userIds], IDS_PER_QUERY)) {
    const among = `FROM User WHERE Id IN ${listOf(some)}`;
    const soqls = [
      `SELECT Id, UserType ${among}`,
      `SELECT Id ${among} AND Profile.UserLicense.Name = '${INTEGRATION_LICENCE}'`,
    ];
    const paths = soqls.map((soql) => `/query?q=${encodeURIComponent(soql)}`);
    const { body } = await sendBatch(client, paths, QueryPage, signal);
    // Licences may be out of our sight: then such a user counts as a person.
    const [users = [], integrations = []] = body.map((page) => (page instanceof Error ? [] : page.records));
    for (const { Id, UserType } of users) kinds.set(Id, KINDS[String(UserType)] ?? 'user');
    for (const { Id } of integrations) kinds.set(Id, 'integration');
  }
  return kinds;
}
