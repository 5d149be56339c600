import { CheckReport, DrillReport } from '../report/report';
import { Checker, Fault, Operation, Run, Sent } from '../workload/workload';

/** Somebody near a region who does what the workload says. */
export interface CustomerLike {
  /**
   * Returns whether the last few requests went well and were led to where it is wanted, and none is on its way to elsewhere.
   *
   * @param since milliseconds of the history
   */
  isServedBy(wanted: (region: string) => boolean, since: number): boolean;
}

/** The customers near all regions, as a drill needs them. All that they send is in the history. */
export interface LoadLike {
  /** Aborted when the workload is of no use, with what is wrong as its reason. */
  readonly failed: AbortSignal;
  /** Begins; throws if the name leads nowhere. */
  start(): void;
  /** Begins no new operations, and sends writes without a good answer again until each has one or was tried often enough. */
  stop(): Promise<void>;
  customersNear(region: string): readonly CustomerLike[];
  /** Sends one operation to a region, whatever the name leads to, and notes it in the history. */
  sendTo(region: string, operation: Operation, customer: string): Promise<Sent>;
}

/** The acknowledged writes that are read back, and the regions to read from. */
export interface ReadBack {
  readonly regions: readonly string[];
  /** Milliseconds of the history: writes that were first sent earlier are left out. */
  readonly since: number;
  /** Indicates whether what is not there yet is read again for a while. */
  readonly waits: boolean;
}

/** A drill, as far as it is to be measured. */
export interface Drilled<Read> {
  readonly at: number;
  readonly until: number;
  readonly faults: readonly Fault[];
  readonly run: Run;
  /** The reads in the end; nothing if the workload cannot read back. */
  readonly reads?: readonly Read[];
  /** The reads from the other regions while those that were hit had stopped; nothing if none had. */
  readonly readsWhileAway?: readonly Read[];
}

/** The measures of a drill. */
export type Measures = Pick<DrillReport, 'recoveryTimeMs' | 'recoveryPoint' | 'requests' | 'failed' | 'doubled' | 'explained' | 'lost'>;

/** The tools with which a drill is run, besides its stage. `Read` is what is known of a write that was read back in a region. */
export interface DrillTools<Read> {
  readonly load: LoadLike;
  /** Reads back what acknowledged writes left. Returns nothing if the workload cannot. */
  readonly readBack: (wanted: ReadBack) => Promise<readonly Read[] | undefined>;
  /** Returns the checkers of what must hold in the end. */
  readonly checkers: (reads: readonly Read[] | undefined) => readonly Checker[];
  /** The checkers of what must hold if this machine is in time: otherwise regions that are well look lost to their peers. */
  readonly timedCheckers: readonly Checker[];
  readonly judge: (checker: Checker, run: Run) => Promise<CheckReport>;
  readonly measure: (drilled: Drilled<Read>) => Measures;
}
