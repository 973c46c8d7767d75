import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { csvWorld } from '../../sandbox/world/csv-world.ts';
import type { World } from '../../sandbox/world/world.ts';

const now = new Date('2026-11-02T09:00:00Z');
const X_EDUCATION = '/work/shared/data/x-education/leads.csv';
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'scorewire-csv-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function worldOf(text: string | Buffer): World {
  const file = path.join(folder, 'leads.csv');
  writeFileSync(file, text);
  return csvWorld(file, { seed: 1, now });
}
const typesOf = (world: World, n: number) => world.person(n).activities.map(({ type }) => type);

describe('a world from a CSV file', () => {
  it('recognises headers in any case, and makes the others extra columns', () => {
    const world = worldOf(
      'FIRST NAME,last name,Email,Company,Job Title,Time on Site,Hobby\nAda,Lovelace,ADA@a.example,Engine Ltd,Director,12.5,Math\n',
    );

    expect(world.person(0)).toMatchObject({
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@a.example',
      jobTitle: 'Director',
      company: 0,
      extra: { 'Time on Site': '12.5', Hobby: 'Math' },
    });
    expect(world.extraColumns).toEqual([
      { header: 'Time on Site', name: 'time_on_site', type: 'number' },
      { header: 'Hobby', name: 'hobby', type: 'text' },
    ]);
    expect(world.company(0).name).toBe('Engine Ltd');
  });

  it('turns visits into page views, at most forty, and the last activity into what follows them', () => {
    const world = worldOf('TotalVisits,Last Activity\n3,Email Opened\n500,Olark Chat Conversation\n,Modified\n');

    expect(typesOf(world, 0)).toEqual(['page_view', 'page_view', 'page_view', 'email_open']);
    expect(typesOf(world, 1).filter((type) => type === 'page_view')).toHaveLength(40);
    expect(typesOf(world, 1).at(-1)).toBe('chat');
    expect(typesOf(world, 2)).toEqual([]);
  });

  it('dates activity the same at every call, between the creation and now', () => {
    const text = 'Created,TotalVisits\n2026-09-01,9\n';
    const [first, second] = [worldOf(text).person(0), worldOf(text).person(0)];

    expect(first.activities).toEqual(second.activities);
    const instants = first.activities.map(({ at }) => at.getTime());
    expect(Math.min(...instants)).toBeGreaterThanOrEqual(Date.parse('2026-09-01'));
    expect(Math.max(...instants)).toBeLessThanOrEqual(now.getTime());
  });

  it('reads who has opted out and who has bought', () => {
    const world = worldOf('Do Not Email,Converted\nYes,1\nNo,0\n');

    expect([world.person(0), world.person(1)]).toMatchObject([
      { hasOptedOut: true, deal: { outcome: 'won' } },
      { hasOptedOut: false, deal: null },
    ]);
    expect(world.extraColumns.map(({ name }) => name)).toEqual(['do_not_email']);
  });

  it('reads semicolons, a byte order mark and quoted line breaks', () => {
    const world = worldOf('\uFEFFEmail;Note\na@a.example;"two\nlines; one cell"\n');

    expect(world.person(0)).toMatchObject({ email: 'a@a.example', extra: { Note: 'two\nlines; one cell' } });
  });

  it('gives columns whose names would fall together names of their own', () => {
    expect(worldOf('A b,a-B,1st\nx,y,z\n').extraColumns.map(({ name }) => name)).toEqual(['a_b', 'a_b_2', 'c_1st']);
  });

  it.each([
    ['a row that is too long', 'a,b\n1,2\n1,2,3\n', /line 3, column \d+: expected as many cells as there are headers/],
    ['a quote that is not closed', 'a,b\n1,"2\n', /line 2, column \d+: expected a closing quote/],
    ['a quote within a cell', 'a,b\n1,x"y\n', /line 2, column 2: expected a cell that is quoted from its start/],
    [
      'visits that are no number',
      'Email,TotalVisits\na@a.example,3\nb@b.example,many\n',
      /line 3, column 2: expected a number$/,
    ],
    ['a purchase that is neither yes nor no', 'Converted\nmaybe\n', /line 2, column 1: expected 0 or 1, yes or no$/],
    ['a creation that is no date', 'Created\nyesterday-ish\n', /line 2, column 1: expected a date/],
    ['a header twice', 'a,a\n1,2\n', /line 1, column 2: expected a header that no other column has$/],
    ['an empty header', 'a,\n1,2\n', /line 1, column 2: expected a header$/],
    ['nothing at all', '', /line 1, column 1: expected a header row$/],
    ['bytes that are no UTF-8', Buffer.from([0x61, 0x0a, 0xff, 0xfe]), /expected UTF-8 text$/],
  ])('refuses %s, naming the place and no value', (_what, text, message) => {
    expect(() => worldOf(text)).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringMatching(message) }),
    );
  });

  it('refuses a file that is not there', () => {
    const file = path.join(folder, 'nowhere.csv');

    expect(() => csvWorld(file, { seed: 1, now })).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
  });
});

describe.skipIf(!existsSync(X_EDUCATION))('the X Education file', () => {
  it('becomes 9,240 people, as many of them won as the file says', () => {
    const world = csvWorld(X_EDUCATION, { seed: 1, now });
    const people = Array.from({ length: world.size }, (_, n) => world.person(n));

    expect(world.size).toBe(9_240);
    expect(people.filter(({ deal }) => deal?.outcome === 'won')).toHaveLength(3_561);
    expect(people.filter(({ hasOptedOut }) => hasOptedOut)).toHaveLength(734);
    expect(people.filter(({ activities }) => activities.at(-1)?.type === 'email_bounce')).toHaveLength(326);
    expect(world.extraColumns.find(({ name }) => name === 'total_time_spent_on_website')?.type).toBe('number');
  });
});
