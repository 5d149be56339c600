import { InvalidArgumentError } from 'commander';

/** The characters of an id, since it becomes a part of a query: nothing that ends a string, or begins something else. */
const SAFE = /^[A-Za-z0-9_.:@+=-]{1,128}$/;

/** Returns whether an id may be written into a query as it is. */
export const isSafe = (id: string): boolean => SAFE.test(id);

/** Parses what is followed: a correlation id, or a key of the business. */
export function parseFollowedId(value: string): string {
  if (!isSafe(value)) throw new InvalidArgumentError('Allowed: 1 to 128 letters, digits and any of _.:@+=-');
  return value;
}
