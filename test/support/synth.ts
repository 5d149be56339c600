import { App, AppProps, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { MultiRegionSystem, MultiRegionSystemProps, SystemUnit } from '../../src';

/** Regions of one partition, the reference architecture's two first. */
export const REGIONS = [
  'ap-southeast-2', 'us-west-2', 'eu-west-1', 'us-east-1', 'eu-central-1', 'ap-northeast-1', 'sa-east-1', 'ca-central-1', 'af-south-1', 'eu-north-1',
];

/** Returns the names of up to 20 regions of one partition. */
export function regionNames(count: number): string[] {
  const others = RegionInfo.regions.filter(({ name, partition }) => partition === 'aws' && !REGIONS.includes(name)).map(({ name }) => name);
  return [...REGIONS, ...others].slice(0, count);
}

export function regions(count: number): MultiRegionSystemProps {
  const [primaryRegion, ...secondaryRegions] = REGIONS.slice(0, count);
  return { primaryRegion, secondaryRegions };
}

/**
 * Returns an app that leaves out what no test reads, so that synthesis takes milliseconds: bundling, where each element was made, and the tree of
 * constructs as a file.
 */
export function testApp(props: AppProps = {}): App {
  return new App({ treeMetadata: false, ...props, context: { 'aws:cdk:bundling-stacks': [], 'aws:cdk:disable-creation-stack-traces': true, ...props.context } });
}

export function testSystem(count = 2, props: Partial<MultiRegionSystemProps> = {}): MultiRegionSystem {
  return new MultiRegionSystem(testApp(), 'Orders', { ...regions(count), ...props });
}

/** A folder with code that Lambda would take. */
export const CODE = 'test/support/code';

/**
 * Returns the templates of all stacks of a system itself, by region, `<region>-mesh` for its mesh stack if there is one, `global` for the global
 * stack.
 */
export function templates(system: MultiRegionSystem): Record<string, any> {
  // made before the first synthesis, after which there must be no new ones
  const stacks = [system.globalStack, ...system.regions.map(region => system.stackIn(region))];
  return Object.fromEntries([
    ...stacks.map(stack => [stack.node.id, Template.fromStack(stack).toJSON()]),
    ...system._stacks.meshStacks.map(stack => [stack.node.id, Template.fromStack(stack).toJSON()]),
  ]);
}

/** Returns the templates of all stacks of a system and of its units, or of some of them, by the stack's name. */
export function allTemplates(system: MultiRegionSystem, isWanted: (stack: Stack) => boolean = () => true): Record<string, any> {
  return Object.fromEntries(system._allStacks.filter(isWanted).map(stack => [stack.stackName, Template.fromStack(stack).toJSON()]));
}

/** Returns the stack of a unit in one region, or its mesh stack. */
export function stackOf(unit: SystemUnit, region: string, isMesh = false): Stack {
  return isMesh ? unit._stacks.meshIn(region) : unit._stacks.stackIn(region);
}

/** Returns the stack that lets traffic into a region, or names its peers. */
export function mesh(system: MultiRegionSystem, region: string): Template {
  return Template.fromStack(system.meshStackIn(region));
}

/** Returns the statements of roles whose logical ids begin with something, by inline and by attached policies of their own. */
export function statementsOf(template: Template | object, rolePrefix: string): any[] {
  const json = template instanceof Template ? template.toJSON() : template as any;
  const all = Object.entries<any>(json.Resources ?? {});
  const inline = all.filter(([id, { Type }]) => Type === 'AWS::IAM::Role' && id.startsWith(rolePrefix)).flatMap(([, { Properties }]) => Properties.Policies ?? []);
  const attached = all.filter(([, { Type, Properties }]) => Type === 'AWS::IAM::Policy' && Properties.Roles.some((role: any) => role.Ref?.startsWith(rolePrefix)))
    .map(([, { Properties }]) => Properties);
  return [...inline, ...attached].flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
}

export function regional(system: MultiRegionSystem, region: string): Template {
  return Template.fromStack(system.stackIn(region));
}

export function resources(template: Template | object, type: string): any[] {
  const json = template instanceof Template ? template.toJSON() : template as any;
  return Object.values<any>(json.Resources ?? {}).filter(resource => resource.Type === type);
}

/** Returns the message of the error that something throws. */
export function errorOf(attempt: () => unknown): string {
  try {
    attempt();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing was thrown');
}

/** Expects an error of a constructor to name the prop, the value, what is allowed, and where. */
export function expectPropError(attempt: () => unknown, prop: string, value: string, allowed: string, path: string): void {
  const message = errorOf(attempt);
  expect(message).toContain(prop);
  expect(message).toContain(value);
  expect(message).toMatch(/allowed: .+/);
  expect(message).toContain(allowed);
  expect(message).toContain(`[${path}]`);
  expect(message).not.toMatch(/\.$/);
}


/** Returns a template's value that depends on how traffic is to move. */
export const chosen = (atOnce: unknown, gradually: unknown) => ({ 'Fn::If': ['TrafficShiftIsAtOnce', atOnce, gradually] });

/** Returns the message that a pipe sends to its target for a record: paths in quotes are filled in as they are, others as JSON. */
export function pipeMessage(pipe: any, record: any): string {
  return pipe.Properties.TargetParameters.InputTemplate.replace(/"<\$\.([A-Za-z]+)>"|<\$\.([A-Za-z]+)>/g, (_: string, text?: string, json?: string) => (
    text === undefined ? JSON.stringify(record[json!]) : `"${record[text]}"`
  ));
}
