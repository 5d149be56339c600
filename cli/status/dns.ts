import { Resolver } from 'dns/promises';
import { Answer, settledWithin } from '../operate/answers';
import { ApiDescription } from '../system/system-description';

/** The target of a name that all regions share, as asked from here. */
export interface Lead {
  readonly name: string;
  /** The regions whose own names lead to one of the same addresses; none if no one's do. */
  readonly to: Answer<readonly string[]>;
}

/** Asks the resolver of this machine. Somebody elsewhere may be led to another region: the routing goes by where the resolver is. */
export async function leadsOf(apis: readonly ApiDescription[], seconds: number): Promise<Lead[]> {
  const resolver = new Resolver({ timeout: seconds * 450, tries: 2 });
  const named = apis.flatMap(({ sharedName: name, regionalNames }) => (name === undefined ? [] : [{ name, regionalNames }]));
  return Promise.all(named.map(async ({ name, regionalNames }) => {
    const regions = Object.keys(regionalNames);
    const to = await settledWithin(seconds, Promise.all([
      resolver.resolve4(name),
      // a region that has no address is none that it leads to
      ...regions.map(region => resolver.resolve4(regionalNames[region]).catch((): string[] => [])),
    ]).then(([shared, ...own]) => regionsOf(shared, Object.fromEntries(regions.map((region, i) => [region, own[i]])))));
    return { name, to };
  }));
}

/** Returns the regions that have one of the addresses. */
export function regionsOf(addresses: readonly string[], own: Readonly<Record<string, readonly string[]>>): string[] {
  return Object.keys(own).filter(region => own[region].some(address => addresses.includes(address)));
}
