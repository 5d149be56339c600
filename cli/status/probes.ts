import { Answer, settledWithin } from '../operate/answers';
import { AskedSystem } from '../operate/asked-system';
import { HttpAnswer, RegionAccess } from '../operate/region-access';

/** The answers of a region, as from here, to what Route 53's health checks ask. Nothing where no API has a name by which they would ask. */
export interface Probes {
  /** Indicates whether all its APIs are healthy. */
  readonly isHealthy?: Answer<boolean>;
  /** The other regions that it says are evacuated. */
  readonly evacuated?: Answer<readonly string[]>;
}

/** Asks a region as the health checks do: each API for its health, and for each other region whether that is evacuated. */
export async function probesOf({ description }: AskedSystem, access: RegionAccess, seconds: number): Promise<Probes> {
  const { region } = access;
  const apis = (description?.apis ?? []).flatMap(api => {
    const host = api.regionalNames[region];
    return host === undefined ? [] : [{ ...api, host }];
  });
  const asked = apis.flatMap(({ host, evacuationPath, regionalNames }) => {
    const peers = evacuationPath === undefined ? [] : Object.keys(regionalNames).filter(peer => peer !== region);
    return peers.map(peer => ({ host, peer, path: evacuationPath!.replace('{region}', peer) }));
  });
  const isHealthyAt = async (host: string, path: string) => isPassed(await access.get(host, path));
  const [isHealthy, evacuated] = await Promise.all([
    apis.length === 0 ? undefined : settledWithin(seconds, every(apis.map(({ host, healthPath }) => isHealthyAt(host, healthPath)))),
    asked.length === 0 ? undefined : settledWithin(seconds, Promise.all(asked.map(async ({ host, peer, path }) => (
      isPassed(await access.get(host, path)) ? [peer] : []))).then(said => [...new Set(said.flat())])),
  ]);
  return { ...isHealthy && { isHealthy }, ...evacuated && { evacuated } };
}

/** @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html */
const isPassed = ({ status }: HttpAnswer) => status >= 200 && status < 400;

const every = async (answers: readonly Promise<boolean>[]) => (await Promise.all(answers)).every(answer => answer);
