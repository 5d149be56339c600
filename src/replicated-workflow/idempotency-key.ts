import { createHash } from 'crypto';

/** A path into an event, such as `$.detail.orderId`: names only, so that it means the same to everybody. */
export const KEY_PATH = /^\$(\.[A-Za-z_][A-Za-z0-9_-]*)+$/;

const NAME_MAX_LENGTH = 80;
const READABLE = new RegExp(`^[A-Za-z0-9_-]{1,${NAME_MAX_LENGTH}}$`);
const HASHED = /^sha256-[0-9a-f]{64}$/;

/** Returns the value at such a path in an event. */
export function valueAt(event: unknown, path: string): unknown {
  return path.split('.').slice(1).reduce<unknown>(
    (object, name) => (isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined), event);
}

/** Returns the idempotency key of an event; throws if there is none, since a workflow without a key could not be distinguished from its duplicate. */
export function idempotencyKey(event: unknown, path: string): string {
  const value = valueAt(event, path);
  if (typeof value === 'number' && Number.isFinite(value)) {
    return String(value);
  }
  if (typeof value !== 'string' || value === '') {
    throw new Error(`no idempotency key: ${path} is ${value === '' ? 'empty' : typeof value}; expected a string or a number`);
  }
  return value;
}

/**
 * Returns the name of the one execution for a key. Keys that Step Functions accepts as a name stay readable; all others are hashed, and so is a
 * key that looks like a hash, so that it cannot take another key's name.
 */
export function executionName(key: string): string {
  return READABLE.test(key) && !HASHED.test(key) ? key : `sha256-${createHash('sha256').update(key, 'utf8').digest('hex')}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
