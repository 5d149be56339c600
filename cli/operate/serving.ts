import { isProblem } from './answers';
import { describeEvacuation } from './control-table';
import { RegionView } from './region-views';
import { Evacuation } from '../../src/evacuation-switch/constants';

/** Returns what any of the other regions says of the evacuation of a region: one that says so is enough for its health checks. */
export function evacuationOf(region: string, views: readonly RegionView[]): Evacuation | undefined {
  const others = views.filter(view => view.region !== region);
  return others.flatMap(({ evacuations }) => (isProblem(evacuations) ? [] : evacuations.value.get(region) ?? []))[0];
}

/** Returns why a region does not serve customers, as far as can be seen from here; nothing if it does. */
export function reasonNotToServe(view: RegionView, views: readonly RegionView[]): string | undefined {
  const { region, evacuations, isHealthy } = view;
  const evacuation = evacuationOf(region, views) ?? (isProblem(evacuations) ? undefined : evacuations.value.get(region));
  if (evacuation) return `is evacuated ${describeEvacuation(evacuation)}`;
  if (isHealthy === undefined) return isProblem(evacuations) ? evacuations.problem : undefined;
  if (isProblem(isHealthy)) return `its API ${isHealthy.problem}`;
  return isHealthy.value ? undefined : 'its health check fails';
}
