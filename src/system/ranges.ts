import { Duration, Token } from 'aws-cdk-lib';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IConstruct } from 'constructs';
import { invalidProp } from './errors';

/** Throws unless a number, if there is one, is whole and within its range. What is known at deployment only is left to AWS. */
export function requireWhole(owner: IConstruct, prop: string, value: number | undefined, min: number, max: number): void {
  if (value === undefined || Token.isUnresolved(value)) return;
  if (!Number.isInteger(value) || value < min || value > max) {
    throw invalidProp(owner, prop, value, `a whole number from ${min} to ${max}`);
  }
}

/** Throws unless a number, if there is one, is literal, whole and within its range. */
export function requireLiteralWhole(owner: IConstruct, prop: string, value: number | undefined, min: number, max: number): void {
  if (Token.isUnresolved(value)) throw invalidProp(owner, prop, value, `a whole number from ${min} to ${max}`);
  requireWhole(owner, prop, value, min, max);
}

/** Throws unless a duration, if there is one, is literal, of whole units and within its range. */
export function requireDuration(owner: IConstruct, prop: string, value: Duration | undefined, unit: 'seconds' | 'minutes' | 'days', min: Duration, max: Duration): void {
  if (value === undefined) return;
  const allowed = `a Duration of whole ${unit}, from ${min.toHumanString()} to ${max.toHumanString()}`;
  if (typeof (value as Partial<Duration> | null)?.toSeconds !== 'function') throw invalidProp(owner, prop, value, allowed);
  // it is compared with others, and rendered in units of another kind
  if (value.isUnresolved()) throw invalidProp(owner, prop, value.toHumanString(), allowed);
  const seconds = value.toSeconds({ integral: false });
  if (!isWhole(value, unit) || seconds < min.toSeconds() || seconds > max.toSeconds()) {
    throw invalidProp(owner, prop, Number.isInteger(seconds) ? value.toHumanString() : `${seconds} seconds`, allowed);
  }
}

/** Throws unless a retention, if there is one, is one that CloudWatch Logs has. */
export function requireRetention(owner: IConstruct, prop: string, value: RetentionDays | undefined): void {
  if (value !== undefined && !(value in RetentionDays)) {
    throw invalidProp(owner, prop, value, 'a value of RetentionDays');
  }
}

function isWhole(value: Duration, unit: 'seconds' | 'minutes' | 'days'): boolean {
  const options = { integral: false };
  return Number.isInteger({ seconds: value.toSeconds(options), minutes: value.toMinutes(options), days: value.toDays(options) }[unit]);
}
