import { SynthesizedApp } from './deployment/synthesized-app';
import { LocalRegion, RESOURCE_TYPES, skippedIn } from './regions/local-region';
import { ResourceTypes } from './regions/resource-types';
import { EmulationReport } from './report/report';

/** Describes which of an app's resources are not as on AWS here, and what takes less time. */
export async function describeEmulation(
  { assembly, system: { durations } }: SynthesizedApp, regions: readonly LocalRegion[], timeScale: number,
): Promise<EmulationReport> {
  const skipped = new Set((await Promise.all(regions.map(skippedIn))).flat().map(({ type }) => type));
  return {
    types: ResourceTypes.read(RESOURCE_TYPES).report(assembly.resourceTypes, skipped),
    scaled: [
      `Route 53's probes and answers, and the periods of alarms: 1:${timeScale}`,
      ...Object.entries(durations.environment).map(([name, variables]) => `${name}: ${variables.join(', ')}: 1:${timeScale}`),
      ...durations.schedules.length > 0 ? [`the rates of ${durations.schedules.length} schedules of the library: 1:${timeScale}`] : [],
    ],
  };
}
