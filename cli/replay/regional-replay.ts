import { setTimeout as sleep } from 'timers/promises';
import { Archive, ArchiveAccess, hasEnded, ReplayProgress } from './archive-access';
import { relationOf, ReplayPlan, RunningReplay, rulesIn } from './replay-plan';
import { Answer, isProblem, settledWithin } from '../operate/answers';

const POLL_MS = 1000;

/** An archive, and the replays of it that run. */
export interface FoundArchive {
  readonly found: Archive;
  readonly running: readonly RunningReplay[];
}

/** The state of one region's archive before anything is replayed. */
export interface ArchiveView {
  readonly region: string;
  readonly archive: Answer<FoundArchive>;
}

/** The outcome of a replay in one region. */
export interface ReplayOutcome extends Partial<ReplayProgress> {
  readonly region: string;
  readonly name: string;
  /** Indicates whether this command began it; if not, and nothing went wrong, it was running already. */
  readonly isStarted: boolean;
  readonly problem?: string;
}

/** A replay in one region. */
export class RegionalReplay {
  private outcome: ReplayOutcome;

  constructor(private readonly archives: ArchiveAccess, region: string, name: string, private readonly seconds: number) {
    this.outcome = { region, name, isStarted: false };
  }

  /** Begins it, unless the same one runs already, which is followed then. Another one that gives the same events to the same rules is in the way. */
  public async start(plan: ReplayPlan, { found, running }: FoundArchive, description: string): Promise<void> {
    const { region, name } = this.outcome;
    const rules = rulesIn(region, plan);
    const related = running.map(replay => ({ replay, relation: relationOf(replay, plan.range, rules) }));
    const same = related.find(({ relation }) => relation === 'same');
    const other = related.find(({ relation }) => relation === 'overlapping');
    if (same) {
      this.outcome = { ...this.outcome, name: same.replay.name };
    } else if (other) {
      const { name: its, from, to } = other.replay;
      this.outcome = { ...this.outcome, problem: `${its} replays ${from.toISOString()} to ${to.toISOString()} there, some of the same events: wait until it has ended, or cancel it` };
    } else {
      const answer = await settledWithin(this.seconds, this.archives.start(name, found, plan.range, rules, description));
      this.outcome = isProblem(answer)
        ? { ...this.outcome, problem: answer.isSilent ? `${answer.problem}: whether ${name} has begun is not known` : answer.problem }
        : { ...this.outcome, isStarted: true };
    }
  }

  /** Asks how far it is, until it has ended, the time is up or somebody has enough. A region that does not answer for a moment is asked again. */
  public async follow(until: number, signal: AbortSignal): Promise<ReplayOutcome> {
    if (this.outcome.problem !== undefined) return this.outcome;
    for (;;) {
      const answer = await settledWithin(this.seconds, this.archives.progress(this.outcome.name));
      const { problem, ...before } = this.outcome;
      this.outcome = isProblem(answer) ? { ...before, problem: answer.problem } : { ...before, ...answer.value };
      const left = until - performance.now();
      if (hasEnded(this.outcome.state ?? '') || left <= 0 || signal.aborted) return this.outcome;
      await sleep(Math.min(POLL_MS, left), undefined, { signal }).catch(() => {});
    }
  }
}
