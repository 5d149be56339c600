import { setTimeout as sleep } from 'timers/promises';
import { boundedWorkload } from './customers';
import { DeployedRegion } from './deployed-region';
import { findNames, Led } from './names';
import { plansFor, PlansProps } from './plans';
import { Restorations } from './restorations';
import { StopCondition } from './stop-condition';
import { survey } from './survey';
import { Target } from './target';
import { DrillSeries } from '../rehearsal/drill-series';
import { DrillRegion } from '../rehearsal/drills/drill-region';
import { PlannedStage } from '../rehearsal/drills/nemesis';
import { CHILD_PROBE, TIMER_PROBE } from '../rehearsal/lag/lag-probes';
import { MachineLag } from '../rehearsal/lag/machine-lag';
import { Sampler } from '../rehearsal/live/sampler';
import { makeReport } from '../rehearsal/report/make-report';
import { Report } from '../rehearsal/report/report';
import { Run } from '../rehearsal/telling/command';
import { runSteps } from '../rehearsal/telling/steps';
import { History } from '../rehearsal/workload/history';
import { randomsOf } from '../rehearsal/workload/random';
import { Execution, Workload } from '../rehearsal/workload/workload';
import { SystemDescription } from '../system/system-description';

/** Seconds that data may be on its way from one region to another, which nobody can ask on AWS. */
const REPLICATION_SECONDS = 1;
const WATCH_MS = 1000;

export interface GameDayProps extends Pick<PlansProps, 'evacuates' | 'hit' | 'experiments' | 'holdMs'> {
  readonly target: Target;
  readonly regions: (history: History, restorations: Restorations, signal: AbortSignal) => Promise<readonly DeployedRegion[]>;
  readonly workload: Workload;
  /** Operations a second of all customers together. */
  readonly rate?: number;
  /** By how much times are shorter than on AWS, which they are in local regions. */
  readonly timeScale: number;
  /** The share of requests that may fail for longer than the failover time. */
  readonly abortAfter: number;
  readonly seed: number;
  /** The command that repeats it. */
  readonly command: string;
  readonly inFull: boolean;
}

/** Drills on a system that is deployed: the course, the customers and the checkers of a rehearsal, and nothing that cannot be taken back. */
export class GameDay {
  /** The changes to the system, until they are taken back. */
  public readonly restorations = new Restorations();

  private readonly history = new History();
  private readonly stopping = new AbortController();
  private readonly signal: AbortSignal;
  private readonly lag = new MachineLag();
  private series?: DrillSeries<DrillRegion>;
  private executions: readonly Execution[] = [];

  constructor(private readonly props: GameDayProps, private readonly running: Run) {
    this.signal = AbortSignal.any([running.signal, this.stopping.signal]);
  }

  /** Runs all drills. However they end, all is restored then; throws if it is not. */
  public async run(): Promise<void> {
    const { signal, stopping, running: { transcript } } = this;
    try {
      await this.runDrills();
    } catch (error) {
      if (!stopping.signal.aborted || this.running.signal.aborted) throw error;
      transcript.section('Stop condition').failure('customers are served again within the failover time', `${stopping.signal.reason}: the drill was stopped`);
    } finally {
      await this.restorations.restoreAll();
      if (!signal.aborted) stopping.abort();
    }
  }

  public report(): Report {
    const { props: { target: { system: { name }, description }, command, seed }, history, executions, running: { transcript } } = this;
    return makeReport({
      kind: 'game day',
      app: name,
      command,
      system: description,
      seed,
      transcript,
      history,
      drills: this.series?.reports ?? [],
      executions,
      emulation: { types: [], scaled: [] },
    });
  }

  private async runDrills(): Promise<void> {
    const { history, lag, signal, restorations, props, running: { transcript } } = this;
    const { target, timeScale, workload, inFull } = props;
    lag.watch([TIMER_PROBE, CHILD_PROBE], signal);
    const regions = await props.regions(history, restorations, signal);
    const addresses = new Map(regions.map(({ name, address }) => [name, address]));
    const led = await findNames({ target, addresses, timeScale, signal });
    new Sampler({ regions: regions.map(({ name }) => ({ name })), history, route53: led.names, signal }).start();
    const { system, notTold } = await survey(target.description, regions);
    const section = transcript.section('What is not told');
    notTold.forEach(line => section.note(line));
    this.series = this.planDrills(system, regions, led);
    const undo = await workload.setUp?.({ regions });
    try {
      void this.watch(led.names.failoverMs);
      await runSteps(this.series.steps, { stop: async () => {}, signal, inFull });
      lag.tell(transcript.section('This machine, all the while'), 0);
      if (system.workflows.length > 0) this.executions = (await Promise.all(regions.map(async region => region.executions()))).flat();
    } finally {
      await undo?.();
    }
  }

  private planDrills(system: SystemDescription, regions: readonly DeployedRegion[], { names, near }: Led): DrillSeries<DrillRegion> {
    const { history, lag, signal, restorations, props, props: { timeScale, seed, workload, rate }, running: { transcript } } = this;
    const customers = boundedWorkload(workload, near.length, rate);
    const runId = Date.now().toString(36);
    const stage: PlannedStage<DrillRegion> = {
      system,
      regions,
      route53: names,
      workload: customers,
      history,
      replicationLag: REPLICATION_SECONDS,
      timeScale,
      lag,
      expectedDenials: [],
      signal,
      random: randomsOf(seed).next().value,
      runId,
    };
    const plans = plansFor(stage, { ...props, near, restorations, runId });
    return new DrillSeries({ stage, plans, customers, near, transcript, seed });
  }

  /** Stops everything when customers have suffered enough. */
  private async watch(longestMs: number): Promise<void> {
    const { history, signal, stopping, props: { abortAfter: share } } = this;
    const condition = new StopCondition({ share, longestMs });
    while (!signal.aborted) {
      const reason = condition.look(history.now(), history.sent);
      if (reason !== undefined) stopping.abort(reason);
      await sleep(WATCH_MS, undefined, { signal }).catch(() => {});
    }
  }
}
