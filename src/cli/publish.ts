import { Command } from 'commander';
import type { WithApp } from './cli-app.ts';
import { printTable, tell } from './print.ts';

/** `model publish NAME`. */
export function publishCommand(withApp: WithApp): Command {
  return new Command('publish')
    .description('score with this model from the next run on; every lead becomes due')
    .argument('<name>', 'a file of MODELS_DIR, or a template that comes along')
    .action(async (name: string) => tell(await withApp((app) => app.publishModel(name))));
}

/** `model list`. */
export function listModelsCommand(withApp: WithApp): Command {
  return new Command('list').description('the published models').action(async () => {
    const models = await withApp((app) => app.listModels());
    printTable(
      ['name', 'version'],
      models.map(({ name, version }) => [name, version]),
      'no model is published yet: model publish b2b-default',
    );
  });
}
