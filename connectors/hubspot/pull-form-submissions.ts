import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { CrmEngagement, Page } from '../../src/domain/crm.ts';
import { LeadScoringError } from '../../src/errors.ts';
import type { HubspotClient } from './client.ts';
import { formTypeOf } from './event-types.ts';
import { listed } from './listed.ts';
import { PATHS } from './paths.ts';
import { cursorAt, type Place, pulledUntil } from './place.ts';
import type { WindowRules } from './pull-changes.ts';
import { readEach } from './read-each.ts';
import { Form, FormSubmission, RecordPage } from './schemas.ts';

const SUBMISSIONS_PER_PAGE = '50';

type FormOf = z.infer<typeof Form>;

/**
 * Pulls filled-in forms, form by form; HubSpot knows who filled one in by the e-mail address given only.
 *
 * The endpoint has no time filter and tells the newest first, so each form is read back to the start of the window.
 */
export async function* pullFormSubmissions(
  client: HubspotClient,
  place: Place | null,
  { overlapMs, lagMs }: WindowRules,
  signal: AbortSignal,
): AsyncGenerator<Page<CrmEngagement>> {
  const start = place?.at === 'window' ? place : null;
  const { forms, sentAtMs } = await allForms(client, signal);
  const toMs = start?.toMs ?? Math.max(start?.fromMs ?? 0, sentAtMs - lagMs);
  const window = { at: 'window', fromMs: start?.fromMs ?? 0, toMs, afterId: null } as const;
  const open = forms.filter(({ id }) => start?.part == null || id >= start.part);
  let after = start?.part === open[0]?.id ? (start?.after ?? null) : null;
  for (const [index, form] of open.entries()) {
    for (;;) {
      const body = await submissions(client, form, after, signal);
      if (body.paging !== null && body.paging === after) {
        throw new LeadScoringError('CRM_PROTOCOL', 'HubSpot repeats a page of form submissions');
      }
      const { records, rejected } = readEach(body.results, FormSubmission, (submission) =>
        engagementOf(form, submission),
      );
      const news = records.filter(({ occurredAt }) => occurredAt.getTime() >= window.fromMs - overlapMs);
      after = news.length < records.length ? null : body.paging;
      const next = after === null ? (open[index + 1]?.id ?? null) : form.id;
      const cursor = cursorAt(next === null ? pulledUntil(toMs) : { ...window, part: next, after });
      yield { records: news, rejected, cursor };
      if (after === null) break;
    }
  }
}

/** Every form in the order of ids; one call in most accounts. */
async function allForms(client: HubspotClient, signal: AbortSignal): Promise<{ forms: FormOf[]; sentAtMs: number }> {
  const forms: FormOf[] = [];
  let sentAtMs: number | undefined;
  for await (const page of listed(client, PATHS.forms, { limit: '100', formTypes: 'all' }, Form, signal)) {
    sentAtMs ??= page.sentAt.getTime();
    forms.push(...page.results);
  }
  return { forms: forms.sort((a, b) => (a.id < b.id ? -1 : 1)), sentAtMs: sentAtMs ?? 0 };
}

async function submissions(
  client: HubspotClient,
  { id }: FormOf,
  after: string | null,
  signal: AbortSignal,
): Promise<z.infer<typeof RecordPage>> {
  const path = PATHS.formSubmissions(id);
  const query = { limit: SUBMISSIONS_PER_PAGE, ...(after === null ? {} : { after }) };
  return (await client.send({ operation: 'read', method: 'GET', path, query }, RecordPage, signal)).body;
}

function engagementOf(
  form: FormOf,
  { conversionId, submittedAt, values, pageUrl }: z.infer<typeof FormSubmission>,
): CrmEngagement {
  const typed = values.find(({ name }) => name === 'email')?.value;
  const email = typeof typed === 'string' ? typed.trim().toLowerCase() : '';
  return {
    // Older submissions have no id of their own; the address is hashed, for ids are logged.
    id: `form-submission:${conversionId ?? hashed(`${form.id} ${submittedAt.getTime()} ${email}`)}`,
    type: formTypeOf(form.name),
    occurredAt: submittedAt,
    channel: 'web',
    campaign: null,
    properties: { form: form.name, ...(pageUrl ? { url: pageUrl, page: pathOf(pageUrl) } : {}) },
    leads: [],
    ...(email === '' ? {} : { email }),
    modifiedAt: submittedAt, // submissions never change
    isDeleted: false,
  };
}

function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

function pathOf(url: string): string | null {
  return URL.parse(url)?.pathname ?? null;
}
