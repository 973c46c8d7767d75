import type { Kysely } from 'kysely';
import type { App } from './app.ts';
import type { Links } from './cli/cli-app.ts';
import type { LinkCounts, LinkRequest } from './domain/link.ts';
import { LeadScoringError } from './errors.ts';
import { connectionNamed } from './store/connections.ts';
import { ambiguousRecords, listLinks } from './store/link-counts.ts';
import { joinRecords, linkedLead, splitRecords } from './store/linked-leads.ts';
import { linkConnections, unlinkConnections } from './store/links.ts';
import { linkToMatch, matchQueued } from './store/match-leads.ts';
import type { Database } from './store/schema.ts';

/** What the commands do with links. */
export function linksOf(db: Kysely<Database>): Links {
  return {
    link: (request) => link(db, request),
    unlink: async (first, second) =>
      unlinkConnections(db, await connectionNamed(db, first), await connectionNamed(db, second)),
    list: () => listLinks(db),
    ambiguous: (limit) => ambiguousRecords(db, limit),
    lead: (record) => linkedLead(db, record),
    split: (one, other) => splitRecords(db, one, other),
    join: (pairs) => joinRecords(db, pairs),
  };
}

/**
 * Links two connections, or counts what that would give.
 *
 * @throws {LeadScoringError} `CONNECTION_UNKNOWN`, `LINK_REFUSED`, `RUN_UNDER_WAY`.
 */
async function link(db: Kysely<Database>, { tasksIn, dryRun, ...names }: LinkRequest): Promise<LinkCounts> {
  const first = await connectionNamed(db, names.first);
  const second = await connectionNamed(db, names.second);
  if (first.id === second.id) throw new LeadScoringError('LINK_REFUSED', `${first.name} cannot be linked with itself`);
  const inSalesforce = [first, second].find(({ crm }) => crm === 'salesforce') ?? first;
  const tasks = tasksIn === null ? inSalesforce : [first, second].find(({ name }) => name === tasksIn);
  if (tasks === undefined) {
    throw new LeadScoringError('LINK_REFUSED', `--tasks-in ${tasksIn} is neither ${first.name} nor ${second.name}`);
  }
  return linkConnections(db, { first, second, tasksIn: tasks.id }, dryRun);
}

const LOOK_EVERY_MS = 200;
const MOST_LOOKS = 50;

/**
 * Matches what a run has pulled, once it has pulled all: before anything is scored, so that a lead that is hot in the
 * other CRM already gets no second task. Leads in the hands of another run are waited for, ten seconds at most; then
 * they are matched with the next run.
 */
export async function matchPulled({ db, sleep }: Pick<App, 'db' | 'sleep'>, runId: string): Promise<void> {
  const linkId = await linkToMatch(db, runId);
  if (linkId === undefined) return;
  for (let looks = 1; (await matchQueued(db, linkId)) > 0 && looks < MOST_LOOKS; looks += 1) await sleep(LOOK_EVERY_MS);
}
