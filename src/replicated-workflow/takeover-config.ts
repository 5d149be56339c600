import { BEAT_SECONDS, MARGIN_SECONDS, TAKEOVER_AFTER_SECONDS, WORKFLOW_REGIONS } from './constants';
import { LedgerTiming } from './ledger-timing';

/** The configuration that a region gets from its deployment. */
export interface TakeoverConfig {
  readonly region: string;
  /** All regions of the workflow. */
  readonly regions: readonly string[];
  readonly takeoverAfter: number;
  readonly timing: LedgerTiming;
}

/** Returns the configuration that the construct has put into a handler's environment; throws if a time is missing. */
export function takeoverConfigOf(environment: { readonly [name: string]: string | undefined }): TakeoverConfig {
  return {
    region: environment.AWS_REGION!,
    regions: environment[WORKFLOW_REGIONS]!.split(','),
    takeoverAfter: millisOf(environment, TAKEOVER_AFTER_SECONDS),
    timing: { heartbeatInterval: millisOf(environment, BEAT_SECONDS), margin: millisOf(environment, MARGIN_SECONDS) },
  };
}

function millisOf(environment: { readonly [name: string]: string | undefined }, name: string): number {
  const seconds = Number(environment[name]);
  // every comparison with NaN is false: a region would take over at once, or never
  if (!(seconds > 0)) throw new Error(`the environment variable ${name} is ${environment[name]}; expected a number of seconds`);
  return 1000 * seconds;
}
