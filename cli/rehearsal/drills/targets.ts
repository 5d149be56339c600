import { PlannedStage } from './nemesis';
import { Stage } from './stage';
import { RunningRegion } from '../regions/running-region';

/** One of the regions that a stage has. */
export function oneRegion({ regions }: PlannedStage, random: () => number): readonly string[] {
  return [pick(regions, random).name];
}

/** One of several, each as likely as another. */
export function pick<T>(among: readonly T[], random: () => number): T {
  return among[Math.floor(random() * among.length)];
}

export function regionsNamed({ regions }: Stage, names: readonly string[]): RunningRegion[] {
  return regions.filter(({ name }) => names.includes(name));
}

export function othersThan({ regions }: Stage, names: readonly string[]): RunningRegion[] {
  return regions.filter(({ name }) => !names.includes(name));
}

/** A region that no fault of the drill takes away, besides those that are hit. */
export function helperOf(stage: Stage, targets: readonly string[]): RunningRegion {
  const helper = othersThan(stage, targets).find(({ name }) => !stage.away?.has(name));
  if (!helper) throw new Error(`no region is left that could do anything for ${targets.join(' and ')}`);
  return helper;
}
