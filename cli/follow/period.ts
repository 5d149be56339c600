import { InvalidArgumentError } from 'commander';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Parses a moment: a date and time of ISO 8601, in UTC unless it says another zone, or how long ago it was. */
export function parseMoment(value: string, now = Date.now()): Date {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(value) ?? [];
  if (count !== undefined) return new Date(now - Number(count) * SECONDS[unit] * 1000);
  const [, date, time, zone = 'Z'] = /^(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(value) ?? [];
  const millis = date === undefined ? NaN : Date.parse(`${date}T${time ?? '00:00'}${zone}`);
  if (Number.isNaN(millis)) throw new InvalidArgumentError('Allowed: how long ago (90s, 15m, 1h, 2d), or a time in UTC (2026-11-22T10:00:00Z).');
  return new Date(millis);
}
