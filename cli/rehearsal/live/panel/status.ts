import { wordFor } from './happening';
import { RegionState } from '../live-state';

/** The status of a region, by colour, by sign and by word: none of them alone. */
export interface Status {
  readonly className: 'live-good' | 'live-warned' | 'live-bad';
  readonly sign: '●' | '◐' | '✕';
  readonly word: string;
}

/** Returns the status of a region that matters most. */
export function statusOf({ isHealthy, isFrozen, faults, vitals }: RegionState): Status {
  const gone = faults.find(({ nemesis }) => nemesis === 'freeze' || nemesis === 'kill');
  if (gone || isFrozen) return { className: 'live-bad', sign: '✕', word: wordFor(gone?.nemesis ?? 'freeze') };
  if (!isHealthy && faults.some(({ nemesis }) => nemesis === 'evacuate')) return { className: 'live-bad', sign: '✕', word: wordFor('evacuate') };
  if (!isHealthy) return { className: 'live-bad', sign: '✕', word: 'unhealthy' };
  if (!vitals) return { className: 'live-warned', sign: '◐', word: 'does not answer' };
  if (faults.length > 0) return { className: 'live-warned', sign: '◐', word: wordFor(faults[0].nemesis) };
  return { className: 'live-good', sign: '●', word: 'healthy' };
}
