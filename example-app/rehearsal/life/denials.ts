import { LocalRegion } from '../local-region';
import { permissionsOf } from '../permissions';

/** How often IAM has denied what, by region. */
export type Denials = ReadonlyMap<string, ReadonlyMap<string, number>>;

export async function denialsIn(regions: LocalRegion[]): Promise<Denials> {
  return new Map(await Promise.all(regions.map(async region => {
    const { denied } = await permissionsOf(region);
    return [region.name, new Map(denied.map(({ message, times }) => [message, times]))] as const;
  })));
}

/** What was denied in some regions since; a region that is gone does not count, because what it was doing when its roles were deleted is denied. */
export function deniedSince(before: Denials, now: Denials, regions: string[]): string[] {
  return regions.flatMap(region => [...now.get(region) ?? []]
    .filter(([message, times]) => times > (before.get(region)?.get(message) ?? 0))
    .map(([message]) => message));
}
