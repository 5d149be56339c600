import { LiveState, RegionFault, RegionState } from '../live-state';

/** The words for a region while a fault is there. */
const WORDS: Readonly<Record<string, string>> = {
  'freeze': 'frozen',
  'evacuate': 'evacuated',
  'partition': 'cut off',
  'kill': 'killed',
  'lag': 'lagging',
  'slow': 'slow',
  'gray': 'slow where health checks do not look',
  'throttle': 'throttled',
  'deny': 'denied a permission',
  'delete-function': 'without a function',
  'poison': 'poisoned with an event',
  'replay': 'sent all events once more',
};

/** Returns a fault in a word or two, as in "a region is …". */
export function wordFor(nemesis: string): string {
  return WORDS[nemesis] ?? `under ${nemesis}`;
}

/** Returns a span of time, for people: `4 s`, `2 min 5 s`. */
export function spanOf(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * Describes this moment in whole sentences: the fault, what customers notice of it, and who serves them.
 *
 * @param at milliseconds since the start, which may be later than the state
 */
export function happeningOf(state: LiveState, at = state.at): string[] {
  const { regions, drill } = state;
  const sentences = regions.flatMap(region => sentenceOn(region, at) ?? []);
  return [...drill === undefined ? [] : [`The drill ${drill} runs.`], ...sentences.length > 0 ? sentences : [allIsWell(regions)]];
}

/** Returns the same without any number of seconds or requests, which do not interest somebody who listens to each change. */
export function spokenOf(state: LiveState): string {
  return happeningOf({ ...state, at: 0 }).join(' ').replace(/ for (\d+ min )?\d+ s/g, '').replace(/\b\d+ requests? failed/g, 'requests failed')
    .replace(/\b\d+ rows/g, 'rows');
}

function sentenceOn(region: RegionState, at: number): string | undefined {
  const { name, faults, isHealthy, customers: { servedBy, ledTo } } = region;
  if (faults.length > 0) {
    return `${name} has been ${faults.map(fault => faultOf(fault, at)).join(' and ')}: ${noticed(region)}, and ${served(region, at)}.`;
  }
  if (!isHealthy) return `${name} is unhealthy: ${served(region, at)}.`;
  if (servedBy && servedBy.region !== name) {
    return ledTo === name
      ? `${name} is healthy again: its customers come back from ${servedBy.region} as their cached answers expire.`
      : `Customers near ${name} have been served by ${servedBy.region} for ${spanOf(at - servedBy.since)}.`;
  }
  return undefined;
}

function faultOf({ nemesis, since }: RegionFault, at: number): string {
  return `${wordFor(nemesis)} for ${spanOf(at - since)}`;
}

function noticed({ customers: { failed } }: RegionState): string {
  return failed === 0 ? 'no request failed' : `${failed} ${failed === 1 ? 'request' : 'requests'} failed`;
}

function served({ name, isPartitioned, vitals, customers: { servedBy, ledTo } }: RegionState, at: number): string {
  if (servedBy && servedBy.region !== name) return `its customers have been served by ${servedBy.region} for ${spanOf(at - servedBy.since)}`;
  if (ledTo !== undefined && ledTo !== name) return `Route 53 leads its customers to ${ledTo} as soon as their cached answers expire`;
  const waiting = Object.values(vitals?.replication ?? {}).reduce((sum, { queued }) => sum + queued, 0);
  if (isPartitioned && waiting > 0) return `it serves its customers while ${waiting} rows and events wait for its peers`;
  return servedBy ? 'its customers are led to it' : 'it has no customers yet';
}

function allIsWell(regions: readonly RegionState[]): string {
  if (regions.length === 1) {
    return regions[0].customers.servedBy ? 'The only region serves all customers: there is no other.' : 'The region is up. Nobody has sent a request yet.';
  }
  const all = regions.length === 2 ? 'Both regions' : `All ${regions.length} regions`;
  return regions.some(({ customers }) => customers.servedBy)
    ? `${all} serve at the same time, each the customers near it; what one writes, the others soon have.`
    : `${all} are up. Nobody has sent a request yet.`;
}
