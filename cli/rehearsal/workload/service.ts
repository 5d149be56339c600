import { Sent } from './workload';

/** The number of good answers in a row which show that somebody is served. */
const GOOD_IN_A_ROW = 4;

/** Returns whether a request has come to nothing, as far as its sender can know. */
export function isFailed({ outcome }: Sent): boolean {
  return outcome !== undefined && outcome.type !== 'ok';
}

/** Returns what was sent at a moment or later, until another. */
export function sentBetween(sent: readonly Sent[], start: number, end = Infinity): Sent[] {
  return sent.filter(({ at }) => at >= start && at < end);
}

/**
 * Returns whether the last few requests of one customer went well and were led to where it is wanted, and none is on its way to elsewhere.
 *
 * @param since milliseconds since the start of the history
 */
export function isServedBy(sent: readonly Sent[], wanted: (region: string) => boolean, since: number, count = GOOD_IN_A_ROW): boolean {
  const recent = sentBetween(sent, since);
  const answered = recent.filter(({ outcome }) => outcome).slice(-count);
  return answered.length === count
    && answered.every(one => !isFailed(one) && wanted(one.region))
    && recent.every(({ outcome, region }) => outcome || wanted(region));
}

/**
 * Returns the moment from which on one customer was served well and where it should: when the first of a few good answers in a row came, after the last
 * request that was not. It is `since` if all was well, and nothing if it never was again.
 */
export function servedSince(
  sent: readonly Sent[], since: number, wanted: (region: string) => boolean = () => true, count = GOOD_IN_A_ROW,
): number | undefined {
  const answered = sentBetween(sent, since).filter(({ outcome }) => outcome);
  const isGood = (one: Sent) => !isFailed(one) && wanted(one.region);
  const firstBad = answered.findIndex(one => !isGood(one));
  if (firstBad < 0) return since;
  for (let i = firstBad + 1; i < answered.length; i++) {
    const row = answered.slice(i, i + count);
    // at the end there may be fewer, of which none is bad
    if (row.every(isGood)) return answered[i].endedAt!;
  }
  return undefined;
}
