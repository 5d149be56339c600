import { PublicName } from './public-name';
import { Target } from './target';
import { Route53 } from '../rehearsal/dns/route53';
import { DrillNames } from '../rehearsal/drills/drill-region';
import { UserError } from '../rehearsal/machine/user-error';

export interface NamesProps {
  readonly target: Pick<Target, 'zone' | 'sharedName' | 'isLocal' | 'api' | 'description'>;
  /** The address to which the name of each region's own leads. */
  readonly addresses: ReadonlyMap<string, string>;
  readonly timeScale: number;
  readonly signal: AbortSignal;
}

/** The names that lead customers, and the regions that they are near to. */
export interface Led {
  readonly names: DrillNames;
  readonly near: readonly string[];
}

/**
 * Finds what leads customers. On AWS it is DNS: all customers are on this machine, and so near the region that the name leads to from here. The health of regions is checked by the same requests as
 * health checks of Route 53 ask, as often as they ask them. For local regions the rehearsal's stand-in does both.
 */
export async function findNames({ target, addresses, timeScale, signal }: NamesProps): Promise<Led> {
  const { zone, sharedName, isLocal, api: { healthPath }, description: { regions } } = target;
  const route53 = new Route53({ zone, sharedName, addresses, timeScale, signal });
  route53.startProbing();
  if (isLocal) return { names: route53, near: regions };
  const name = new PublicName({ sharedName, healthPath, regions, signal });
  await name.start();
  const home = homeOf(name);
  return {
    near: [home],
    names: {
      sharedName,
      resolverNear: () => name,
      isHealthy: region => route53.isHealthy(region),
      failoverMs: route53.failoverMs,
      ttlMs: route53.ttlMs,
      turns: route53.turns,
    },
  };
}

function homeOf(name: PublicName): string {
  try {
    return name.resolve().region;
  } catch (error) {
    throw new UserError(`${(error as Error).message}, as this machine sees it.`);
  }
}
