import { LONGEST_CATCH_UP, MINUTE, Scenario } from './scenario';
import { Story, Variant, Workflow } from './workflow';
import { World } from './world';
import { LEDGER_TIMING, turnDistance, silenceAfter } from '../../../src/replicated-workflow/ledger-timing';

/** What came of one run of the model. */
export interface Outcome {
  readonly calm: boolean;
  readonly broken: readonly string[];
  readonly events: number;
  readonly runs: number;
  readonly takeovers: number;
  readonly duplicates: number;
  /** How long the last event took to its end after the last failure. */
  readonly patience: number;
  readonly bound: number;
}

/**
 * How long, after the last failure, until an event that a surviving region has seen has been run to its end: every region's turn comes twice, once
 * while it is still catching up, and again for what its sweeper did not get done; claims that led to nothing are given back; then the workflow itself.
 */
export function bound({ regions, takeoverAfter, publications, sweepLimit }: Scenario): number {
  const more = Math.ceil(Math.max(0, publications.length - 4) / (2 * sweepLimit));
  const cycles = Array.from({ length: 2 + more }, (_, cycle) => regions * turnDistance(takeoverAfter, LEDGER_TIMING, Math.min(cycle, 3)));
  const longest = Math.max(...publications.map(({ duration }) => duration));
  return cycles.reduce((sum, one) => sum + one) + 4 * takeoverAfter + silenceAfter(LEDGER_TIMING) + 5 * MINUTE + longest;
}

/** Lets a scenario happen and compares what came of it with the promise. */
export async function play(scenario: Scenario, variant?: Variant): Promise<Outcome> {
  const world = new World(scenario);
  const workflow = new Workflow(world, variant);
  const patience = bound(scenario);
  await world.run(patience, () => workflow.isDone());

  const { stories, takeovers } = workflow;
  const broken = stories.flatMap(story => breaches(story, world, workflow));
  for (const region of world.regions.filter(({ survives }) => survives)) {
    const open = region.openEntries().length;
    if (open > 0) broken.push(`${region.name} has ${open} open entries left`);
  }
  const runs = stories.flatMap(story => story.runs);
  return {
    calm: scenario.calm,
    broken,
    events: stories.length,
    runs: runs.length,
    takeovers,
    duplicates: stories.reduce((sum, story) => sum + Math.max(0, story.runs.length - 1), 0),
    patience: Math.max(0, ...runs.map(({ endedAt }) => endedAt ?? 0)) - world.calmFrom,
    bound: patience,
  };
}

function breaches(story: Story, world: World, workflow: Workflow): string[] {
  const { name, publication, runs, seenBy, inputs } = story;
  const broken: string[] = [];
  const seen = [...seenBy].some(({ survives }) => survives);
  if (seen && !runs.some(({ endedAt }) => endedAt !== undefined)) broken.push(`${name} was never run to its end`);
  const unaware = unawareOrigins(story);
  if (world.scenario.calm && (runs.length < 1 || runs.length > 1 + unaware.length)) {
    broken.push(`${name} was run ${runs.length} times (${runs.map(({ region }) => region)}) though no region failed, and only ${unaware.length} could not see another's entry`);
  }
  const failed = failedHolders(story, world, workflow);
  // an event from the future, and late in a region that failed, counts from another moment there
  if (publication.shift <= 0 && runs.length > 1 + failed.length + unaware.length) {
    broken.push(`${name} was run ${runs.length} times (${runs.map(({ region }) => region)}), and only ${failed.length} failed (${failed})`);
  }
  if (runs.some(run => !inputs.has(run.input))) broken.push(`${name} was run with another input`);
  return broken;
}

/**
 * The regions in which a key was published and claimed before the claim of another such region could be seen there. Of two regions that claim it at the same moment, one more runs it than should.
 */
function unawareOrigins({ runs, publishedIn }: Story): string[] {
  const ownRuns = runs.filter(run => [...publishedIn.keys()].some(region => region.name === run.region)).sort((a, b) => a.decidedAt - b.decidedAt);
  return ownRuns.slice(1).filter(run => run.decidedAt - ownRuns[0].decidedAt < LEDGER_TIMING.margin).map(({ region }) => region);
}

/**
 * The regions that failed while they held an event: between their decision to start it and the moment all others knew of its end. The origin holds it
 * from the beginning: if it is away while the event waits in its queue, a peer may have taken over when it goes on.
 */
function failedHolders({ runs, publishedIn }: Story, world: World, workflow: Workflow): string[] {
  const last = Math.max(...runs.map(({ startedAt }) => startedAt));
  return runs.map(run => ({ run, region: world.regions.find(({ name }) => name === run.region)! }))
    .filter(({ run, region }) => {
      const published = publishedIn.get(region);
      // of a key that others published before, a region that has just returned knows nothing until its replica has caught up
      // one that took over before it published the key itself holds it from then on
      const since = Math.min(run.decidedAt, published === undefined ? Infinity : published - (publishedIn.size > 1 ? LONGEST_CATCH_UP : 0));
      return region.isOutBetween(since, Math.min(workflow.endKnownAt(run) ?? Infinity, last));
    })
    .map(({ region }) => region.name);
}
