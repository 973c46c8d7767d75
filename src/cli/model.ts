import { Command } from 'commander';
import { checkModel } from '../scoring/check-model.ts';
import type { WithApp } from './cli-app.ts';
import { diffCommand } from './diff-models.ts';
import { findModels, type ReadModel } from './find-models.ts';
import { printJson, printTable, tell } from './print.ts';
import { printModel } from './print-model.ts';

/** `model check FILE | list | show NAME | publish NAME | diff A B`. */
export function modelCommand(read: ReadModel, withApp: WithApp): Command {
  return new Command('model')
    .description('score models')
    .addCommand(checkCommand(read))
    .addCommand(listCommand(withApp))
    .addCommand(showCommand(read, withApp))
    .addCommand(publishCommand(withApp))
    .addCommand(diffCommand(read, withApp));
}

interface Output {
  readonly json?: true;
}

function checkCommand(read: ReadModel): Command {
  return new Command('check')
    .description('read a score model, name every fault with its place, and warn of what can never matter')
    .argument('<file>', 'score model (YAML)')
    .option('--json', 'print one JSON document')
    .action((file: string, { json }: Output) => {
      const model = read(file);
      const warnings = checkModel(model);
      const { name, version, rules } = model;
      if (json === true) return printJson({ name, version, rules: rules.length, warnings });
      process.stdout.write(`${name} v${version}: ${rules.length} rules, ${warnings.length} warnings\n`);
      for (const { kind, where, message } of warnings) process.stdout.write(`${file}: ${kind}: ${where}: ${message}\n`);
    });
}

function listCommand(withApp: WithApp): Command {
  return new Command('list')
    .description('the published models, and the files and templates that can be published')
    .option('--json', 'print one JSON document')
    .action(async ({ json }: Output) => {
      const models = await withApp((app) => app.listModels());
      if (json === true) return printJson(models);
      printTable(
        ['name', 'published', 'file'],
        models.map(({ name, version, hasFile }) => [
          name,
          version === null ? 'no' : `v${version}`,
          hasFile ? 'yes' : 'no',
        ]),
      );
    });
}

function showCommand(read: ReadModel, withApp: WithApp): Command {
  return new Command('show')
    .description('everything a model says, the rules of the templates it includes too, in plain words')
    .argument('<name>', 'a published model (NAME or NAME@VERSION), a file of MODELS_DIR, a template, or a FILE.yaml')
    .option('--json', 'print one JSON document')
    .action(async (name: string, { json }: Output) => {
      const [found] = await findModels([name], read, withApp);
      if (json === true)
        printJson({ ...found!.model, source: found!.source }); // one name, one model
      else printModel(found!);
    });
}

function publishCommand(withApp: WithApp): Command {
  return new Command('publish')
    .description('score with this model from the next run on; every lead becomes due')
    .argument('<name>', 'a file of MODELS_DIR, or a template that comes along')
    .action(async (name: string) => tell(await withApp((app) => app.publishModel(name))));
}
