import { DrillRegion } from './drill-region';
import { Stage } from './stage';
import { RunningRegion } from '../regions/running-region';

/** The stage as it is known before a drill begins. */
export type PlannedStage<R extends DrillRegion = RunningRegion> = Omit<Stage<R>, 'section'>;

/** Something that goes wrong in regions, and what takes it back. */
export interface Nemesis<R extends DrillRegion = RunningRegion> {
  /** The name on the command line. */
  readonly name: string;
  /** The description, for `--help` and the report: `all processes of a region stop where they are`. */
  readonly summary: string;
  /** Indicates whether customers of the regions that it hits are led elsewhere meanwhile. */
  readonly leaves: boolean;
  /** Returns whether requests that are sent to those regions may fail meanwhile. */
  readonly mayFail: (stage: Stage<R>) => boolean;
  /** Indicates whether peers may meanwhile take over workflows that those regions have in their hands. */
  readonly mayDouble: boolean;
  /**
   * The dead letters that are sent again when it is over, as an operator does: those of the regions that it hits, or of all.
   *
   * @default - nobody's
   */
  readonly redrives?: 'hit' | 'all';
  /** Says why it cannot be tried on a system; nothing if it can. */
  readonly lacks?: (stage: PlannedStage<R>) => string | undefined;
  /** The regions that it hits, of those that it may choose from by the seed. */
  readonly targets: (stage: PlannedStage<R>, random: () => number) => readonly string[];
  /** Does it. Returns what takes it back, which is called however the drill ends, once. If it throws, it has taken back what it had done: see `withUndo`. */
  readonly inject: (stage: Stage<R>, targets: readonly string[]) => Promise<() => Promise<void>>;
  /** Checks what must hold while it lasts, besides that customers are served. */
  readonly whileThere?: (stage: Stage<R>, targets: readonly string[]) => Promise<void>;
  /** Checks what must hold when it is over and all is quiet. */
  readonly afterwards?: (stage: Stage<R>, targets: readonly string[]) => Promise<void>;
}

/** The faults of one drill, and when they come. */
export interface DrillPlan<R extends DrillRegion = RunningRegion> {
  /** The name on the command line: names of nemeses, joined by plus signs if they are there at the same time. */
  readonly name: string;
  readonly faults: readonly PlannedFault<R>[];
}

export interface PlannedFault<R extends DrillRegion = RunningRegion> {
  readonly nemesis: Nemesis<R>;
  readonly targets: readonly string[];
  /** Milliseconds of steady load before it comes, from the beginning of the drill. */
  readonly afterMs: number;
  /** The least time that it lasts: longer, until customers are served elsewhere if it makes them leave. */
  readonly forMs: number;
}
