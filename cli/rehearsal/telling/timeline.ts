import { Section } from './account';

/** When what happened, from one moment on; told in seconds of this machine. */
export class Timeline {
  private readonly events: { readonly at: number; readonly what: string }[] = [];

  /**
   * @param what happens now
   */
  constructor(what: string, readonly start = performance.now()) {
    this.add(start, what);
  }

  /**
   * @param at milliseconds, as of `performance.now()`; undefined or infinite if it did not happen
   */
  public add(at: number | undefined, what: string): void {
    if (at !== undefined && Number.isFinite(at)) this.events.push({ at, what });
  }

  public tell(section: Section): void {
    [...this.events].sort((a, b) => a.at - b.at).forEach(({ at, what }) => section.note(`${secondsBetween(this.start, at).padStart(7)}  ${what}`));
  }
}

export function secondsBetween(start: number, end: number): string {
  return `${((end - start) / 1000).toFixed(1)} s`;
}
