import { statfsSync } from 'fs';
import { setTimeout as sleep } from 'timers/promises';
import { diskFull } from './user-error';

/** With less than this, what is written next may be cut off. */
const LEAST_BYTES = 10 * 1024 * 1024;

const INTERVAL_MS = 500;

/** Returns whether there is next to no room left where a folder is. Programs do not always say that this is why they failed. */
export function isDiskFull(folder: string): boolean {
  try {
    const { bavail, bsize, blocks, files, ffree } = statfsSync(folder);
    // a file system without limits counts neither
    return (blocks > 0 && bavail * bsize < LEAST_BYTES) || (files > 0 && ffree === 0);
  } catch {
    // whoever writes there learns what it is about
    return false;
  }
}

/** Throws as soon as there is next to no room left where a folder is. Ends when it is aborted. */
export async function untilDiskIsFull(folder: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (isDiskFull(folder)) throw diskFull(folder);
    await sleep(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => {});
  }
}
