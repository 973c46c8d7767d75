import type { Act, Interruption, RunStep, Step, Story, Trouble } from './story.ts';
import type { Violation } from './violation.ts';

/** Tells a story in plain words, with what it broke and how to see it again. */
export function tell(story: Story, violations: readonly Violation[]): string {
  const { seed, people, crms, hotFrom, workers, largestPage, hasEvents, searchLagSeconds, skewSeconds, steps } = story;
  const setting = [
    `${people} people in ${crms.join(' and ')}`,
    `hot from ${hotFrom}`,
    ...(workers > 1 ? [`${workers} workers`] : []),
    ...(largestPage < 200 ? [`pages of ${largestPage}`] : []),
    ...(hasEvents && crms.includes('hubspot') ? ['with events'] : []),
    ...(searchLagSeconds > 0 ? [`search ${searchLagSeconds} s behind`] : []),
    ...(story.asks ? ['plans that ask'] : []),
    ...(story.isMessy ? ['answers in a mess'] : []),
    ...(story.hasDailyShare ? ['few calls a day'] : []),
    ...(skewSeconds !== 0 ? [`our clock off by ${skewSeconds} s`] : []),
  ];
  return [
    `Seed ${seed}: ${setting.join(', ')}.`,
    ...steps.map((step, index) => `${String(index + 1).padStart(3)}. ${sentence(step)}`),
    `     Then everything settles, and:`,
    ...violations.map(({ invariant, message }) => `  ✗  ${invariant}: ${message}`),
    `     npm run test:simulate -- --seed ${seed}`,
  ].join('\n');
}

function sentence(step: Step): string {
  switch (step.do) {
    case 'pass':
      return `${duration(step.minutes)} pass.`;
    case 'publish':
      return `A model is published: hot from ${step.hotFrom} points.`;
    case 'act':
      return `${action(step.it)}.`;
    case 'discard':
      return `The plan of ${step.crm} that waits is discarded.`;
    case 'link':
      return `The CRMs are linked, ${step.first} first, tasks in ${step.tasksIn}.`;
    case 'unlink':
      return 'The CRMs are linked no more.';
    case 'split':
      return `Somebody says that person ${step.person} in hubspot is not person ${step.other} in salesforce.`;
    case 'join':
      return `Somebody says that person ${step.person} in hubspot is person ${step.other} in salesforce.`;
    case 'run':
      return `${run(step)}.`;
  }
}

function run(step: RunStep): string {
  const { crm, troubles, interruptions, repeats } = step;
  const besides = [
    ...troubles.map(trouble),
    ...interruptions.map(interruption),
    ...(repeats ? ['jobs come twice'] : []),
  ];
  return `${work(step)} of ${crm}${besides.length === 0 ? '' : `; ${besides.join('; ')}`}`;
}

function work({ job, back }: RunStep): string {
  if (job === 'undo') return `An undo of ${back === 0 ? 'the latest run' : `the run ${back} before the latest`}`;
  return job === 'approve' ? 'The approval of the plan that waits' : `A ${job}`;
}

function action(act: Act): string {
  const who = 'person' in act ? `person ${act.person}` : `people ${act.people.join(', ')}`;
  const where = ` in ${act.crm}`;
  switch (act.act) {
    case 'engage': {
      const when =
        act.minutesAgo === 0 ? '' : `, ${duration(Math.abs(act.minutesAgo))} ${act.minutesAgo > 0 ? 'ago' : 'ahead'}`;
      return `${who} shows a ${act.type}${when}${where}`;
    }
    case 'edit title':
      return `somebody sets the title of ${who} to ${act.title}${where}`;
    case 'edit score':
      return `somebody sets our field ${act.field} of ${who} to ${act.value}${where}`;
    case 'set stage':
      return `somebody moves ${who} to ${act.stage}${where}`;
    case 'merge':
      return `${who} and person ${act.other} are merged${where}`;
    case 'convert':
      return `${who} is converted${where}`;
    case 'delete':
      return `${who} is deleted${where}`;
    case 'complete tasks':
      return `a rep ticks off the tasks of ${who}${where}`;
  }
}

function trouble({ kind, on, from, times }: Trouble): string {
  return `${kind} on ${on} number ${from}${times === 1 ? '' : ` and the ${times - 1} after it`}`;
}

function interruption(it: Interruption): string {
  const place = `${it.at === 'any' ? 'step' : it.at} ${it.nth}`;
  if ('act' in it) return `at ${place} ${action(it.act)}`;
  return `killed ${it.crash} ${place}${it.losesQueue ? ', and the queue is lost' : ''}`;
}

function duration(minutes: number): string {
  if (minutes < 120) return `${minutes} minutes`;
  return minutes < 2_880 ? `${Math.round(minutes / 6) / 10} hours` : `${Math.round(minutes / 144) / 10} days`;
}
