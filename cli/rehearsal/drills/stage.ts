import { DrillNames, DrillRegion } from './drill-region';
import { SystemDescription } from '../../system/system-description';
import { MachineLag } from '../lag/machine-lag';
import { Denials } from '../regions/permissions';
import { RunningRegion } from '../regions/running-region';
import { Section } from '../telling/transcript';
import { History } from '../workload/history';
import { Operation, Outcome, Workload } from '../workload/workload';

/** The stage that a drill finds. Its regions are local ones unless it says otherwise. */
export interface Stage<R extends DrillRegion = RunningRegion> {
  readonly system: SystemDescription;
  /** Primary region first. */
  readonly regions: readonly R[];
  /** Route 53, or what stands in for it; without a domain there is nothing to stand in for, and customers stay with their region. */
  readonly route53?: DrillNames;
  readonly workload?: Workload;
  /** The history of what was sent, what happened and what was seen, so far. */
  readonly history: History;
  /** Takes what this drill has to tell. */
  readonly section: Section;
  /** Seconds that data takes from one region to another, at least. */
  readonly replicationLag: number;
  /** By how much times are shorter than on AWS. */
  readonly timeScale: number;
  /** The lag of this machine, by which limits of time are longer. */
  readonly lag: MachineLag;
  /** Takes what was denied because a drill took permissions away. */
  readonly expectedDenials: Denials[];
  /** A number from 0 to below 1, by the seed. */
  readonly random: () => number;
  /** The regions that this drill takes away from their customers at some time, on which no other fault may rely. */
  readonly away?: ReadonlySet<string>;
  /** Sends an operation of the workload to a region, whatever the name leads to, and notes it in the history. */
  readonly sendTo?: (region: string, operation: Operation, customer: string) => Promise<Outcome>;
  /** Part of all names that this run makes up. */
  readonly runId: string;
  readonly signal: AbortSignal;
}
