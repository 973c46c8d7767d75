/** A process that opens the embedded Postgres of a folder, says its address, and gives it back when told to. */
import { once } from 'node:events';
import { openEmbeddedPostgres } from '../../src/store/embedded-postgres.ts';

const [dataDir = ''] = process.argv.slice(2);
const postgres = await openEmbeddedPostgres(dataDir, () => {}, { isDurable: false });
process.stdout.write(`${postgres.url}\n`);
await once(process.stdin, 'data');
await postgres.release();
process.exit(0);
