import { REGION_COLORS } from './region-style';

/** The colours of the style sheet, as a canvas takes them. */
export interface Palette {
  readonly regions: readonly string[];
  readonly text: string;
  readonly faint: string;
  readonly grid: string;
  readonly surface: string;
  readonly fault: string;
  readonly faultLane: string;
  readonly failed: string;
  readonly font: string;
}

/** Reads the colours that apply now: light or dark, on a screen or on paper. */
export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim();
  return {
    regions: Array.from({ length: REGION_COLORS }, (_, index) => color(`region-${index}`)),
    text: color('text'),
    faint: color('faint'),
    grid: color('grid'),
    surface: color('surface'),
    fault: color('fault'),
    faultLane: color('fault-lane'),
    failed: color('failed'),
    font: style.fontFamily,
  };
}

/** Calls a function whenever other colours apply. Returns what ends that. */
export function onPaletteChange(changed: () => void): () => void {
  const queries = ['(prefers-color-scheme: dark)', 'print'].map(query => window.matchMedia(query));
  queries.forEach(query => query.addEventListener('change', changed));
  return () => queries.forEach(query => query.removeEventListener('change', changed));
}
