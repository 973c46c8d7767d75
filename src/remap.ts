import type { App } from './app.ts';
import type { RemapLine, Remapping } from './cli/cli-app.ts';
import { checkNow, readMappingFile } from './connect.ts';
import { makeConnector } from './connectors.ts';
import type { Crm, MappedObject } from './domain/crm.ts';
import { linesOf } from './domain/mapped-lines.ts';
import type { Mapping } from './domain/mapping.ts';
import { asksForRecords, mappingDifference } from './domain/mapping-difference.ts';
import { connectionNamed, credentialsOf, setHalted } from './store/connections.ts';
import { countMapped } from './store/mapping-backlog.ts';
import { keepFieldLimits, MAPPED_OBJECTS, replaceMapping } from './store/mappings.ts';

/** Records that one call reads by id, for the preview. */
const IDS_PER_CALL: Readonly<Record<Crm, number>> = { hubspot: 100, salesforce: 2_000 };

/**
 * Gives a connection another mapping, once the CRM's own description has nothing against it.
 *
 * What it maps no more is dropped at once; what it maps anew is read by the next run, for the records that are known.
 * @returns what changes; nothing is stored in a dry run, or if there are faults.
 * @throws {LeadScoringError} `MAPPING_INVALID`, `CONNECTION_UNKNOWN`, and what the account's check throws.
 */
export async function remapConnection(
  app: App,
  name: string,
  { mappingFile, dryRun }: { readonly mappingFile: string; readonly dryRun: boolean },
): Promise<Remapping> {
  const connection = await connectionNamed(app.db, name);
  const { id, crm, accountId: account } = connection;
  const { mapping, mappingText } = readMappingFile(mappingFile, crm);
  const credentials = await credentialsOf(app.db, app.vault, id);
  const connector = makeConnector(app, { dailyShare: null, ...connection, mapping, credentials, account });
  const check = await checkNow(app, connector, mapping);
  const changes = await Promise.all(
    MAPPED_OBJECTS.map(async (object) =>
      changesOf(connection.mapping, mapping, object, await countMapped(app.db, id, object)),
    ),
  );
  const isRefused = check.faults.length > 0;
  if (!dryRun && !isRefused) {
    await replaceMapping(app.db, id, { mapping, mappingText });
    await keepFieldLimits(app.db, id, check.limits);
    if (check.absent.length === 0) await setHalted(app.db, id, null);
  }
  return {
    check,
    lines: changes.flatMap(({ lines }) => lines),
    calls: changes.reduce((calls, { records }) => calls + Math.ceil(records / IDS_PER_CALL[crm]), 0),
    isStored: !dryRun && !isRefused,
  };
}

function changesOf(before: Mapping, after: Mapping, object: MappedObject, records: number) {
  const difference = mappingDifference(before, after, object);
  const [old, now] = [linesOf(before, object), linesOf(after, object)];
  const line = (name: string, field: string | undefined, change: RemapLine['change']): RemapLine => ({
    object,
    name,
    field: field ?? '',
    change,
    records: change === 'read anew' ? records : 0,
  });
  const { attributes, scoreFields, hasLifecycle, dropped } = difference;
  return {
    records: asksForRecords(difference) ? records : 0,
    lines: [
      ...attributes.map((name) => line(name, now.read[name]?.field, 'read anew')),
      ...scoreFields.map((name) => line(name, now.written[name]?.field, 'read anew')),
      ...(hasLifecycle ? [line('lifecycle', now.stageField ?? '', 'read anew')] : []),
      ...dropped.attributes.map((name) => line(name, old.read[name]?.field, 'dropped')),
      ...dropped.scoreFields.map((name) => line(name, old.written[name]?.field, 'written no more')),
    ],
  };
}
