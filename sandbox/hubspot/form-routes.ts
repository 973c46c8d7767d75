import express, { type Router } from 'express';
import type { Activity } from '../world/world.ts';
import { requireAnyScope } from './auth.ts';
import { urlOf } from './contact-fields.ts';
import { FORMS_BY_PAGE, FORMS_OF, formOf, OTHER_FORM } from './event-types.ts';
import { notFound } from './hubspot-error.ts';
import { formGuidOf } from './ids.ts';
import { limitOf } from './object-routes.ts';
import type { People } from './people.ts';
import type { Portal } from './portal.ts';
import { listOf } from './record-answer.ts';

const MOST_SUBMISSIONS = 50;
const FORM_NAMES = [...Object.values(FORMS_OF), ...Object.values(FORMS_BY_PAGE), OTHER_FORM];

/** Forms, and what was sent with them: newest first, known by e-mail address only. */
export function formRoutes({ people, tables, settings }: Portal, submissions: Submissions): Router {
  const router = express.Router();
  const madeAt = people.world.now.toISOString();

  router.get('/marketing/forms/2026-09', (_request, response) => {
    requireAnyScope(response, ['forms']);
    const results = FORM_NAMES.map((name, n) => ({
      id: formGuidOf(n),
      name,
      formType: 'hubspot',
      createdAt: madeAt,
      updatedAt: madeAt,
      archived: false,
      legalConsentOptions: { type: 'none' },
    }));
    response.json({ results });
  });

  router.get('/form-integrations/v1/submissions/forms/:form', (request, response) => {
    requireAnyScope(response, ['forms']);
    const form = FORM_NAMES.findIndex((_, n) => formGuidOf(n) === request.params.form);
    if (form < 0) throw notFound('No form found with that GUID');
    const limit = Math.min(limitOf(request, MOST_SUBMISSIONS, 20), settings.largestPage);
    const page = submissions.page(form, listOf(request, 'after')[0] ?? null, limit);
    // Whoever was erased has left no submissions behind.
    const entries = page.entries.filter(({ person }) => tables.contacts.has(people.contactOf(person)));
    const results = entries.map(({ person, activity }) => ({
      conversionId: `${formGuidOf(form)}-${person}-${activity.n}`,
      submittedAt: activity.at.getTime(),
      values: [{ name: 'email', value: people.person(person).email, objectTypeId: '0-1' }],
      pageUrl: urlOf(activity.page),
    }));
    response.json({ results, ...(page.next === null ? {} : { paging: { next: { after: page.next } } }) });
  });
  return router;
}

interface Entry {
  readonly person: number;
  readonly activity: Activity;
}

/** Submissions by form, newest first. Built when first asked for: one pass over everybody. */
export class Submissions {
  readonly #people: People;
  /** Per form, keys in order of time; a key is `person × 1000 + activity`. */
  #forms: { readonly atMs: number; readonly key: number }[][] | null = null;

  constructor(people: People) {
    this.#people = people;
  }

  /** Takes in what a person has just done. */
  note(person: number, activity: Activity): void {
    const form = formIndex(activity);
    if (form < 0 || !this.#forms) return;
    this.#forms[form]!.push(keyed(person, activity));
    this.#forms[form]!.sort((a, b) => a.atMs - b.atMs || a.key - b.key);
  }

  /** A page from the newest on, or from where `after` left off. */
  page(form: number, after: string | null, limit: number): { entries: Entry[]; next: string | null } {
    const all = this.#built()[form]!;
    const [, atMs, key] = /^(\d+)-(\d+)$/.exec(after ?? '')?.map(Number) ?? [];
    const end =
      atMs === undefined
        ? all.length
        : all.findLastIndex((each) => each.atMs < atMs || (each.atMs === atMs && each.key < key!)) + 1;
    const keys = all.slice(Math.max(0, end - limit), end).reverse();
    const last = keys.at(-1);
    const entries = keys.map(({ key: each }) => {
      const person = Math.floor(each / 1_000);
      return { person, activity: this.#people.person(person).activities[each % 1_000]! };
    });
    return { entries, next: last && end > limit ? `${last.atMs}-${last.key}` : null };
  }

  #built(): { readonly atMs: number; readonly key: number }[][] {
    if (this.#forms) return this.#forms;
    const forms: { readonly atMs: number; readonly key: number }[][] = FORM_NAMES.map(() => []);
    for (let n = 0; n < this.#people.world.size; n++) {
      for (const activity of this.#people.person(n).activities) {
        const form = formIndex(activity);
        if (form >= 0) forms[form]!.push(keyed(n, activity));
      }
    }
    for (const form of forms) form.sort((a, b) => a.atMs - b.atMs || a.key - b.key);
    this.#forms = forms;
    return forms;
  }
}

function formIndex({ type, page }: Activity): number {
  const name = formOf(type, page);
  return name === null ? -1 : FORM_NAMES.indexOf(name);
}

function keyed(person: number, activity: Activity): { readonly atMs: number; readonly key: number } {
  return { atMs: activity.at.getTime(), key: person * 1_000 + activity.n };
}
