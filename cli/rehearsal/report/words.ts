/** Numbers and times as people read them, in the report and in what is printed. */

const NUMBERS = new Intl.NumberFormat('en-US');

/** Formats a count: `1,204`. */
export function count(value: number): string {
  return NUMBERS.format(value);
}

/** Formats a count with its noun: `1 drill`, `5 drills`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Formats a duration: `0 s`, `340 ms`, `12.3 s`, `24 s`, `3 min 5 s`. */
export function duration(ms: number): string {
  if (Math.round(ms) === 0) return '0 s';
  if (Math.abs(ms) < 1000) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 1000) >= 120) {
    const seconds = Math.round(ms / 1000);
    return seconds % 60 === 0 ? `${seconds / 60} min` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  return `${(ms / 1000).toFixed(1).replace(/\.0$/, '')} s`;
}

/** Joins words: `a`, `a and b`, `a, b and c`. */
export function list(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words[words.length - 1]}`;
}
