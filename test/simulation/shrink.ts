import type { Crm } from '../../src/domain/crm.ts';
import type { Act, Interruption, RunStep, Step, Story, Trouble } from './story.ts';

/**
 * The shortest story near this one that still breaks the same promise: steps are taken out, first many at once and then
 * one by one, and numbers made smaller, until nothing more can go.
 *
 * @param breaks - Plays a story and tells whether it breaks the promise.
 * @param mostPlays - Ends the search with the shortest one so far.
 */
export async function shrink(
  story: Story,
  breaks: (story: Story) => Promise<boolean>,
  mostPlays = 400,
): Promise<{ readonly story: Story; readonly plays: number }> {
  let [shortest, plays] = [story, 0];
  for (let isShorter = true; isShorter; ) {
    isShorter = false;
    for (const simpler of simplerThan(shortest)) {
      if (plays === mostPlays) return { story: shortest, plays };
      plays += 1;
      if (!(await breaks(simpler))) continue;
      shortest = simpler;
      isShorter = true;
      break;
    }
  }
  return { story: shortest, plays };
}

/** Stories that are a little simpler, the boldest first. */
function* simplerThan(story: Story): Generator<Story> {
  const { steps } = story;
  for (let size = Math.ceil(steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < steps.length; from += size) {
      yield { ...story, steps: steps.toSpliced(from, size) };
    }
  }
  for (const crm of story.crms.length > 1 ? story.crms : []) {
    yield { ...story, crms: [crm], steps: steps.filter((step) => concerns(step, crm)) };
  }
  for (const [index, step] of steps.entries()) {
    for (const simpler of simplerSteps(step)) yield { ...story, steps: steps.with(index, simpler) };
  }
  if (story.workers !== 1) yield { ...story, workers: 1 };
  if (story.skewSeconds !== 0) yield { ...story, skewSeconds: 0 };
  if (story.searchLagSeconds !== 0) yield { ...story, searchLagSeconds: 0 };
  for (const trait of ['asks', 'isMessy', 'hasDailyShare', 'hasEvents'] as const) {
    if (story[trait]) yield { ...story, [trait]: false };
  }
  if (story.largestPage !== 200) yield { ...story, largestPage: 200 };
  for (const people of smaller(story.people, 2)) yield { ...story, people };
}

function concerns(step: Step, crm: Crm): boolean {
  if (step.do === 'run' || step.do === 'discard') return step.crm === crm;
  if (step.do === 'act') return step.it.crm === crm;
  return step.do === 'pass' || step.do === 'publish';
}

function* simplerSteps(step: Step): Generator<Step> {
  if (step.do === 'pass') for (const minutes of smaller(step.minutes, 1)) yield { ...step, minutes };
  if (step.do === 'act') for (const it of simplerActs(step.it)) yield { ...step, it };
  if (step.do === 'run') yield* simplerRuns(step);
}

function* simplerRuns(run: RunStep): Generator<RunStep> {
  const { troubles, interruptions } = run;
  if (run.repeats) yield { ...run, repeats: false };
  for (const back of smaller(run.back, 0)) yield { ...run, back };
  for (const [index, trouble] of troubles.entries()) {
    yield { ...run, troubles: troubles.toSpliced(index, 1) };
    for (const simpler of simplerTroubles(trouble)) yield { ...run, troubles: troubles.with(index, simpler) };
  }
  for (const [index, interruption] of interruptions.entries()) {
    yield { ...run, interruptions: interruptions.toSpliced(index, 1) };
    for (const simpler of simplerInterruptions(interruption)) {
      yield { ...run, interruptions: interruptions.with(index, simpler) };
    }
  }
}

function* simplerTroubles(trouble: Trouble): Generator<Trouble> {
  for (const times of smaller(trouble.times, 1)) yield { ...trouble, times };
  for (const from of smaller(trouble.from, 1)) yield { ...trouble, from };
}

function* simplerInterruptions(interruption: Interruption): Generator<Interruption> {
  for (const nth of smaller(interruption.nth, 1)) yield { ...interruption, nth };
  if ('act' in interruption) for (const act of simplerActs(interruption.act)) yield { ...interruption, act };
  else if (interruption.losesQueue) yield { ...interruption, losesQueue: false };
}

function* simplerActs(act: Act): Generator<Act> {
  if (act.act === 'engage' && act.minutesAgo !== 0) yield { ...act, minutesAgo: 0 };
  if (act.act === 'edit title' && act.people.length > 1) {
    for (const person of act.people) yield { ...act, people: [person] };
  }
}

/** The least, half of the way to it, and one less. */
function smaller(value: number, least: number): readonly number[] {
  const choices = [least, Math.floor((value + least) / 2), value - 1];
  return [...new Set(choices)].filter((choice) => choice >= least && choice < value);
}
