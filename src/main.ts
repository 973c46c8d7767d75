import { Command, CommanderError } from 'commander';
import { readEnv } from '../config/env.ts';
import type { CliApp, WithApp } from './cli/cli-app.ts';
import { connectionsCommand } from './cli/connections.ts';
import { doctorCommand } from './cli/doctor.ts';
import { fightsCommand } from './cli/fights.ts';
import { linkCommand, unlinkCommand } from './cli/link.ts';
import { linksCommand } from './cli/links.ts';
import { modelCommand } from './cli/model.ts';
import { planCommand } from './cli/plan.ts';
import { tell } from './cli/print.ts';
import { provisionCommand } from './cli/provision.ts';
import { quarantineCommand } from './cli/quarantine.ts';
import { reconcileCommand } from './cli/reconcile.ts';
import { scoreCommand } from './cli/score.ts';
import { certificateCommand, syncCommand } from './cli/sync.ts';
import { undoCommand } from './cli/undo.ts';
import { whatIfCommand } from './cli/what-if.ts';
import { ERRORS, LeadScoringError } from './errors.ts';
import { labelsIn } from './labels.ts';
import { readModelFile } from './models.ts';

// The heavy rooms (database, queue, CRM clients) are loaded when a command needs them, so that --help and score start
// at once.
const withApp: WithApp = async <T>(command: (app: CliApp) => Promise<T>) => {
  const { openCliApp } = await import('./open-cli-app.ts');
  const app = await openCliApp(readEnv(process.env));
  try {
    return await command(app);
  } finally {
    await app.close();
  }
};

const program = new Command('scorewire')
  .description('Lead scoring for HubSpot and Salesforce')
  .showHelpAfterError('(see --help)')
  .exitOverride()
  .addCommand(scoreCommand(readModelFile, labelsIn))
  .addCommand(whatIfCommand(readModelFile))
  .addCommand(modelCommand(readModelFile, withApp))
  .addCommand(
    connectionsCommand(withApp, () => readEnv(process.env))
      .addCommand(linkCommand(withApp))
      .addCommand(unlinkCommand(withApp)),
  )
  .addCommand(linksCommand(withApp))
  .addCommand(provisionCommand(withApp))
  .addCommand(syncCommand(withApp))
  .addCommand(planCommand(withApp))
  .addCommand(certificateCommand(withApp))
  .addCommand(undoCommand(withApp))
  .addCommand(quarantineCommand(withApp))
  .addCommand(reconcileCommand(withApp))
  .addCommand(fightsCommand(withApp))
  .addCommand(doctorCommand(withApp));

program
  .command('worker')
  .description('a worker; any number of them share the work')
  .action(async () => (await import('./worker.ts')).runWorker(readEnv(process.env)));
program
  .command('server')
  .description('the API server')
  .action(async () => (await import('./server.ts')).runServer(readEnv(process.env)));
program
  .command('migrate')
  .description('bring the database to the last migration')
  .action(async () => withApp(async () => tell('The database is up to date')));
program.addCommand(
  (await import('./cli/demo.ts')).demoCommand(async (options) => {
    const { runDemo } = await import('./demo.ts');
    await runDemo(options, process.env);
  }),
);

for (const command of commandsOf(program)) command.exitOverride().showHelpAfterError('(see --help)');

// Whoever reads our answers may have seen enough, as in `score … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = tellFailure(error);
}

function* commandsOf(parent: Command): Generator<Command> {
  for (const command of parent.commands) {
    yield command;
    yield* commandsOf(command);
  }
}

/** Says a failure as one line a fault, and answers the exit code: 2 wrong usage or invalid input, 1 any other. */
function tellFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2; // it has said what is wrong itself
  if (error instanceof LeadScoringError) {
    process.stderr.write(`${error.code}: ${error.message}. ${error.action}\n`);
    return ERRORS[error.code].exit;
  }
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return 1;
}
