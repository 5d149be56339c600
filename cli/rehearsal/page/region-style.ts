/** Colours in the style sheet: the names of the classes begin with `region-`. */
export const REGION_COLORS = 10;

/** From the sixth region on, a line is dashed besides: colours alone are hard to tell apart. */
const DASHES: readonly (readonly number[])[] = [[], [7, 3], [2, 3], [8, 3, 2, 3]];
const REGIONS_A_DASH = 5;

/** Returns the classes that give a region its colour, which stays the same throughout the page. */
export function regionClass(index: number): string {
  return `region-${index % REGION_COLORS} dash-${dashNumber(index)}`;
}

/** Returns the dashes of a region's lines, in pixels. */
export function regionDash(index: number): number[] {
  return [...DASHES[dashNumber(index)]];
}

function dashNumber(index: number): number {
  return Math.floor(index / REGIONS_A_DASH) % DASHES.length;
}
