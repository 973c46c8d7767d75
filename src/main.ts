import { enableCompileCache } from 'node:module';
import { CommanderError } from 'commander';
import { ERRORS, LeadScoringError } from './errors.ts';
import { scorewireProgram } from './program.ts';

// A command loads a thousand modules: compiled once, they start the next in two thirds of the time.
enableCompileCache();

// Whoever reads our answers may have seen enough, as in `score … | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

try {
  await scorewireProgram(process.env).parseAsync();
} catch (error) {
  process.exitCode = tellFailure(error);
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
