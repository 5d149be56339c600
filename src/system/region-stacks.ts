import { Arn, ArnComponents, Aws, CfnResource, FeatureFlags, Stack, Stage } from 'aws-cdk-lib';
import { ENABLE_PARTITION_LITERALS } from 'aws-cdk-lib/cx-api';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { acknowledge } from './acknowledge';
import { AlarmSubscription } from './alarm-subscription';
import { ComplianceMode } from './compliance-mode';
import { FunctionNetworks } from './function-networks';
import { RegionAlarms } from './region-alarms';
import { RegionProtection } from './region-protection';
import { TrafficShift } from './traffic-shift';
import { unhealthyAlarmName } from './unhealthy-alarm-name';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const MAX_RESOURCES = 500;
/** From here on, a warning says that the stack fills up. */
const MANY_RESOURCES = 450;

/** The settings that the stacks of a system and of its units have in common. */
export interface SharedSettings {
  readonly regions: string[];
  /** Indicates whether a region is about to leave. */
  readonly isAnyRetiring: boolean;
  readonly account?: string;
  readonly compliance: ComplianceMode;
  readonly encryptionKeyArns?: { [region: string]: string };
  readonly alarmTopicName: string;
}

export interface RegionStacksProps {
  /** The beginning of the names of stacks and of what is shared in them. */
  readonly namePrefix: string;
  /** The subject of the stacks, for their descriptions. */
  readonly title: string;
  readonly shared: SharedSettings;
  /** The networks of the functions in the stacks. */
  readonly functionNetworks: FunctionNetworks;
  /** The subscribers of the region's topic; undefined if the topic is in another unit's stack. */
  readonly alarmSubscriptions?: AlarmSubscription[];
  /** Composite alarms of the region that are deployed before, and count as well. */
  readonly otherAlarms: (region: string) => string[];
  /** Called when there are alarms in a region. */
  readonly onAlarms?: (region: string) => void;
}

/**
 * The stacks of a system, or of one of its units, in every region: a regional one for what works without any other region, and a mesh stack for what names a peer or lets traffic in. Each is
 * made when something is put into it, so that there are no stacks without resources.
 */
export class RegionStacks {
  private readonly regional = new Map<string, Stack>();
  private readonly mesh = new Map<string, Stack>();
  private readonly alarms = new Map<string, RegionAlarms>();
  private readonly protections = new Map<string, RegionProtection>();

  constructor(private readonly owner: Construct, private readonly props: RegionStacksProps) {
    const { namePrefix, shared } = props;
    for (const region of shared.regions) {
      this.protections.set(region, new RegionProtection(() => this.stackIn(region), {
        name: namePrefix, mode: shared.compliance, keyArn: shared.encryptionKeyArns?.[region], network: () => props.functionNetworks.take(region),
      }));
      this.alarms.set(region, new RegionAlarms({
        region,
        stack: () => {
          props.onAlarms?.(region);
          return this.stackIn(region);
        },
        topicName: shared.alarmTopicName,
        unhealthyAlarmName: unhealthyAlarmName(namePrefix, region),
        subscriptions: props.alarmSubscriptions,
        key: () => this.protectionIn(region).givenKey,
        others: () => props.otherAlarms(region),
      }));
      // one that gets empty must be in the app: the CDK CLI deletes what was deployed of it, and would leave a stack that it does not know
      if (shared.isAnyRetiring) this.meshIn(region);
    }
  }

  /** Returns the stack of what works without any other region. */
  public stackIn(region: string): Stack {
    return this.make(this.regional, region, stackId(region), `${this.props.title} in ${region}`);
  }

  /** Returns the stack of what names a peer of the region, or lets traffic into it. */
  public meshIn(region: string): Stack {
    return this.make(this.mesh, region, stackId(region, true), `${this.props.title}: what connects ${region} with its peers and lets traffic in`);
  }

  public alarmsIn(region: string): RegionAlarms {
    return this.alarms.get(region)!;
  }

  public protectionIn(region: string): RegionProtection {
    return this.protections.get(region)!;
  }

  /** The alarms of all regions. */
  public get regionalAlarms(): RegionAlarms[] {
    return [...this.alarms.values()];
  }

  /** The regional stacks that were made. */
  public get regionalStacks(): Stack[] {
    return [...this.regional.values()];
  }

  /** The mesh stacks that were made. */
  public get meshStacks(): Stack[] {
    return [...this.mesh.values()];
  }

  /** Returns the ARN of something in a region, as its stacks would format it, whether they were made or not. */
  public arnIn(region: string, components: ArnComponents): string {
    const partition = FeatureFlags.of(this.owner).isEnabled(ENABLE_PARTITION_LITERALS) ? RegionInfo.get(region).partition : undefined;
    const account = this.props.shared.account ?? Stage.of(this.owner)?.account ?? Aws.ACCOUNT_ID;
    return Arn.format({ region, partition: partition ?? Aws.PARTITION, account, ...components });
  }

  /** Returns the name of a stack, whether it was made or not. */
  public stackName(region: string, mesh = false): string {
    return `${this.props.namePrefix}-${stackId(region, mesh)}`;
  }

  /** Returns the path of a stack, by which the CDK CLI knows it, whether it was made or not. */
  public stackPath(region: string, mesh = false): string {
    return `${this.owner.node.path}/${stackId(region, mesh)}`;
  }

  private make(stacks: Map<string, Stack>, region: string, id: string, description: string): Stack {
    const existing = stacks.get(region);
    if (existing) return existing;
    const stack = new Stack(this.owner, id, { stackName: `${this.props.namePrefix}-${id}`, description, env: { region, account: this.props.shared.account } });
    stacks.set(region, stack);
    acceptEmptiness(stack);
    // whoever deploys may give it to every regional stack: CloudFormation refuses parameters that a template does not have
    if (stacks === this.regional) TrafficShift.of(stack);
    return stack;
  }
}

function stackId(region: string, mesh = false): string {
  return `${region}${mesh ? '-mesh' : ''}`;
}

/** Accepts empty stacks: one that somebody asked for and put nothing into is no mistake. */
export function acceptEmptiness(stack: Stack): void {
  acknowledge(stack, { id: 'CloudFormation-Validate::F0001', reason: 'a stack without resources is not deployed; it may get some later' });
}

/** Returns the number of resources in a stack, those left out that the CDK does not render. */
export function countResources(stack: Stack): number {
  const isRendered = (resource: CfnResource) => (resource as unknown as { shouldSynthesize(): boolean }).shouldSynthesize();
  return stack.node.findAll().filter(CfnResource.isCfnResource).filter(resource => resource.stack === stack && isRendered(resource)).length;
}

/** Returns an error for a stack with more resources than CloudFormation takes, or a warning for one that soon will have. */
export function fullness(stack: Stack): { readonly error?: string; readonly warning?: string } {
  const count = countResources(stack);
  const says = `the stack ${stack.stackName} has ${count} resources; allowed: ${MAX_RESOURCES}. Move functions and what uses them into a SystemUnit, which has stacks of its own [${stack.node.path}]`;
  if (count > MAX_RESOURCES) return { error: says };
  return count > MANY_RESOURCES ? { warning: says } : {};
}
