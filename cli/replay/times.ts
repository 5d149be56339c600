import { dateOf, Moment } from '../operate/moments';

const DAY_MILLIS = 86_400_000;

/** The events of a time. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

/** Returns a range in whole seconds, so that one that was given to EventBridge is known again. */
export function rangeOf(from: Moment, to: Moment | undefined, now: Date): TimeRange {
  return { from: wholeSeconds(dateOf(from, now)), to: wholeSeconds(to ? dateOf(to, now) : now) };
}

/** Says what is wrong with a range; nothing if nothing is. */
export function rangeProblem({ from, to }: TimeRange, now: Date): string | undefined {
  if (to > now) return `--to ${to.toISOString()} is in the future`;
  if (from >= to) return `--from ${from.toISOString()} is not before --to ${to.toISOString()}`;
  return undefined;
}

/** Returns whether an archive that keeps events for some days may have lost some of a range; 0 days are for ever. */
export function isOlderThan(days: number, { from }: TimeRange, now: Date): boolean {
  return days > 0 && now.getTime() - from.getTime() > days * DAY_MILLIS;
}

const wholeSeconds = (date: Date) => new Date(Math.floor(date.getTime() / 1000) * 1000);
