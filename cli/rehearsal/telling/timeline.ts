/** Returns a time as people read it, of milliseconds. */
export function secondsBetween(start: number, end: number): string {
  return `${((end - start) / 1000).toFixed(1)} s`;
}
