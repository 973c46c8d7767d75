import { sql } from 'kysely';
import type { Crm } from '../../src/domain/crm.ts';
import type { Engagement } from '../../src/domain/lead.ts';
import type { ScoreFieldValues } from '../../src/domain/score-field.ts';
import { modelReader } from '../../src/models.ts';
import type { ScoreModel } from '../../src/scoring/model.ts';
import { reasonsText } from '../../src/scoring/reasons.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { selectModel } from '../../src/scoring/select-model.ts';
import { publishedModels } from '../../src/store/models.ts';
import type { House } from './house.ts';
import { crmOf, type Pictures, personsOf, wholePicture } from './persons.ts';
import { keyOf, type LeadPicture } from './picture.ts';
import { type Violation, violation } from './violation.ts';

const readModels = modelReader();

/** What the store holds of a lead. */
interface StoredLead {
  readonly object: string;
  readonly crm_id: string;
  readonly attributes: Record<string, unknown>;
  readonly company: Record<string, unknown> | null;
  readonly engagements: readonly string[];
  readonly is_deleted: boolean;
  readonly next_review_at: Date | null;
  readonly as_of: Date | null;
  readonly score: number | null;
  readonly ledger: readonly { readonly cp: number }[] | null;
  /** What was written, or would have been. */
  readonly fields: ScoreFieldValues | null;
  /** Whether the latest write took back what was written before: until its input changes the lead stays as it is. */
  readonly is_undone: boolean | null;
}

/** The CRM's state is the engine applied to the CRM's input, for every lead; the ledgers add up. */
export async function checkScores(house: House, crm: Crm, pictures: Pictures): Promise<readonly Violation[]> {
  const stored = await storedLeads(house, crm);
  const persons = await personsOf(house);
  const models = readModels(await publishedModels(house.database.backstage));
  const found: Violation[] = [];
  for (const [name, picture] of pictures) {
    if (crmOf(name) !== crm) continue;
    const lead = stored.get(keyOf(picture.record));
    if (lead === undefined || lead.is_deleted) {
      found.push(violation('every lead is pulled', `${name} is not in the store`));
      continue;
    }
    const person = persons.get(name);
    const asOf = [...(lead.as_of === null ? [] : [lead.as_of]), ...(person?.scoredAt ?? [])];
    found.push(...inputViolations(name, picture, lead));
    found.push(...scoreViolations(name, wholePicture(picture, person, pictures), lead, { models, asOf }));
    if (lead.next_review_at !== null && lead.next_review_at < house.now) {
      found.push(violation('no review is overdue', `${name} was due at ${lead.next_review_at.toISOString()}`));
    }
  }
  for (const { object, crm_id, ledger, score } of stored.values()) {
    const sum = (ledger ?? []).reduce((total, { cp }) => total + cp, 0);
    if (score !== null && sum !== score * 100) {
      found.push(violation('the ledger adds up', `${crm} ${object} ${crm_id}: ${sum} against ${score}`));
    }
  }
  return found;
}

async function storedLeads({ database, connections }: House, crm: Crm): Promise<ReadonlyMap<string, StoredLead>> {
  const { rows } = await sql<StoredLead>`
    select leads.object, leads.crm_id, leads.attributes, companies.attributes as company, leads.is_deleted,
      leads.next_review_at, scores.as_of, scores.score, scores.ledger, scores.fields,
      (select runs.kind = 'undo' from writes join runs on runs.id = writes.run_id
        where writes.lead_id = leads.id and writes.state = 'written'
        order by runs.started_at desc limit 1) as is_undone,
      coalesce((select array_agg(distinct engagements.id) from lead_aliases as alias
        join engagements on engagements.connection_id = alias.connection_id and engagements.object = alias.object
          and engagements.crm_id = alias.crm_id
        where alias.lead_id = leads.id), '{}') as engagements
    from leads
    left join scores on scores.lead_id = leads.id
    left join companies on companies.connection_id = leads.connection_id and companies.crm_id = leads.company_id
      and not companies.is_deleted
    where leads.connection_id = ${connections.get(crm)} and leads.merged_into is null`.execute(database.backstage);
  return new Map(rows.map((row) => [keyOf({ object: row.object, crmId: row.crm_id }), row]));
}

function inputViolations(name: string, { attributes, engagements }: LeadPicture, stored: StoredLead): Violation[] {
  const found: Violation[] = [];
  const held = { ...stored.company, ...stored.attributes };
  const differing = [...new Set([...Object.keys(attributes), ...Object.keys(held)])].filter(
    (attribute) => JSON.stringify(attributes[attribute] ?? null) !== JSON.stringify(held[attribute] ?? null),
  );
  if (differing.length > 0) {
    found.push(
      violation(
        'stored input is the CRM’s',
        `${name}: ${differing.join(', ')} ${differing.length === 1 ? 'differs' : 'differ'}`,
      ),
    );
  }
  const theirs = new Set(engagements.map(({ id }) => id));
  const missing = [...theirs].filter((id) => !stored.engagements.includes(id));
  const extra = stored.engagements.filter((id) => !theirs.has(id));
  if (missing.length > 0) found.push(violation('every engagement is pulled', `${name} lacks ${missing.join(', ')}`));
  if (extra.length > 0) found.push(violation('stored input is the CRM’s', `${name} has besides ${extra.join(', ')}`));
  return found;
}

/** By which models and at which instants a score may have been computed. */
interface Scorings {
  readonly models: readonly ScoreModel[];
  /** The last scoring, and those of the same person's other records, whose score is taken over. */
  readonly asOf: readonly Date[];
}

/** Compares with the engine as of the last scoring; what the band was before is not known, so any will do. */
function scoreViolations(name: string, picture: LeadPicture, stored: StoredLead, by: Scorings): Violation[] {
  if (stored.as_of === null) return [violation('every lead is scored', `${name} has no score`)];
  const held = stored.is_undone && stored.fields !== null ? stored.fields : picture.record.scoreFields;
  const bands = [null, ...(by.models[0]?.bands ?? []).map(({ name: band }) => band)];
  const expected = by.asOf.flatMap((asOf) => bands.map((band) => fieldsOf(picture, asOf, band, by.models)));
  const differences = expected.map((fields) => differenceOf(fields, held));
  if (differences.some((difference) => difference === '')) return [];
  return [violation('CRM state is the engine applied to CRM input', `${name}: ${differences[0]}`)];
}

type Expected = Omit<ScoreFieldValues, 'scoredAt'>;

function fieldsOf(
  { record, createdAt, attributes, engagements }: LeadPicture,
  asOf: Date,
  previousBand: string | null,
  models: readonly ScoreModel[],
): Expected {
  const lead = { id: record.crmId, createdAt, attributes };
  const model = selectModel(models, lead, asOf)!; // the catalogue's applies to everyone
  const input = { lead, engagements: engagements as readonly Engagement[], asOf, previousBand };
  const card = createScorer(model).score(input);
  const points = (dimension: string) => (card.dimensions[dimension] ?? 0) / 100;
  return {
    score: card.score,
    band: card.band,
    grade: card.grade,
    fitPoints: points('fit'),
    engagementPoints: points('engagement'),
    reasons: reasonsText(card),
    model: `${model.name} v${model.version}`,
    status: 'scored',
  };
}

function differenceOf(expected: Expected, held: ScoreFieldValues): string {
  return Object.entries(expected)
    .filter(([field, value]) => value !== held[field as keyof Expected])
    .map(([field, value]) => `${field} is ${held[field as keyof Expected]}, not ${value}`)
    .join('; ');
}
