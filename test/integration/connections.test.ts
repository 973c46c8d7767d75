import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Mapping } from '../../src/domain/mapping.ts';
import { SCORE_FIELDS } from '../../src/domain/score-field.ts';
import {
  addConnection,
  connectionNamed,
  connectionOf,
  credentialsOf,
  listConnections,
  type NewConnection,
  removeConnection,
  setHalted,
  updateCredentials,
} from '../../src/store/connections.ts';
import { openVault } from '../../src/store/secrets.ts';
import { type FreshDatabase, freshDatabase } from '../support/database.ts';

const vault = openVault(randomBytes(32));
let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());
beforeEach(() => database.db.deleteFrom('connections').execute());

describe('connections', () => {
  it('gives back what was added', async () => {
    const added = aConnection({ name: 'acme' });

    const { id } = await addConnection(database.db, vault, added);

    const { credentials, ...shown } = added;
    expect(await connectionNamed(database.db, 'acme')).toMatchObject({ ...shown, id, halted: null, settings: {} });
    expect(await connectionOf(database.db, id)).toEqual(await connectionNamed(database.db, 'acme'));
    expect(await credentialsOf(database.db, vault, id)).toEqual(credentials);
  });

  it('lists them by name and without credentials', async () => {
    await addConnection(database.db, vault, aConnection({ name: 'globex', accountId: '2' }));
    await addConnection(database.db, vault, aConnection({ name: 'acme', accountId: '1' }));

    const listed = await listConnections(database.db);

    expect(listed.map(({ name }) => name)).toEqual(['acme', 'globex']);
    expect(JSON.stringify(listed)).not.toContain('pat-secret');
  });

  it('keeps no credentials in clear text', async () => {
    await addConnection(database.db, vault, aConnection({}));

    const { credentials } = await database.db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();

    expect(credentials.toString('latin1')).not.toContain('pat-secret');
  });

  it('refuses a second connection of the same name', async () => {
    await addConnection(database.db, vault, aConnection({ name: 'acme', accountId: '1' }));

    await expect(
      addConnection(database.db, vault, aConnection({ name: 'acme', accountId: '2' })),
    ).rejects.toMatchObject({ code: 'CONNECTION_EXISTS', message: 'There is a connection named acme' });
  });

  it('refuses a second connection to the same account and names the first', async () => {
    await addConnection(database.db, vault, aConnection({ name: 'acme', accountId: '1' }));

    await expect(
      addConnection(database.db, vault, aConnection({ name: 'again', accountId: '1' })),
    ).rejects.toMatchObject({ code: 'CONNECTION_EXISTS', message: expect.stringContaining('acme') });
  });

  it('takes the same account id in another CRM for another account', async () => {
    await addConnection(database.db, vault, aConnection({ name: 'acme', accountId: '1', crm: 'hubspot' }));
    await addConnection(database.db, vault, aConnection({ name: 'acme-sf', accountId: '1', crm: 'salesforce' }));

    expect(await listConnections(database.db)).toHaveLength(2);
  });

  it('offers the nearest name when there is none of the name asked for', async () => {
    await addConnection(database.db, vault, aConnection({ name: 'acme-hubspot' }));

    await expect(connectionNamed(database.db, 'acme-hubsopt')).rejects.toMatchObject({
      code: 'CONNECTION_UNKNOWN',
      message: 'There is no connection named acme-hubsopt; did you mean acme-hubspot?',
    });
  });

  it('removes one and knows it no more', async () => {
    const { id } = await addConnection(database.db, vault, aConnection({ name: 'acme' }));

    await removeConnection(database.db, 'acme');

    await expect(connectionOf(database.db, id)).rejects.toMatchObject({ code: 'CONNECTION_UNKNOWN' });
    await expect(removeConnection(database.db, 'acme')).rejects.toMatchObject({ code: 'CONNECTION_UNKNOWN' });
  });

  it('keeps why it was halted until it runs again', async () => {
    const { id } = await addConnection(database.db, vault, aConnection({}));
    const halted = { code: 'CRM_UNAUTHORIZED', reason: 'The token was revoked' } as const;

    await setHalted(database.db, id, halted);
    expect((await connectionOf(database.db, id)).halted).toEqual(halted);

    await setHalted(database.db, id, null);
    expect((await connectionOf(database.db, id)).halted).toBeNull();
  });

  it('renews credentials in one process after another, each seeing the last', async () => {
    const { id } = await addConnection(database.db, vault, aConnection({ credentials: { used: 0 } }));
    const renewals = [1, 2, 3].map(() =>
      updateCredentials(database.db, vault, id, async (current) => ({ used: (current as { used: number }).used + 1 })),
    );

    await Promise.all(renewals);

    expect(await credentialsOf(database.db, vault, id)).toEqual({ used: 3 });
  });

  it('leaves the credentials as they are when their renewal fails or is not needed', async () => {
    const { id } = await addConnection(database.db, vault, aConnection({ credentials: { used: 0 } }));
    const fails = updateCredentials(database.db, vault, id, () => Promise.reject(new Error('refused')));

    await expect(fails).rejects.toThrow('refused');
    expect(await updateCredentials(database.db, vault, id, async () => null)).toEqual({ used: 0 });
    expect(await credentialsOf(database.db, vault, id)).toEqual({ used: 0 });
  });

  it('does not open the credentials of another row', async () => {
    const first = await addConnection(database.db, vault, aConnection({ name: 'a', accountId: '1' }));
    const second = await addConnection(database.db, vault, aConnection({ name: 'b', accountId: '2' }));
    const { credentials } = await database.db
      .selectFrom('connections')
      .select('credentials')
      .where('id', '=', first.id)
      .executeTakeFirstOrThrow();
    await database.db.updateTable('connections').set({ credentials }).where('id', '=', second.id).execute();

    await expect(credentialsOf(database.db, vault, second.id)).rejects.toMatchObject({ code: 'SECRET_UNREADABLE' });
  });
});

function aConnection(changes: Partial<NewConnection>): NewConnection {
  return {
    name: 'acme',
    crm: 'hubspot',
    baseUrl: null,
    credentials: { token: 'pat-secret' },
    mapping: aMapping(),
    mappingText: 'crm: hubspot',
    accountId: '4711',
    timeZone: 'Europe/Berlin',
    recordUrl: 'https://app.example.com/{object}/{id}',
    ...changes,
  };
}

function aMapping(): Mapping {
  return {
    crm: 'hubspot',
    leads: { contact: { attributes: {} } },
    company: { attributes: {} },
    scoreFields: Object.fromEntries(Object.keys(SCORE_FIELDS).map((field) => [field, field])),
    tasks: { enabled: false },
  } as unknown as Mapping; // enough for the store, which does not read it
}
