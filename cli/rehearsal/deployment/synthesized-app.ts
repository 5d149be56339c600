import { CloudAssembly } from '../../system/cloud-assembly';
import { readAssembly } from '../../system/read-system';
import { ApiDescription, SystemDescription } from '../../system/system-description';
import { HostedZone, hostedZonesOf } from '../dns/hosted-zone';
import { Zone } from '../dns/zone';
import { UserError } from '../machine/user-error';

/** The output of an app's synthesis, and the one of its systems that is rehearsed. */
export class SynthesizedApp {
  /**
   * Reads an assembly. Throws a `UserError` if it has no system, or several and none is chosen, or if it is for several accounts.
   *
   * @param chosen the name of the system
   */
  public static read(folder: string, chosen?: string): SynthesizedApp {
    const { assembly, systems } = readAssembly(folder);
    const { accountIds } = assembly;
    if (accountIds.length > 1) throw new UserError(`The app deploys to ${accountIds.length} accounts (${accountIds.join(', ')}): the local regions have one. Rehearse a stage that has one.`);
    return new SynthesizedApp(assembly, choose(systems, chosen));
  }

  private constructor(readonly assembly: CloudAssembly, readonly system: SystemDescription) {}

  /** The regions to be there, that of the global services first. */
  public get regions(): string[] {
    return this.assembly.regions;
  }

  public get accountId(): string | undefined {
    return this.assembly.accountIds[0];
  }

  public get hostedZones(): HostedZone[] {
    return hostedZonesOf(this.assembly);
  }

  /** The API that customers use, if there is one: the first that has a name which all regions share, or else the first. */
  public get api(): ApiDescription | undefined {
    const { apis } = this.system;
    return apis.find(({ sharedName }) => sharedName !== undefined) ?? apis[0];
  }

  /** The hosted zone of that API's names; nothing if they lead nowhere. */
  public get zone(): Zone | undefined {
    return this.api?.sharedName === undefined ? undefined : Zone.read(this.assembly);
  }
}

function choose(systems: SystemDescription[], chosen?: string): SystemDescription {
  const names = systems.map(({ name }) => name);
  if (chosen !== undefined) {
    const system = systems.find(({ name }) => name === chosen);
    if (!system) throw new UserError(`The app has no system ${chosen}: name one of ${names.join(', ')} with --system.`);
    return system;
  }
  if (systems.length > 1) throw new UserError(`The app has ${systems.length} systems (${names.join(', ')}): choose one with --system <name>.`);
  return systems[0];
}
