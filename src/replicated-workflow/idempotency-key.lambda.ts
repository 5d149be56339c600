import { createHash } from 'crypto';
import { parse } from 'lossless-json';
import { isObject, valueAt } from './event-path';

const NAME_MAX_LENGTH = 80;
const READABLE = new RegExp(`^[A-Za-z0-9_-]{1,${NAME_MAX_LENGTH}}$`);
const RESERVED = /^(sha256-[0-9a-f]{64}|number--?\d+)$/;

/** A key as its event has it: a string and a number with the same digits are two keys. */
export type IdempotencyKey = string | number;

/**
 * Returns the idempotency key of an event; throws if there is none, since a workflow without a key could not be distinguished from its duplicate. It throws as well for a value that another one may look
 * the same as: a number other than a whole one that JSON carries exactly, by the digits that the event's text has, and a string that is not well-formed Unicode, of which UTF-8 makes the same text as of
 * others.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259#section-6
 */
export function idempotencyKey(event: unknown, path: string, text: string): IdempotencyKey {
  const value = valueAt(event, path);
  if (typeof value === 'string' && value !== '' && !/\p{Surrogate}/u.test(value)) return value;
  if (typeof value === 'number') {
    const digits = numberTextAt(text, path);
    if (Number.isSafeInteger(value) && digits === String(value)) return value;
    throw new Error(`no idempotency key: ${path} is a number that JSON does not carry exactly; expected a whole number from -(2^53 - 1) to 2^53 - 1 in digits only, or a string`);
  }
  throw new Error(`no idempotency key: ${path} is ${value === '' ? 'empty' : typeof value === 'string' ? 'not well-formed Unicode' : typeof value}; expected a string or a number`);
}

/** Returns the digits of a number: the parser of JavaScript makes the same number of different ones. */
function numberTextAt(text: string, path: string): unknown {
  try {
    const found = valueAt(parse(text, null, digits => ({ digits })), path);
    return isObject(found) ? found.digits : undefined;
  } catch {
    // of a name that is there twice, it is not said which one counts
    return undefined;
  }
}

/**
 * Returns the name of the one execution for a key. Strings that Step Functions accepts as a name stay readable; numbers have a prefix; all other strings are hashed, and so is a string that looks like a
 * hash or a number's name, so that it cannot take another key's name.
 */
export function executionName(key: IdempotencyKey): string {
  if (typeof key === 'number') return `number-${key}`;
  return READABLE.test(key) && !RESERVED.test(key) ? key : `sha256-${createHash('sha256').update(key, 'utf8').digest('hex')}`;
}
