import pg from 'pg';

/** The migrated database that every test's own is copied from. */
export const TEMPLATE = 'scorewire_template';

/** Creates a database as a copy of another; returns its address. */
export async function createDatabase(serverUrl: string, name: string, template: string): Promise<string> {
  await onServer(serverUrl, `create database "${name}" template "${template}"`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Drops a database, ending connections that are still open. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await onServer(serverUrl, `drop database if exists "${name}" with (force)`);
}

async function onServer(serverUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
