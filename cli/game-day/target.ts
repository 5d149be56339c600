import { AskedSystem, askedSystem, requireDescription, requireRegion, SystemOptions } from '../operate/asked-system';
import { RegionAccess } from '../operate/region-access';
import { NothingDone } from '../operate/requirements';
import { Zone } from '../rehearsal/dns/zone';
import { shellWord } from '../shell-word';
import { ApiDescription, SystemDescription } from '../system/system-description';

/** The system that a game day is on, and the ways to it. */
export interface Target {
  readonly system: AskedSystem;
  readonly description: SystemDescription;
  /** The ways into all regions, the primary one first. */
  readonly accesses: readonly RegionAccess[];
  /** The API whose shared name customers use. */
  readonly api: ApiDescription;
  readonly sharedName: string;
  /** The hosted zone of its names. */
  readonly zone: Zone;
  readonly options: SystemOptions;
  /** Indicates whether its regions are on some machine. */
  readonly isLocal: boolean;
}

/** Finds the system that options name. Throws one line if there is nothing to drill, or if its regions are in two worlds. */
export function findTarget(options: SystemOptions): Target {
  const system = askedSystem(options);
  const description = requireDescription(system, 'what its customers use, and what must hold');
  const { name, regions } = description;
  const { endpoint = {} } = options;
  Object.keys(endpoint).forEach(region => requireRegion(system, region));
  const local = regions.filter(region => endpoint[region] !== undefined);
  if (local.length > 0 && local.length < regions.length) {
    throw new Error(`--endpoint names ${local.join(', ')}, and ${regions.filter(region => !local.includes(region)).join(', ')} would be AWS's: name all regions or none`);
  }
  if (regions.length < 2) throw new NothingDone(`${regions[0]} is the only region of ${name}: nobody could be led elsewhere`);
  const api = description.apis.find(({ sharedName }) => sharedName !== undefined);
  if (!api) throw new NothingDone(`no API of ${name} has a domain: nobody could be led elsewhere`);
  return {
    system,
    description,
    accesses: regions.map(region => new RegionAccess(region, options)),
    api,
    sharedName: api.sharedName!,
    zone: Zone.read({ stacks: [...system.stacks] }),
    options,
    isLocal: local.length > 0,
  };
}

/** Returns the command that takes an evacuation back, with what leads to the same system. */
export function restoreCommand(region: string, { options: { assembly, system, profile, roleArn, endpoint = {} } }: Pick<Target, 'options'>): string {
  const named = Object.entries({ assembly, system, profile, 'role-arn': roleArn }).flatMap(([option, value]) => (value === undefined ? [] : [`--${option}`, value]));
  const words = ['restore', region, ...named, ...Object.entries(endpoint).flatMap(([name, url]) => ['--endpoint', `${name}=${url}`])];
  return ['npx cdk-multi-region', ...words.map(shellWord)].join(' ');
}
