import { sql } from 'kysely';
import type { Crm } from '../../src/domain/crm.ts';
import type { Engagement } from '../../src/domain/lead.ts';
import type { Mapping } from '../../src/domain/mapping.ts';
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
import type { UndoneLeads } from './undone-leads.ts';
import { type Violation, violation } from './violation.ts';

const readModels = modelReader();

/** Points by which a score may be off; the models of stories leave `writeBack` as it is by default. */
const MIN_DELTA = 3;

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
}

/** The CRM's state is the engine applied to the CRM's input, for every lead; the ledgers add up. */
export async function checkScores(
  house: House,
  crm: Crm,
  { pictures, undone }: { readonly pictures: Pictures; readonly undone: UndoneLeads },
): Promise<readonly Violation[]> {
  const stored = await storedLeads(house, crm);
  const persons = await personsOf(house);
  const models = readModels(await publishedModels(house.database.backstage));
  const names = house.mappings.get(crm)!.scoreFields; // every CRM of the story is connected
  const found: Violation[] = [];
  for (const [name, picture] of pictures) {
    if (crmOf(name) !== crm) continue;
    const lead = stored.get(keyOf(picture.record));
    if (lead === undefined || lead.is_deleted) {
      found.push(violation('every lead is pulled', `${name} is not in the store`));
      continue;
    }
    const person = persons.get(name);
    const whole = wholePicture(picture, person, pictures);
    const before = undone.before(crm, picture.record.crmId);
    const held = [picture.record.scoreFields, ...(before === undefined ? [] : [scoreFieldsIn(before, names)])];
    const scoredAt = [...(lead.as_of === null ? [] : [lead.as_of]), ...(person?.scoredAt ?? [])];
    found.push(...inputViolations(name, picture, lead));
    found.push(
      ...scoreViolations(
        name,
        held,
        scoredAt.flatMap((asOf) => fieldsOf(whole, asOf, models)),
      ),
    );
    found.push(...ageViolations(name, held, fieldsOf(whole, house.now, models)));
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
      leads.next_review_at, scores.as_of, scores.score, scores.ledger,
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

type Expected = Omit<ScoreFieldValues, 'scoredAt'>;

/** What is held of the score fields, by field. */
type Held = Readonly<Record<string, unknown>>;

/** The engine said, as of the last scoring, what the CRM holds, or held before an undo. */
function scoreViolations(name: string, held: readonly Held[], expected: readonly Expected[]): Violation[] {
  if (expected.length === 0) return [violation('every lead is scored', `${name} has no score`)];
  const differences = held.flatMap((fields) => expected.map((each) => differenceOf(each, fields)));
  if (differences.some((difference) => difference === '')) return [];
  return [violation('CRM state is the engine applied to CRM input', `${name}: ${differences[0]}`)];
}

/** Time alone has not moved the score so far since that it would have had to be written. */
function ageViolations(name: string, held: readonly Held[], now: readonly Expected[]): Violation[] {
  const isNear = (fields: Held, each: Expected) =>
    fields.band === each.band && Math.abs(Number(fields.score) - Number(each.score)) < MIN_DELTA;
  if (held.some((fields) => now.some((each) => isNear(fields, each)))) return [];
  return [violation('scores keep up with time', `${name}: is ${held[0]?.score}, and ${now[0]?.score} by now`)];
}

/** What the engine says of a lead; what its band was before is not known here, so there is an answer for each. */
function fieldsOf(
  { record, createdAt, attributes, engagements }: LeadPicture,
  asOf: Date,
  models: readonly ScoreModel[],
): readonly Expected[] {
  const lead = { id: record.crmId, createdAt, attributes };
  const model = selectModel(models, lead, asOf)!; // the catalogue's applies to everyone
  const scorer = createScorer(model);
  return [null, ...model.bands.map(({ name }) => name)].map((previousBand) => {
    const card = scorer.score({ lead, engagements: engagements as readonly Engagement[], asOf, previousBand });
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
  });
}

const scoreFieldsIn = (values: Readonly<Record<string, string>>, names: Mapping['scoreFields']) =>
  Object.fromEntries(Object.entries(names).map(([field, name]) => [field, values[name]]));

function differenceOf(expected: Expected, held: Readonly<Record<string, unknown>>): string {
  return Object.entries(expected)
    .filter(([field, value]) => String(value ?? '') !== String(held[field] ?? ''))
    .map(([field, value]) => `${field} is ${held[field]}, not ${value}`)
    .join('; ');
}
