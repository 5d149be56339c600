import { Vitals } from '../report/report';

/** The state of the regions at this moment. Times are milliseconds since the start of the rehearsal. */
export interface LiveState {
  readonly at: number;
  /** The primary region first. */
  readonly regions: readonly RegionState[];
  /** The nemeses that can be used on them, by their names on the command line. */
  readonly nemeses: readonly { readonly name: string; readonly summary: string }[];
  /** The drill that runs, if one does. */
  readonly drill?: string;
}

export interface RegionState {
  readonly name: string;
  /** The name that always leads to it. */
  readonly host: string;
  /** Indicates whether Route 53 leads customers to it. */
  readonly isHealthy: boolean;
  readonly isFrozen: boolean;
  readonly isEvacuated: boolean;
  readonly isPartitioned: boolean;
  /** The faults in it, by hand or by a drill. */
  readonly faults: readonly RegionFault[];
  /** Nothing if it does not answer. */
  readonly vitals?: Vitals;
  /** Requests that are sent to it, and those of them that fail. */
  readonly requestsPerSecond: number;
  readonly errorsPerSecond: number;
  readonly customers: CustomersState;
  readonly controls: readonly ControlState[];
}

export interface RegionFault {
  readonly nemesis: string;
  readonly since: number;
}

/** The state of those customers who are near to a region. */
export interface CustomersState {
  /** The region to which Route 53 leads them now; some still go where it led them before. */
  readonly ledTo?: string;
  /** The region in which their latest request was served that was, and since when they are served there; nothing before the first. */
  readonly servedBy?: { readonly region: string; readonly since: number };
  /** Requests of theirs that failed since the first of the faults that are there began. */
  readonly failed: number;
  /** Requests a second that they send at this moment, by the region that they send them to. */
  readonly sendTo: Readonly<Record<string, number>>;
}

/** The state of a control: whether something can be done to a region, or taken back. */
export interface ControlState {
  readonly nemesis: string;
  readonly phase: 'off' | 'starting' | 'on' | 'ending';
  /** The reason why a click would change nothing. */
  readonly refusal?: string;
}

/** The answer to somebody who wants a fault, or wants it taken back: a sentence. */
export interface ControlAnswer {
  readonly accepted: boolean;
  readonly text: string;
}
