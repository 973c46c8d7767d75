import { Command } from 'commander';
import { checkModel } from '../scoring/check-model.ts';
import { readModelFile } from './read-model-file.ts';

/** `model check FILE.yaml [--json]`; further commands on models are attached by main.ts. */
export function modelCommand(): Command {
  return new Command('model')
    .description('score models')
    .addCommand(
      new Command('check')
        .description('read a score model, name every fault with its place, and warn of what can never matter')
        .argument('<file>', 'score model (YAML)')
        .option('--json', 'print one JSON document')
        .action(check),
    );
}

function check(file: string, { json }: { readonly json?: true }): void {
  const model = readModelFile(file);
  const warnings = checkModel(model);
  const { name, version, rules } = model;
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ name, version, rules: rules.length, warnings }, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${name} v${version}: ${rules.length} rules, ${warnings.length} warnings\n`);
  for (const { kind, where, message } of warnings) process.stdout.write(`${file}: ${kind}: ${where}: ${message}\n`);
}
