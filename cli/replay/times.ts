/** A moment as somebody names it: a date, or how many seconds ago. */
export type Moment = { readonly at: Date } | { readonly secondsAgo: number };

/** The events of a time. */
export interface TimeRange {
  readonly from: Date;
  readonly to: Date;
}

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A time of day has a zone: the machine's own is not that of who wrote the time down. */
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Returns a moment, or nothing if it is none. */
export function momentOf(text: string): Moment | undefined {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return { secondsAgo: Number(count) * SECONDS[unit] };
  const at = new Date(text);
  return ISO.test(text) && !Number.isNaN(at.getTime()) ? { at } : undefined;
}

/** Returns a range in whole seconds, so that one that was given to EventBridge is known again. */
export function rangeOf(from: Moment, to: Moment | undefined, now: Date): TimeRange {
  return { from: dateOf(from, now), to: to ? dateOf(to, now) : wholeSeconds(now.getTime()) };
}

/** Says what is wrong with a range; nothing if nothing is. */
export function rangeProblem({ from, to }: TimeRange, now: Date): string | undefined {
  if (to > now) return `--to ${to.toISOString()} is in the future`;
  if (from >= to) return `--from ${from.toISOString()} is not before --to ${to.toISOString()}`;
  return undefined;
}

/** Whether an archive that keeps events for some days may have lost some of a range; 0 days are for ever. */
export function isOlderThan(days: number, { from }: TimeRange, now: Date): boolean {
  return days > 0 && now.getTime() - from.getTime() > days * SECONDS.d * 1000;
}

function dateOf(moment: Moment, now: Date): Date {
  return wholeSeconds('at' in moment ? moment.at.getTime() : now.getTime() - moment.secondsAgo * 1000);
}

const wholeSeconds = (millis: number) => new Date(Math.floor(millis / 1000) * 1000);
