import { existsSync } from 'fs';
import { join } from 'path';
import { Command, InvalidArgumentError } from 'commander';
import { controlTableName } from '../../src/evacuation-switch/constants';
import { StackArtifact } from '../system/cloud-assembly';
import { parseRegionNames, parseSystemName } from '../system/names';
import { readAssembly } from '../system/read-system';
import { SystemDescription } from '../system/system-description';

/** The folder in which "cdk synth" and "cdk deploy" leave what they have synthesized. */
const DEFAULT_ASSEMBLY = 'cdk.out';

/** The longest that is waited for a region, in seconds. */
const MOST_SECONDS = 300;

/** The system that a command is about. */
export interface AskedSystem {
  /** The prefix of the names of its stacks: the system's name, behind that of its stage if it has one. */
  readonly name: string;
  /** All regions, the primary one first. */
  readonly regions: readonly string[];
  /** The name of the table that evacuations are written to, whether it is there or not. */
  readonly controlTable: string;
  /** The description in the assembly; nothing where there is none. */
  readonly description?: SystemDescription;
  /** Its stacks in the assembly, those of its units included; none where there is no assembly. */
  readonly stacks: readonly StackArtifact[];
  /** All stacks of the app, those of others included; none where there is no assembly. */
  readonly appStacks: readonly StackArtifact[];
  /** The account that its stacks are deployed to, if the app names one. */
  readonly accountId?: string;
}

/** The options that are common to all commands of an operator. */
export interface SystemOptions {
  readonly assembly?: string;
  readonly system?: string;
  readonly regions?: string[];
  readonly profile?: string;
  readonly roleArn?: string;
  readonly endpoint?: Readonly<Record<string, string>>;
  readonly timeout: number;
}

/** Adds the options that say which system a command is about, and how its regions are reached. */
export function withSystem(command: Command): Command {
  return command
    .option('--assembly <folder>', `what "cdk synth" or "cdk deploy" wrote, which says what the system consists of (default: ${DEFAULT_ASSEMBLY}, if it is there)`)
    .option('--system <name>', 'which system, if the app has several; without an assembly, what the names of its stacks begin with (Orders, Prod-Orders)', parseSystemName)
    .option('--regions <names>', 'without an assembly: all regions of the system, separated by commas', parseRegionNames)
    .option('--profile <name>', 'the profile of the AWS CLI to take credentials from (default: as the AWS CLI does)')
    .option('--role-arn <arn>', 'a role to assume in each region; {region} in it stands for the region')
    .option('--endpoint <region=url>', 'where a local region listens, as "rehearse --keep" prints it; may be repeated', parseEndpoint)
    .option('--timeout <seconds>', 'how long to wait for a region before it counts as silent', parseTimeout, 4);
}

/** Finds the system that the options name. Throws if there is none, or if they do not say which. */
export function askedSystem({ assembly = existsSync(join(DEFAULT_ASSEMBLY, 'manifest.json')) ? DEFAULT_ASSEMBLY : undefined, system: name, regions }: SystemOptions): AskedSystem {
  if (assembly === undefined) {
    if (name === undefined || regions === undefined) {
      throw new Error(`there is no ${DEFAULT_ASSEMBLY} in this folder: run this where the app was synthesized, name that by --assembly, or name the system by --system and --regions`);
    }
    return { name, regions, controlTable: controlTableName(name), stacks: [], appStacks: [] };
  }
  const { assembly: { stacks: all }, systems } = readAssembly(assembly);
  const description = chosen(systems, name);
  const unknown = regions?.find(region => !description.regions.includes(region));
  if (unknown !== undefined) throw new Error(`${unknown} is not a region of ${description.name}, whose regions are ${description.regions.join(', ')}`);
  const names = systems.map(system => system.name);
  const stacks = all.filter(({ stackName }) => systemOf(stackName, names) === description.name);
  const [accountId, ...others] = new Set(stacks.flatMap(stack => stack.accountId ?? []));
  return {
    name: description.name,
    regions: description.regions,
    controlTable: description.controlTable ?? controlTableName(description.name),
    description,
    stacks,
    appStacks: all,
    accountId: others.length === 0 ? accountId : undefined,
  };
}

/** Requires that a region is one of the system. */
export function requireRegion({ name, regions }: AskedSystem, region: string): void {
  if (!regions.includes(region)) throw new Error(`${region} is not a region of ${name}, whose regions are ${regions.join(', ')}`);
}

/** Requires what only an assembly says. */
export function requireDescription({ name, description }: AskedSystem, what: string): SystemDescription {
  if (!description) throw new Error(`only the assembly of ${name} says ${what}: name it by --assembly`);
  return description;
}

/** Returns the name of the system that a stack belongs to: a stack of `Orders-Billing` begins like one of `Orders`, too. */
function systemOf(stackName: string, names: readonly string[]): string | undefined {
  return names.filter(name => stackName.startsWith(`${name}-`)).sort((a, b) => b.length - a.length)[0];
}

function chosen(systems: readonly SystemDescription[], name: string | undefined): SystemDescription {
  const names = systems.map(system => system.name).join(', ');
  const found = systems.filter(system => name === undefined || system.name === name);
  if (found.length === 0) throw new Error(`the app has no system ${name}; it has ${names}`);
  if (found.length > 1) throw new Error(`the app has several systems: name one of ${names} by --system`);
  return found[0];
}

function parseEndpoint(value: string, previous: Record<string, string> = {}): Record<string, string> {
  const [, region, url] = /^([^=]+)=(https?:\/\/.+)$/.exec(value) ?? [];
  if (region === undefined || !URL.canParse(url)) throw new InvalidArgumentError('Allowed: a region and a URL, such as us-west-2=http://127.0.0.1:4566.');
  parseRegionNames(region);
  return { ...previous, [region]: url };
}

function parseTimeout(value: string): number {
  const seconds = Number(value);
  if (value.trim() === '' || !(seconds > 0 && seconds <= MOST_SECONDS)) throw new InvalidArgumentError(`Allowed: a number greater than 0, at most ${MOST_SECONDS}.`);
  return seconds;
}
