import { Nemesis, PlannedStage } from '../../../../cli/rehearsal/drills/nemesis';
import { Stage } from '../../../../cli/rehearsal/drills/stage';
import { RunningRegion } from '../../../../cli/rehearsal/regions/running-region';

async function put(region: RunningRegion, path: string, body: unknown): Promise<void> {
  const { ok } = await fetch(`${region.address}${path}`, { method: 'PUT', body: JSON.stringify(body), signal: AbortSignal.timeout(5000) });
  if (!ok) throw new Error(`${region.name} refused ${path}`);
}

const regionsNamed = (stage: Stage, names: readonly string[]) => stage.regions.filter(({ name }) => names.includes(name));
const first = (stage: PlannedStage) => [stage.regions[0].name];

/** Faults of the kinds that the rehearsal has, for regions that are only processes. */
export const NEMESES: readonly Nemesis[] = [
  {
    name: 'freeze',
    summary: 'all processes of a region stop where they are',
    leaves: true,
    mayFail: () => true,
    mayDouble: true,
    targets: first,
    inject: async (stage, targets) => {
      const regions = regionsNamed(stage, targets);
      regions.forEach(region => region.freeze());
      return async () => regions.forEach(region => region.thaw());
    },
  },
  {
    name: 'evacuate',
    summary: 'an operator takes a region out of service',
    leaves: true,
    mayFail: () => false,
    mayDouble: false,
    targets: first,
    inject: async (stage, targets) => {
      const others = stage.regions.filter(({ name }) => !targets.includes(name));
      await Promise.all(others.map(async region => put(region, '/evacuated', targets)));
      return async () => { await Promise.all(others.map(async region => put(region, '/evacuated', []))); };
    },
  },
  {
    name: 'partition',
    summary: 'a region is cut off from all others',
    leaves: false,
    mayFail: () => false,
    mayDouble: true,
    targets: first,
    inject: async (stage, targets) => {
      const regions = regionsNamed(stage, targets);
      await Promise.all(regions.map(async region => put(region, '/partition', true)));
      return async () => { await Promise.all(regions.map(async region => put(region, '/partition', false))); };
    },
  },
  {
    name: 'lag',
    summary: 'rows and events of a region reach the others late',
    leaves: false,
    mayFail: () => false,
    mayDouble: false,
    targets: first,
    inject: async () => async () => {},
  },
  {
    name: 'replay',
    summary: 'all archived events are given once more',
    leaves: false,
    mayFail: () => false,
    mayDouble: false,
    targets: first,
    lacks: () => 'no bus has an archive',
    inject: async () => async () => {},
  },
];
