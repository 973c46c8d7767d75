import { Argument, Command } from 'commander';
import { CRMS, type Crm } from '../domain/crm.ts';
import { type ConnectionCheck, toProvision } from '../sync/check-connection.ts';
import type { Remapping, WithApp } from './cli-app.ts';
import { type CredentialSource, credentialsFor } from './credentials.ts';
import { count, printJson, printTable, tell } from './print.ts';

/** `connections add | list | test | renew | remap | remove`. */
export function connectionsCommand(withApp: WithApp, source: () => CredentialSource): Command {
  const command = new Command('connections').description('CRM accounts that we are linked to');
  command
    .command('add')
    .description('link an account; credentials come from the environment or are asked for, never from an argument')
    .addArgument(new Argument('<crm>').choices(CRMS))
    .requiredOption('--name <name>', 'what you call the connection')
    .option('--base-url <url>', "the CRM's address, such as a Salesforce My Domain or a sandbox")
    .option('--mapping <file>', 'mapping file; without it the one that comes along')
    .action(async (crm: Crm, options: { name: string; baseUrl?: string; mapping?: string }) => {
      const credentials = await credentialsFor(crm, source());
      const { name, baseUrl = null, mapping: mappingFile = null } = options;
      const account = await withApp((app) => app.addConnection({ name, crm, baseUrl, mappingFile, credentials }));
      tell(`${name} is linked to ${crm} account ${account.accountId}`);
      sayFaults(account);
      sayAbsent(account, name);
    });
  command
    .command('list')
    .description('every connection and whether it works')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { json?: boolean }) => {
      const connections = await withApp((app) => app.listConnections());
      if (json) printJson(connections);
      else {
        const rows = connections.map(({ name, crm, accountId, state }) => [name, crm, accountId, state]);
        printTable(['name', 'crm', 'account', 'state'], rows, 'no connection yet: connections add --help');
      }
    });
  command
    .command('test <name>')
    .description('ask the account who we are and check every mapped field')
    .action(async (name: string) => {
      const check = await withApp((app) => app.testConnection(name));
      const faults = [...check.faults, ...check.absent.map(toProvision)];
      if (faults.length === 0) tell(`${name} is ready: account ${check.accountId}, ${check.timeZone}`);
      else sayFaults({ faults });
    });
  command
    .command('renew <name>')
    .description('give a connection new credentials of the same account')
    .action(async (name: string) => {
      const connections = await withApp((app) => app.listConnections());
      const crm = connections.find((connection) => connection.name === name)?.crm;
      // An unknown name is for the app to say, with the nearest known one.
      const credentials = crm === undefined ? {} : await credentialsFor(crm, source());
      sayFaults(await withApp((app) => app.renewConnection(name, credentials)));
      tell(`${name} has new credentials`);
    });
  command
    .command('remap <name>')
    .description('give a connection another mapping; says which fields the next run reads for the records it knows')
    .requiredOption('--mapping <file>', 'mapping file')
    .option('--dry-run', 'only say what would change')
    .action(async (name: string, { mapping: mappingFile, dryRun = false }: { mapping: string; dryRun?: boolean }) => {
      sayRemapping(await withApp((app) => app.remapConnection(name, { mappingFile, dryRun })), name);
    });
  command
    .command('remove <name>')
    .description('unlink an account and forget all we hold of it; the CRM keeps what was written')
    .action(async (name: string) => {
      await withApp((app) => app.removeConnection(name));
      tell(`${name} is removed`);
    });
  return command;
}

function sayFaults({ faults }: Pick<ConnectionCheck, 'faults'>): void {
  for (const fault of faults) tell(`${fault.code}: ${fault.message}. ${fault.action}`);
  if (faults.length > 0) process.exitCode = 1;
}

function sayAbsent({ absent }: Pick<ConnectionCheck, 'absent'>, name: string): void {
  if (absent.length > 0)
    tell(`${absent.length} fields to write are not in the CRM yet: provision ${name} creates them`);
}

function sayRemapping({ check, lines, calls, isStored }: Remapping, name: string): void {
  printTable(
    ['object', 'attribute', 'field', 'what changes', 'records'],
    lines.map(({ object, name: attribute, field, change, records }) => [
      object,
      attribute,
      field,
      change,
      count(records),
    ]),
    'no field is read anew or dropped',
  );
  sayFaults(check);
  sayAbsent(check, name);
  const cost = calls === 0 ? '' : `; the next run reads the new fields in about ${count(calls)} API calls`;
  if (isStored) tell(`${name} has the new mapping${cost}`);
  else tell(`${name} keeps the mapping it has${check.faults.length > 0 ? '' : `, this was a dry run${cost}`}`);
}
