import { SynthesizedApp } from './deployment/synthesized-app';
import { Route53 } from './dns/route53';
import { MachineLag } from './lag/machine-lag';
import { entranceOf } from './regions/default-endpoint';
import { killRegion, LocalRegion, startAgain } from './regions/local-region';
import { RunningRegion } from './regions/running-region';
import { ApiDescription, SystemDescription } from '../system/system-description';
import { History } from './workload/history';

export interface RunningSystemProps {
  readonly app: SynthesizedApp;
  /** By name: other processes after some were killed and started again. */
  readonly locals: Map<string, LocalRegion>;
  readonly history: History;
  readonly timeScale: number;
  readonly lag: MachineLag;
  readonly signal: AbortSignal;
}

/** A system that is deployed to local regions, with what stands in for Route 53 in front of it. */
export class RunningSystem {
  public static async find({ app, locals, history, timeScale, lag, signal }: RunningSystemProps): Promise<RunningSystem> {
    const { api, system, zone } = app;
    const regions = await Promise.all(system.regions.map(async name => new RunningRegion({
      local: () => locals.get(name)!,
      life: {
        kill: async () => killRegion(locals.get(name)!),
        startAgain: async () => { locals.set(name, await startAgain(locals.get(name)!, signal)); },
      },
      system,
      entrance: api && await entranceOf(api, locals.get(name)!),
      clock: lag,
      signal,
      startedAt: history.startedAt,
    })));
    const addresses = new Map(regions.map(({ name, address }) => [name, address]));
    const route53 = zone && new Route53({ zone, sharedName: api!.sharedName!, timeScale, addresses, clock: lag, signal });
    return new RunningSystem(system, regions, lag, signal, api, route53);
  }

  private constructor(
    readonly system: SystemDescription,
    /** The primary region first. */
    readonly regions: readonly RunningRegion[],
    readonly lag: MachineLag,
    readonly signal: AbortSignal,
    readonly api?: ApiDescription,
    readonly route53?: Route53,
  ) {}
}
