import { DrillRegion } from './drills/drill-region';
import { DrillTools } from './drills/drill-tools';
import { DrillPlan, PlannedStage } from './drills/nemesis';
import { runDrill, titleOf } from './drills/run-drill';
import { RunningRegion } from './regions/running-region';
import { DrillReport } from './report/report';
import { Step } from './telling/steps';
import { Transcript } from './telling/transcript';
import { defaultCheckers, timedCheckers } from './workload/checkers/default-checkers';
import { judge } from './workload/checkers/judge';
import { FinalRead, finalReads } from './workload/final-reads';
import { Load } from './workload/load';
import { measure } from './workload/measures';
import { Workload } from './workload/workload';

/** For how long an event may be on its way before a workflow is started by it, in milliseconds: queues, a function that has to be started, a machine that is busy. */
const EVENT_MS = 5000;

export interface DrillSeriesProps<R extends DrillRegion> {
  /** The stage that drills find. */
  readonly stage: PlannedStage<R>;
  readonly plans: readonly DrillPlan<R>[];
  /** The workload of the customers. */
  readonly customers: Workload;
  /**
   * The regions that customers are near to.
   *
   * @default - all
   */
  readonly near?: readonly string[];
  readonly transcript: Transcript;
  readonly seed: number;
}

/** Drills on a running system, one after the other, each with customers of its own. */
export class DrillSeries<R extends DrillRegion = RunningRegion> {
  /** The reports of the drills that have ended. */
  public readonly reports: DrillReport[] = [];
  /** The drill that runs, if one does. */
  public current?: string;

  constructor(private readonly props: DrillSeriesProps<R>) {}

  public get steps(): Step[] {
    return this.props.plans.map((plan, i) => ({ title: titleOf(plan), run: async () => this.run(plan, i) }));
  }

  /** Customers who go on until the signal is aborted, for whoever takes regions away by hand. */
  public keepCustomers(): void {
    this.load(this.props.plans.length).start();
  }

  private load(number: number): Load {
    const { customers, near, stage: { history, lag, signal, regions, route53, runId }, seed } = this.props;
    return new Load({
      workload: customers, regions, near, names: route53, history, seed: seed + number, clock: lag, signal, prefix: `${runId}-${number}`,
    });
  }

  private async run(plan: DrillPlan<R>, number: number): Promise<string | { of: string }> {
    const { customers, transcript, stage, stage: { history, lag, signal, regions, system, route53, replicationLag, workload } } = this.props;
    const section = transcript.section(titleOf(plan));
    const load = this.load(number);
    const common = { system, workload, since: history.now(), recoveryMs: route53?.failoverMs ?? 0, slackMs: EVENT_MS + replicationLag * 1000 };
    const tools: DrillTools<FinalRead> = {
      load,
      readBack: async ({ regions: names, since, waits }) => finalReads(
        customers, history, regions.filter(({ name }) => names.includes(name)), { signal, clock: lag, since, waits },
      ),
      checkers: reads => defaultCheckers({ ...common, reads }),
      timedCheckers: timedCheckers(common),
      judge,
      measure: ({ run, ...drilled }) => measure({
        ...drilled, history: run.history, executions: run.executions, workflows: system.workflows, slackMs: common.slackMs, samples: history.samples,
      }),
    };
    this.current = plan.name;
    const report = await runDrill(plan, { ...stage, workload: customers, section }, tools);
    this.current = undefined;
    load.mistakes.forEach(mistake => section.failure('the workload makes no mistakes', mistake));
    this.reports.push(report);
    const failed = section.failed;
    return failed > 0 ? `${failed} ${failed === 1 ? 'check' : 'checks'} failed` : { of: inWords(report, customers.readBack !== undefined) };
  }
}

/** Describes in a line how customers fared in a drill. */
function inWords({ recoveryTimeMs, requests, failed, lost, doubled, explained }: DrillReport, isReadBack: boolean): string {
  return [
    recoveryTimeMs === undefined ? 'customers were served all the while' : `customers were served again after ${(recoveryTimeMs / 1000).toFixed(1)} s`,
    `${failed} of ${requests} requests failed`,
    ...isReadBack ? [`${lost} acknowledged ${lost === 1 ? 'write' : 'writes'} lost`] : [],
    `${doubled} ${doubled === 1 ? 'workflow' : 'workflows'} ran twice${doubled > 0 ? ` (${explained} explained by the fault)` : ''}`,
  ].join('; ');
}
