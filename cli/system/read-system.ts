import { existsSync } from 'fs';
import { join } from 'path';
import { CloudAssembly, MetadataEntry } from './cloud-assembly';
import { SystemDescription } from './system-description';
import { BusDescription, Described, DESCRIPTION_FORMAT, DESCRIPTION_PREFIX, Descriptions, ImportedBusDescription, SystemIdentity } from '../../src/system/description';

/**
 * Reads what the constructs of each system of an app say in its cloud assembly, those in stages included.
 *
 * Throws if there is no assembly, if there is no system in it, or if another version of the library wrote it in a format of its own.
 */
export function readSystems(assemblyFolder: string): SystemDescription[] {
  return readAssembly(assemblyFolder).systems;
}

/** Reads a cloud assembly, and its systems. Throws as `readSystems` does. */
export function readAssembly(folder: string): { readonly assembly: CloudAssembly; readonly systems: SystemDescription[] } {
  if (!existsSync(join(folder, 'manifest.json'))) throw new Error(`there is no cloud assembly in ${folder}; synthesize the app first, by npx cdk synth`);
  const assembly = CloudAssembly.read(folder);
  return { assembly, systems: systemsIn(assembly) };
}

function systemsIn({ stacks }: CloudAssembly): SystemDescription[] {
  const entries = stacks.flatMap(({ metadata }) => metadata);
  const systems = described(entries, 'system');
  if (systems.length === 0) {
    throw new Error('this app has no MultiRegionSystem with anything in it, or it uses a version of cdk-multi-region that does not describe its systems; '
      + 'allowed: an app with a MultiRegionSystem of the version of this command');
  }
  systems.forEach(requireFormat);
  return systems.map(system => describeSystem(system, entries));
}

function requireFormat({ path, format }: SystemIdentity): void {
  if (format !== DESCRIPTION_FORMAT) {
    throw new Error(`the system ${path} is described in format ${format}, and this command reads format ${DESCRIPTION_FORMAT}: `
      + 'run the command of the version of cdk-multi-region that the app uses');
  }
}

function describeSystem({ format, ...system }: SystemIdentity, entries: readonly MetadataEntry[]): SystemDescription {
  const all = <Kind extends keyof Descriptions>(kind: Kind) => described(entries, kind).filter(({ path }) => path.startsWith(`${system.path}/`));
  const [control] = all('evacuation-switch');
  const [workflows, functions, queues] = [all('workflow'), all('function'), all('queue')];
  const libraryTables = new Set([control?.controlTable, ...workflows.map(({ ledger }) => ledger)]);
  const targets = new Map([...functions, ...queues, ...workflows].map(({ path, name }) => [path, name]));
  return {
    ...system,
    controlTable: control?.controlTable,
    apis: all('api'),
    tables: all('table').filter(({ name }) => !libraryTables.has(name)),
    importedTables: all('imported-table'),
    buses: all('bus').map(bus => withNamedTargets(bus, targets)),
    importedBuses: all('imported-bus').map(bus => withNamedTargets(bus, targets)),
    workflows,
    functions,
    deadLetters: all('dead-letters'),
    queues,
    durations: {
      environment: Object.fromEntries(all('scaled-environment').map(({ function: name, variables }) => [name, variables])),
      schedules: all('scaled-schedule').map(({ stack, logicalId }) => `${stack}/${logicalId}`),
    },
  };
}

/** Names the targets of subscriptions: a bus knows the paths of its targets only, which may be of kinds that it does not know. */
function withNamedTargets<Bus extends BusDescription | ImportedBusDescription>(bus: Bus, names: ReadonlyMap<string, string>): Bus {
  return { ...bus, subscriptions: bus.subscriptions.map(one => ({ ...one, target: names.get(one.target) ?? one.target })) };
}

function described<Kind extends keyof Descriptions>(entries: readonly MetadataEntry[], kind: Kind): Array<Descriptions[Kind] & Described> {
  return entries.filter(({ type }) => type === `${DESCRIPTION_PREFIX}${kind}`).map(({ data }) => data as Descriptions[Kind]);
}
