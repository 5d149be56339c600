import { LocalRegion } from './local-region';
import { Denials, permissionsOf } from './permissions';

export async function denialsIn(regions: Pick<LocalRegion, 'name' | 'endpoint'>[]): Promise<Denials> {
  return new Map(await Promise.all(regions.map(async region => {
    const { denied } = await permissionsOf(region);
    return [region.name, new Map(denied.map(({ message, times }) => [message, times]))] as const;
  })));
}

/** Returns what was denied between two looks, and how often. */
export function denialsBetween(before: Denials, now: Denials): Denials {
  return new Map([...now].map(([region, denied]) => [region, new Map([...denied]
    .map(([message, times]) => [message, times - (before.get(region)?.get(message) ?? 0)] as const)
    .filter(([, times]) => times > 0))]));
}

/**
 * Returns what was denied in some regions since; a region that is gone does not count, because what it was doing when its roles were deleted is
 * denied.
 */
export function deniedSince(before: Denials, now: Denials, regions: string[]): string[] {
  const since = denialsBetween(before, now);
  return regions.flatMap(region => [...since.get(region)?.keys() ?? []]);
}
