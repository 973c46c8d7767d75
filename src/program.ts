import { Command } from 'commander';
import { readEnv } from '../config/env.ts';
import type { CliApp, WithApp } from './cli/cli-app.ts';
import { connectionsCommand } from './cli/connections.ts';
import { demoCommand } from './cli/demo.ts';
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
import { labelsIn } from './labels.ts';
import { readModelFile } from './models.ts';

/**
 * Every command of `scorewire`, ready to parse arguments; it throws a `CommanderError` where commander would exit.
 *
 * @param environment - Read when a command runs, and not before: `--help` needs no setting.
 */
export function scorewireProgram(environment: NodeJS.ProcessEnv): Command {
  const withApp = appOpener(environment);
  const program = new Command('scorewire')
    .description('Lead scoring for HubSpot and Salesforce')
    .showHelpAfterError('(see --help)')
    .exitOverride()
    .addCommand(scoreCommand(readModelFile, labelsIn))
    .addCommand(whatIfCommand(readModelFile))
    .addCommand(modelCommand(readModelFile, withApp))
    .addCommand(
      connectionsCommand(withApp, () => readEnv(environment))
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
    .action(async () => (await import('./worker.ts')).runWorker(readEnv(environment)));
  program
    .command('server')
    .description('the API server')
    .action(async () => (await import('./server.ts')).runServer(readEnv(environment)));
  program
    .command('migrate')
    .description('bring the database to the last migration')
    .action(async () => withApp(async () => tell('The database is up to date')));
  program.addCommand(
    demoCommand(async (options) => {
      const { runDemo } = await import('./demo.ts');
      await runDemo(options, environment);
    }),
  );

  for (const command of commandsOf(program)) command.exitOverride().showHelpAfterError('(see --help)');

  return program;
}

// The heavy rooms (database, queue, CRM clients) are loaded when a command needs them, so that --help and score start
// at once.
function appOpener(environment: NodeJS.ProcessEnv): WithApp {
  return async <T>(command: (app: CliApp) => Promise<T>) => {
    const { openCliApp } = await import('./open-cli-app.ts');
    const app = await openCliApp(readEnv(environment));
    try {
      return await command(app);
    } finally {
      await app.close();
    }
  };
}

function* commandsOf(parent: Command): Generator<Command> {
  for (const command of parent.commands) {
    yield command;
    yield* commandsOf(command);
  }
}
