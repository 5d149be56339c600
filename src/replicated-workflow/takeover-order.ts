import { createHash } from 'crypto';

/** Returns a number that spreads names evenly, equal in every region. */
export function hashOf(name: string): number {
  return createHash('sha256').update(name, 'utf8').digest().readUInt32BE();
}

/**
 * Returns the order in which regions take over: the peers of the origin by rendezvous hashing, then the origin itself, late. Every region comes to the same order without asking; keys spread evenly over the
 * first places, and a region that joins or leaves moves no other two. The only region of a workflow is first and last.
 */
export function takeoverOrder(name: string, origin: string, regions: readonly string[]): string[] {
  const peers = regions.filter(region => region !== origin)
    .map(region => ({ region, score: createHash('sha256').update(`${name}#${region}`, 'utf8').digest('hex') }))
    .sort((a, b) => (a.score < b.score ? 1 : -1))
    .map(({ region }) => region);
  return regions.includes(origin) ? [...peers, origin] : peers;
}
