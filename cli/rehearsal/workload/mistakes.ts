import { UserError } from '../machine/user-error';

/** A mistake of the workload's author, as one line. */
export class WorkloadMistake extends UserError {}

/** The mistakes of a workload, as they come to light while it runs: each kind once, with how often it was seen. */
export class Mistakes {
  private readonly seen = new Map<string, number>();

  public add(mistake: string): void {
    this.seen.set(mistake, (this.seen.get(mistake) ?? 0) + 1);
  }

  /** One line for each mistake. */
  public get lines(): string[] {
    return [...this.seen].map(([mistake, times]) => (times === 1 ? mistake : `${mistake} (${times} times)`));
  }
}

/** Errors that JavaScript itself throws: what is thrown on purpose is of another class. */
const OF_THE_LANGUAGE = ['TypeError', 'ReferenceError', 'RangeError', 'SyntaxError'];

/** Returns whether an error shows that code is wrong. `fetch` throws a TypeError with a cause where there is no connection. */
export function isProgrammersError(error: unknown): boolean {
  return error instanceof Error && OF_THE_LANGUAGE.includes(error.name) && error.cause === undefined;
}

/** Describes an error with the place that threw it, in one line. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return shown(error);
  const place = /^ +at (.*)$/m.exec(error.stack ?? '')?.[1];
  return `${error.name}: ${error.message.split('\n')[0]}${place === undefined ? '' : `, at ${place}`}`;
}

/** Returns a value in a few words. */
export function shown(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (value instanceof Promise) return 'a promise';
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch {
    // it refers to itself, or holds what JSON has no word for
  }
  text ??= String(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
