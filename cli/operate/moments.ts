import { InvalidArgumentError } from 'commander';

/** A moment as somebody names it: a date, or how many seconds ago. */
export type Moment = { readonly at: Date } | { readonly secondsAgo: number };

const ALLOWED = 'how long ago (90s, 15m, 2h, 3d), or a time of ISO 8601 with its zone (2026-11-22T10:00:00Z)';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** A time of day has a zone: the machine's own is not that of who wrote the time down. */
const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** Returns a moment, or nothing if it is none. */
export function momentOf(text: string): Moment | undefined {
  const [, count, unit] = /^(\d{1,7})([smhd])$/.exec(text) ?? [];
  if (count !== undefined) return { secondsAgo: Number(count) * SECONDS[unit] };
  const at = new Date(text);
  return ISO.test(text) && !Number.isNaN(at.getTime()) ? { at } : undefined;
}

/** Parses the same for an option of a command. */
export function parseMoment(text: string): Moment {
  const moment = momentOf(text);
  if (!moment) throw new InvalidArgumentError(`Allowed: ${ALLOWED}.`);
  return moment;
}

/** Returns the date of a moment. */
export function dateOf(moment: Moment, now: Date): Date {
  return 'at' in moment ? moment.at : new Date(now.getTime() - moment.secondsAgo * 1000);
}
