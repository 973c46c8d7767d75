import { Command } from 'commander';
import type { WithApp } from './cli-app.ts';

/** `doctor`. */
export function doctorCommand(withApp: WithApp): Command {
  return new Command('doctor')
    .description('check environment, database, queue and connections; each line is ok or says what to do')
    .action(async () => {
      const findings = await withApp((app) => app.doctor());
      for (const { name, isOk, message } of findings) {
        process.stdout.write(`${isOk ? 'ok  ' : 'NOT '} ${name.padEnd(14)} ${message}\n`);
      }
      if (findings.some(({ isOk }) => !isOk)) process.exitCode = 1;
    });
}
