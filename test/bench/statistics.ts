/** The middle of some numbers, and what half of them lie between. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

export function spreadOf(numbers: readonly number[]): Spread {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (part: number) => {
    const place = (sorted.length - 1) * part;
    const [below, above] = [sorted[Math.floor(place)], sorted[Math.ceil(place)]];
    return below + (above - below) * (place - Math.floor(place));
  };
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** The ratios of measurements that were made in pairs, so that what slows the machine for a time slows both. */
export function ratios(ours: readonly number[], others: readonly number[]): Spread {
  return spreadOf(ours.map((value, i) => value / others[i]));
}

export function show({ median, low, high }: Spread, digits = 0): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;
}

/** Runs contenders one after the other, so many times, each time in the reverse order of the time before. */
export async function alternating<Name extends string, Result>(
  names: readonly Name[], pairs: number, run: (name: Name) => Result | Promise<Result>,
): Promise<Record<Name, Result[]>> {
  const results = Object.fromEntries(names.map(name => [name, [] as Result[]])) as Record<Name, Result[]>;
  for (let pair = 0; pair < pairs; pair++) {
    for (const name of pair % 2 === 0 ? names : [...names].reverse()) results[name].push(await run(name));
  }
  return results;
}
