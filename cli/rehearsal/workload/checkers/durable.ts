import { checker } from './checker';
import { FinalRead, lostWrites } from '../final-reads';
import { Checker } from '../workload';

/** Claims that what was acknowledged is there in the end, in every region, as `readBack` sees it by the region's own name. */
export function durable(reads: readonly FinalRead[]): Checker {
  return checker('nothing acknowledged is lost', () => {
    const lost = lostWrites(reads);
    const writes = new Set(reads.map(({ write }) => write)).size;
    const regions = new Set(reads.map(({ region }) => region)).size;
    const unread = reads.filter(({ outcome }) => outcome.type === 'unknown').length;
    if (lost.size === 0 && unread > 0) return { valid: false, isUnknown: true, summary: `${unread} of ${reads.length} reads told nothing` };
    if (writes === 0) return { valid: false, isUnknown: true, summary: 'no write was acknowledged' };
    return {
      valid: lost.size === 0,
      summary: lost.size === 0 ? `${writes} acknowledged writes read in ${regions} regions` : `${lost.size} of ${writes} acknowledged writes are lost`,
      details: [...lost].map(([{ operation: { kind, key }, acknowledged }, missing]) => (
        `${kind} ${key}, acknowledged by ${acknowledged!.region}: ${missing.map(({ region, outcome: { told } }) => `${region} ${told ?? 'does not have it'}`).join(', ')}`
      )),
    };
  });
}
