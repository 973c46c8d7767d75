import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse';
import { describe, expect, it } from 'vitest';
import { parse as parseYaml } from 'yaml';
import { readModelFile } from '../../src/models.ts';
import { checkModel } from '../../src/scoring/check-model.ts';
import { modelJsonSchema } from '../../src/scoring/model-json-schema.ts';
import { createScorer } from '../../src/scoring/scorer.ts';
import { isValid } from '../support/json-schema.ts';
import { aLead, daysAgo, did, NOW } from '../support/scoring-builders.ts';

const FOLDER = path.join(import.meta.dirname, '..', '..', 'config', 'models');
const SCHEMA = JSON.parse(readFileSync(path.join(FOLDER, 'model.schema.json'), 'utf8')) as Record<string, unknown>;
const EDUCATION = '/work/shared/data/x-education/leads.csv';
const templates = readdirSync(FOLDER).filter((file) => file.endsWith('.yaml'));
const template = (name: string) => readModelFile(path.join(FOLDER, `${name}.yaml`));
const points = (name: string, attributes: Record<string, string | number>, ...engagements: ReturnType<typeof did>[]) =>
  createScorer(template(name)).score({ lead: aLead({ createdAt: daysAgo(1), attributes }), engagements, asOf: NOW })
    .score;
const page = (type: string, name: string) => did(type, NOW, { properties: { page: name } });

describe.each(templates)('the template %s', (file) => {
  it('is a valid model of its own name', () => {
    expect(`${template(path.basename(file, '.yaml')).name}.yaml`).toBe(file);
  });

  it('names the schema on its first line and then says for whom and why', () => {
    const [first, ...rest] = readFileSync(path.join(FOLDER, file), 'utf8').split('\n');

    expect(first).toBe('# yaml-language-server: $schema=./model.schema.json');
    expect(rest.join('\n')).toMatch(/^# For whom: [\s\S]+\n# Why these points: /);
  });

  it('is complete for an editor that checks it by the schema', () => {
    expect(isValid(parseYaml(readFileSync(path.join(FOLDER, file), 'utf8')), SCHEMA)).toBe(true);
  });

  it('has no dead rule, no cap that always bites and no rules that cancel out', () => {
    const kinds = checkModel(template(path.basename(file, '.yaml'))).map(({ kind }) => kind);

    expect(kinds.filter((kind) => kind !== 'unreachable band')).toEqual([]);
  });

  it('takes something off for whoever wants no e-mail any more', () => {
    const unsubscribed = template(path.basename(file, '.yaml')).rules.filter(({ id }) => id === 'unsubscribe');

    expect(unsubscribed).toHaveLength(file === 'journey.yaml' ? 0 : 1);
  });

  it('gives an open no points and says why, unless the campaign itself is scored', () => {
    const rules = template(path.basename(file, '.yaml')).rules.filter(
      (rule) => 'on' in rule && rule.on.type === 'email_open',
    );

    expect(rules.map((rule) => 'points' in rule && rule.points)).toEqual(
      rules.map(() => (file === 'email-campaign.yaml' ? 10 : 0)),
    );
    const isPart = ['negative.yaml', 'journey.yaml'].includes(file);
    const reason = file === 'email-campaign.yaml' ? /does an open earn points/ : /Opens earn 0/;
    if (!isPart) expect(readFileSync(path.join(FOLDER, file), 'utf8')).toMatch(reason);
  });
});

describe('the templates', () => {
  it('stand beside a schema that is current', () => {
    expect(SCHEMA).toEqual(modelJsonSchema());
  });

  it.each<[string, string, string]>([
    ['a key', 'halfLifeDays: 30', 'halflifeDays: 30'],
    ['a type of engagement', 'type: demo_request', 'type: demo_reqest'],
    ['a comparison', 'contains: marketing director', 'contain: marketing director'],
    ['a second comparison', 'equals: cmo', 'equals: cmo, exists: true'],
    ['a missing comparison', 'attribute: jobTitle, equals: cmo', 'attribute: jobTitle'],
    ['a wrong type', 'points: 40', 'points: forty'],
    ['a length of time of 0 days', 'perDays: 7', 'perDays: 0'],
    [
      'an empty list',
      'bands: [{ name: hot, from: 80 }, { name: warm, from: 50 }, { name: cold, from: 0 }]',
      'bands: []',
    ],
    ['blank text', 'name: b2b-default', 'name: " "'],
    ['a name that is a number', '  fit: { min', '  1: { min'],
    ['a missing key', 'version: 1\n', ''],
  ])('have a schema by which an editor finds %s', (_what, right, wrong) => {
    const text = readFileSync(path.join(FOLDER, 'b2b-default.yaml'), 'utf8');

    expect(text).toContain(right);
    expect(isValid(parseYaml(text.replace(right, wrong)), SCHEMA)).toBe(false);
  });

  it.each<[string, Record<string, string | number>, ReturnType<typeof did>[], number]>([
    ['b2b-default', { jobTitle: 'Marketing Director' }, [], 20],
    ['b2b-default', { 'company.industry': 'Computer Software' }, [], 15],
    ['b2b-default', { 'company.industry': 'COMPUTER_SOFTWARE' }, [], 15],
    ['b2b-default', { 'company.industry': 'technology' }, [], 15],
    ['b2b-default', { 'company.employees': '500' }, [], 10],
    ['b2b-default', {}, [page('content_download', '/resources/case-study')], 30],
    ['b2b-default', {}, [did('webinar_attendance', NOW)], 25],
    ['b2b-default', {}, [did('demo_request', NOW)], 40],
    ['b2b-default', { jobTitle: 'Student', 'company.industry': 'software', 'company.employees': 600 }, [], 10],
    ['saas', {}, [did('webinar_registration', NOW)], 15],
    ['saas', {}, [page('page_view', '/pricing')], 10],
    ['ecommerce', {}, [did('cart_add', NOW)], 8],
    ['ecommerce', {}, [did('cart_add', NOW), did('cart_abandonment', NOW)], 3],
    ['b2b-services', {}, [page('content_download', '/resources/brochure')], 12],
    ['b2b-services', {}, [did('demo_request', NOW)], 20],
    ['website', {}, [page('page_view', '/')], 5],
    ['website', {}, [page('page_view', '/product')], 10],
    ['website', {}, [page('content_download', '/resources/guide')], 25],
    ['website', {}, [page('form_submission', '/contact')], 50],
    ['email-campaign', {}, [did('email_open', NOW)], 10],
    ['email-campaign', {}, [did('email_open', NOW), page('email_click', '/product')], 30],
    ['email-campaign', {}, [page('form_submission', '/demo')], 50],
    ['b2b-default', {}, [did('demo_request', NOW), did('email_unsubscribe', NOW)], 30],
    ['b2b-default', {}, [did('demo_request', NOW), did('email_bounce', NOW)], 35],
    ['b2b-default', {}, [did('demo_request', NOW), did('spam_report', NOW)], 20],
    ['b2b-default', { jobTitle: 'Working student' }, [did('demo_request', NOW)], 25],
    ['b2b-default', {}, [did('demo_request', daysAgo(1)), did('email_open', NOW)], 39],
    ['saas', {}, [did('trial_start', NOW)], 40],
    ['saas', {}, [page('page_view', '/integrations/slack')], 8],
    ['ecommerce', {}, [did('search', NOW)], 3],
    ['ecommerce', {}, [did('purchase', NOW)], 25],
  ])('%s gives %j its points', (name, attributes, engagements, expected) => {
    expect(points(name, attributes, ...engagements)).toBe(expected);
  });

  it('take 5 points off for 90 days without an answer to e-mail (T62)', () => {
    const rules = { lead: aLead({ createdAt: daysAgo(90) }), asOf: NOW };
    const visit = did('demo_request', NOW);
    const scored = (days: number) =>
      createScorer(template('b2b-default')).score({
        ...rules,
        engagements: [visit, did('email_click', daysAgo(days))],
      });

    expect(scored(90).dimensions.engagement! - scored(89.99).dimensions.engagement!).toBeLessThan(-490);
    expect(scored(90).ledger).toContainEqual(expect.objectContaining({ rule: 'no-answer-90-days', cp: -500 }));
    expect(scored(89.99).ledger).not.toContainEqual(expect.objectContaining({ rule: 'no-answer-90-days' }));
  });

  it.each([
    ['b2b-default', ['hot 80', 'warm 50', 'cold 0']],
    ['bands-70-40', ['very-engaged 70', 'engaged 40', 'little-engaged 0']],
  ])('%s has the bands %j', (name, bands) => {
    expect(template(name).bands.map((band) => `${band.name} ${band.from}`)).toEqual(bands);
  });

  it('reward the pricing page after a case study beyond both', () => {
    const study = did('content_download', daysAgo(1), { properties: { page: '/resources/case-study' } });
    const pricing = page('page_view', '/pricing');

    expect(points('b2b-default', {}, study, pricing)).toBeGreaterThan(
      points('b2b-default', {}, study) + points('b2b-default', {}, pricing),
    );
  });

  it('follow up whoever opened an e-mail and did not click', () => {
    const lead = aLead({ createdAt: daysAgo(1) });
    const opened = { lead, engagements: [did('email_open', NOW)], asOf: NOW };

    expect(createScorer(template('email-campaign')).score(opened).band).toBe('opened-did-not-click');
  });
});

describe('the education template', () => {
  it.skipIf(!existsSync(EDUCATION))('makes 5 to 25 in 100 real leads hot, who enrol far more often', async () => {
    const scorer = createScorer(template('education'));
    const bands: Record<string, { leads: number; enrolled: number }> = {};
    let all = { leads: 0, enrolled: 0 };
    for await (const row of createReadStream(EDUCATION).pipe(parse({ columns: true })) as AsyncIterable<
      Record<string, string>
    >) {
      const attributes = {
        leadOrigin: row['Lead Origin']!,
        source: row['Lead Source']!,
        whatIsYourCurrentOccupation: row['What is your current occupation']!,
        totalTimeSpentOnWebsite: row['Total Time Spent on Website']!,
        doNotEmail: row['Do Not Email']!,
      };
      const { band } = scorer.score({ lead: aLead({ attributes }), engagements: [], asOf: NOW });
      const { leads, enrolled } = bands[band] ?? { leads: 0, enrolled: 0 };
      const won = Number(row.Converted);
      bands[band] = { leads: leads + 1, enrolled: enrolled + won };
      all = { leads: all.leads + 1, enrolled: all.enrolled + won };
    }
    const rate = (band: string) => bands[band]!.enrolled / bands[band]!.leads;

    expect(bands.hot!.leads / all.leads).toBeGreaterThan(0.05);
    expect(bands.hot!.leads / all.leads).toBeLessThan(0.25);
    expect(rate('hot')).toBeGreaterThan(2 * (all.enrolled / all.leads));
    expect(rate('warm')).toBeGreaterThan(2 * rate('cold'));
  });
});
