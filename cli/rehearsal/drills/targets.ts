import { DrillRegion } from './drill-region';
import { PlannedStage } from './nemesis';
import { Stage } from './stage';

/** Returns one of the regions that a stage has. */
export function oneRegion({ regions }: PlannedStage<DrillRegion>, random: () => number): readonly string[] {
  return [pick(regions, random).name];
}

/** Returns one of several, each as likely as another. */
export function pick<T>(among: readonly T[], random: () => number): T {
  return among[Math.floor(random() * among.length)];
}

export function regionsNamed<R extends DrillRegion>({ regions }: Stage<R>, names: readonly string[]): R[] {
  return regions.filter(({ name }) => names.includes(name));
}

export function othersThan<R extends DrillRegion>({ regions }: Stage<R>, names: readonly string[]): R[] {
  return regions.filter(({ name }) => !names.includes(name));
}

/** Returns a region that no fault of the drill takes away, besides those that are hit. */
export function helperOf<R extends DrillRegion>(stage: Stage<R>, targets: readonly string[]): R {
  const helper = othersThan(stage, targets).find(({ name }) => !stage.away?.has(name));
  if (!helper) throw new Error(`no region is left that could do anything for ${targets.join(' and ')}`);
  return helper;
}
