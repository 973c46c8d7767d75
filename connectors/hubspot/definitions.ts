import type { HubspotClient } from './client.ts';
import { PATHS } from './paths.ts';
import { type PropertyDefinition, PropertyList } from './schemas.ts';

/** An object's properties by name. */
export type Definitions = ReadonlyMap<string, PropertyDefinition>;

/** The property definitions of one portal, asked for once per object and only when a record needs them. */
export class DefinitionCache {
  readonly #client: HubspotClient;
  readonly #byObject = new Map<string, Definitions>();

  constructor(client: HubspotClient) {
    this.#client = client;
  }

  async of(object: string, signal: AbortSignal): Promise<Definitions> {
    return this.#byObject.get(object) ?? this.renew(object, signal);
  }

  /** Asks again, for a definition that may have changed since. */
  async renew(object: string, signal: AbortSignal): Promise<Definitions> {
    const call = { operation: 'read', method: 'GET', path: PATHS.properties(object) } as const;
    const { body } = await this.#client.send(call, PropertyList, signal);
    const definitions = new Map(body.results.map((definition) => [definition.name, definition]));
    this.#byObject.set(object, definitions);
    return definitions;
  }
}
