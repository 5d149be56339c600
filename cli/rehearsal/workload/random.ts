import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A number from 0 to below 1, another at each call. */
export type Random = () => number;

/** Makes generators of random numbers that do not overlap, equal for equal seeds. */
export function* randomsOf(seed: number): Generator<Random, never> {
  const first = xoroshiro128plus(seed);
  for (;;) {
    const own = first.clone();
    yield () => uniformFloat64(own);
    first.jump();
  }
}
