import { CommanderError } from 'commander';
import { ERRORS, LeadScoringError } from './errors.ts';
import { scorewireProgram } from './program.ts';

/** Runs one command line; a failure is told on stderr, and `process.exitCode` set as the table of errors has it. */
export async function runCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<void> {
  try {
    await scorewireProgram(environment).parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = tellFailure(error);
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
