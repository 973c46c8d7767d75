import { z } from 'zod';
import type { AttributeValue } from '../domain/lead.ts';
import { instantMsOf } from '../domain/values.ts';
import { LeadScoringError } from '../errors.ts';
import type { ScoringSubject } from '../scoring/score-subject.ts';

/** ISO-8601 text as the score models read it: UTC where no offset stands. */
const Instant = z.string().transform((text, context) => {
  const ms = instantMsOf(text);
  if (ms !== undefined) return new Date(ms);
  context.addIssue({ code: 'custom', message: 'expected an instant' });
  return z.NEVER;
});

const Value: z.ZodType<AttributeValue> = z.union([z.string(), z.number(), z.boolean(), z.array(z.string()), z.null()], {
  error: 'expected text, a number, true or false, a list of texts or null',
});
/** `null` is none, as some programs write it. */
const Attributes = z
  .record(z.string(), Value)
  .nullish()
  .transform((attributes) => attributes ?? {});

/** The leads of a company, each with its own score. */
const Leads = z
  .array(
    z.object({ id: z.string().min(1), score: z.int(), lastEngagedAt: Instant.nullish().transform((at) => at ?? null) }),
  )
  .refine((leads) => new Set(leads.map(({ id }) => id)).size === leads.length, { error: 'expected each lead once' });

/** Further keys, such as a lead's consent, may stand there; the engine reads none of them. */
const Line = z.object({
  lead: z.object({ id: z.string().min(1), createdAt: Instant, attributes: Attributes }),
  engagements: z
    .array(
      z.looseObject({
        id: z.string().min(1),
        type: z.string().min(1),
        occurredAt: Instant,
        channel: z.string().nullish(),
        campaign: z.string().nullish(),
        properties: Attributes,
      }),
    )
    .nullish()
    .transform((engagements) => engagements ?? []),
  previousBand: z.string().nullish(),
  leads: Leads.optional(),
});

/**
 * Reads one NDJSON line of what to score.
 *
 * @throws {LeadScoringError} `INPUT_INVALID`, naming the file, the line counted from 1 and each faulty place; never
 *   what stands there, which is somebody's data.
 */
export function parseScoringLine(text: string, line: number, file: string): Omit<ScoringSubject, 'asOf'> {
  const content = jsonOf(text);
  if (content === undefined) {
    throw new LeadScoringError(
      'INPUT_INVALID',
      `${file}:${line}: found no JSON, expected {"lead": …, "engagements": …}`,
      {
        context: { line },
      },
    );
  }
  const parsed = Line.safeParse(content);
  if (parsed.success) {
    const { lead, engagements, previousBand, leads } = parsed.data;
    const subject = { lead, engagements: engagements.map(withoutUndefined), previousBand };
    return leads === undefined ? subject : { ...subject, leads };
  }
  const faults = parsed.error.issues.map(
    ({ path, message }) => `${file}:${line}: ${path.join('.') || 'the line'}: ${message}`,
  );
  throw new LeadScoringError('INPUT_INVALID', faults.join('\n'), { context: { line } });
}

type ParsedEngagement = z.infer<typeof Line>['engagements'][number];

/** Without keys that hold `undefined`, which zod's types allow and JSON cannot bear. */
function withoutUndefined({ channel, campaign, ...engagement }: ParsedEngagement) {
  return { ...engagement, ...(channel !== undefined && { channel }), ...(campaign !== undefined && { campaign }) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // the parser's message would quote the line, which is somebody's data
  }
}
