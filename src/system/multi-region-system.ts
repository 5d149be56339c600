import { Stack, Stage, Token } from 'aws-cdk-lib';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { AlarmProfile } from './alarm-settings';
import { AlarmSubscription } from './alarm-subscription';
import { ComplianceMode } from './compliance-mode';
import { FunctionNetwork } from './function-network';
import { NameRule } from './names';
import { RegionAlarms } from './region-alarms';
import { RegionProtection } from './region-protection';
import { resolveRegions } from './regions';
import { requireNetworks } from './require-networks';
import { SystemAlarmSettings } from './system-alarm-settings';
import { acknowledge } from '../private/acknowledge';
import { useAlarmSettings } from '../private/alarms';
import { invalidProp, requireLiteral } from '../private/errors';

const SYSTEM = Symbol.for('cdk-multi-region.MultiRegionSystem');

/** Properties of a `MultiRegionSystem`. */
export interface MultiRegionSystemProps {
  /**
   * The region that also carries what exists only once: the global stack with its global tables.
   *
   * It is a home for state's definitions, not a leader: requests, events and workflows run in every region alike, and all of
   * them go on when this region is lost.
   */
  readonly primaryRegion: string;

  /**
   * The other regions, of the same partition, each once. An empty list makes a system of one region, which can grow later:
   * add one region a deployment, since a global table takes one new replica an update.
   *
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-dynamodb-globaltable.html
   */
  readonly secondaryRegions: string[];

  /**
   * The account of all stacks, 12 digits.
   *
   * @default - the enclosing Stage's account, else the account that the CDK CLI deploys with
   */
  readonly account?: string;

  /**
   * The beginning of every stack name and physical name. Changing it replaces everything.
   *
   * @default - the construct's id
   */
  readonly systemName?: string;

  /**
   * Who is called by the alarms of every region.
   *
   * @default - nobody: the alarms only change color
   */
  readonly alarmSubscriptions?: AlarmSubscription[];

  /**
   * Which alarms there are in every region. Each costs about 0.10 USD a month; `alarmSettings` of a construct change one of them.
   *
   * @default AlarmProfile.COMPLETE
   */
  readonly alarmProfile?: AlarmProfile;

  /**
   * What the alarms look at that belong to no construct of yours.
   *
   * @default - see each
   */
  readonly alarmSettings?: SystemAlarmSettings;

  /**
   * Which compliance rules are satisfied. STRICT costs a customer managed key in each region, about 1 USD a month, and endpoints of a VPC, which are
   * most of it: see docs/COMPLIANCE.md. Every construct of the system follows.
   *
   * @default ComplianceMode.STANDARD
   */
  readonly compliance?: ComplianceMode;

  /**
   * The VPCs that functions run in, by region: one for each region of the system. They must lead to what functions call: DynamoDB, EventBridge,
   * Lambda, SQS, S3, X-Ray, with workflows Step Functions, and whatever your own code calls.
   *
   * @default - with ComplianceMode.STRICT, VPCs that the system makes; else none
   */
  readonly functionNetworks?: { [region: string]: FunctionNetwork };
}

/**
 * An application that runs active-active in several AWS regions.
 *
 * It owns one global stack, in the primary region, and one regional stack per region. Every other construct of this library takes
 * the system as its scope and lays its own share into each of those stacks; you never loop over regions.
 *
 * No stack refers to another: `cdk deploy` brings up the global stack, then all regional stacks, side by side with
 * `--concurrency`, and a region can be deployed while its peers are down. Deploying the stacks costs nothing by itself.
 *
 * Throws if the scope is inside a stack, if a region is unknown, not literal, named twice or of another partition, or if a region has no network where
 * others have.
 */
export class MultiRegionSystem extends Construct {
  /** The system that a construct belongs to; throws if it is in none. */
  public static of(construct: IConstruct): MultiRegionSystem {
    const system = construct.node.scopes.find(MultiRegionSystem.isSystem);
    if (!system) {
      throw new Error(`scope is not inside a MultiRegionSystem; allowed: a system, or a construct within one [${construct.node.path || 'App'}]`);
    }
    return system;
  }

  private static isSystem(this: void, construct: any): construct is MultiRegionSystem {
    return SYSTEM in construct;
  }

  /** The region of the global stack. */
  public readonly primaryRegion: string;
  /** All regions, primary first. */
  public readonly regions: string[];
  /** The name that stacks and physical names begin with, after the names of enclosing stages. */
  public readonly systemName: string;
  /** Which alarms there are. */
  public readonly alarmProfile: AlarmProfile;
  /** Which compliance rules are satisfied. */
  public readonly compliance: ComplianceMode;
  /** The stack of what exists once. It is deployed before the regional stacks. */
  public readonly globalStack: Stack;

  private readonly stacks = new Map<string, Stack>();
  private readonly alarms = new Map<string, RegionAlarms>();
  private readonly alarmSubscriptions: AlarmSubscription[];
  private readonly protections = new Map<string, RegionProtection>();

  constructor(scope: Construct, id: string, props: MultiRegionSystemProps) {
    super(scope, id);
    Object.defineProperty(this, SYSTEM, { value: true });

    const enclosing = scope.node.scopes.find(Stack.isStack);
    if (enclosing) {
      throw new Error(`scope is inside the stack ${enclosing.node.path}; allowed: an App or a Stage, because a system makes its own stacks [${this.node.path}]`);
    }
    this.regions = resolveRegions(this, props.primaryRegion, props.secondaryRegions);
    this.primaryRegion = props.primaryRegion;
    if (props.account !== undefined && !Token.isUnresolved(props.account) && !/^\d{12}$/.test(props.account)) {
      throw invalidProp(this, 'account', props.account, '12 digits, or leave it out');
    }
    this.systemName = props.systemName ?? id;
    this.alarmSubscriptions = props.alarmSubscriptions ?? [];
    this.alarmProfile = props.alarmProfile ?? AlarmProfile.COMPLETE;
    useAlarmSettings(this, props.alarmSettings);
    this.compliance = props.compliance ?? ComplianceMode.STANDARD;
    if (props.functionNetworks) {
      requireNetworks(this, 'functionNetworks', this.regions, props.functionNetworks);
    }
    if (!NameRule.SYSTEM.accepts(this.systemName)) {
      throw invalidProp(this, props.systemName === undefined ? 'id, which is the systemName,' : 'systemName', this.systemName, NameRule.SYSTEM.allowed);
    }

    this.globalStack = new Stack(this, 'global', {
      stackName: `${this.namePrefix}-global`,
      description: `${this.systemName}: what exists once`,
      env: { region: this.primaryRegion, account: props.account },
    });
    for (const region of this.regions) {
      const stack = new Stack(this, region, {
        stackName: `${this.namePrefix}-${region}`,
        description: `${this.systemName}: the share of ${region}`,
        env: { region, account: props.account },
      });
      stack.addStackDependency(this.globalStack, 'tables exist before their users');
      this.stacks.set(region, stack);
      this.protections.set(region, new RegionProtection(stack, {
        name: this.namePrefix, mode: this.compliance, network: props.functionNetworks?.[region],
      }));
    }
    for (const stack of [this.globalStack, ...this.stacks.values()]) {
      acknowledge(stack, { id: 'CloudFormation-Validate::F0001', reason: 'a share without resources is not deployed; it may get some later' });
    }
    this.node.addValidation({ validate: () => this.crossStackReferences() });
  }

  /** What physical names begin with: the stages' names and the system's. */
  public get namePrefix(): string {
    const stages = this.node.scopes.filter(Stage.isStage).map(stage => stage.stageName).filter(Boolean);
    return stages.length === 0 ? this.systemName : `${stages[stages.length - 1]}-${this.systemName}`;
  }

  /** All regions but one; throws if it is not a region of the system. */
  public peersOf(region: string): string[] {
    this.stackIn(region);
    return this.regions.filter(other => other !== region);
  }

  /** The stack of a region's share; throws if it is not a region of the system. */
  public stackIn(region: string): Stack {
    const stack = this.stacks.get(region);
    if (!stack) {
      throw invalidProp(this, 'region', region, `a region of this system: ${this.regions.join(', ')}`);
    }
    return stack;
  }

  /** The name of the topics that alarms call through, equal in every region. It names one in another stack without a reference. */
  public get alarmTopicName(): string {
    return `${this.namePrefix}-alarms`;
  }

  /**
   * The topic that all alarms of a region call through, encrypted with a key of its own, about 1 USD a month and region; throws if it is not a region of the system.
   *
   * CloudWatch alarms cannot call another region's topic: subscribe to all of them, by `alarmSubscriptions`.
   */
  public alarmTopicIn(region: string): ITopic {
    return this.alarmsIn(region).topic;
  }

  /** The name of a region's composite alarm, red when any alarm of the region is that tells of the region itself; throws if it is not a region of the system. */
  public unhealthyAlarmNameIn(region: string): string {
    this.stackIn(region);
    return `${this.namePrefix}-${region}-unhealthy`;
  }

  /**
   * Lets functions call a service of AWS from the VPCs that the system makes with `ComplianceMode.STRICT`, by an endpoint in each. Without such VPCs, it
   * does nothing. DynamoDB, EventBridge, Lambda, S3, SQS, X-Ray, and for workflows Step Functions, are there already.
   *
   * Per region: an endpoint in two Availability Zones, billed by the hour in each.
   *
   * @param service what follows the region in the endpoint service's name, such as `secretsmanager` or `kms`
   * @see https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
   */
  public letFunctionsReach(service: string): void {
    requireLiteral(this, 'service', service, /^[a-z][a-z0-9.-]*$/, 'the end of an endpoint service\'s name, such as secretsmanager');
    this.protections.forEach(protection => protection.reach(service));
  }

  /** @internal */
  public _protectionOf(share: IConstruct): RegionProtection {
    return this.protections.get(Stack.of(share).region)!;
  }

  /** @internal */
  public _alarmsOf(share: IConstruct): RegionAlarms {
    return this.alarmsIn(Stack.of(share).region);
  }

  private alarmsIn(region: string): RegionAlarms {
    const existing = this.alarms.get(region);
    if (existing) return existing;
    const alarms = new RegionAlarms(this.stackIn(region), {
      topicName: this.alarmTopicName,
      unhealthyAlarmName: this.unhealthyAlarmNameIn(region),
      subscriptions: this.alarmSubscriptions,
    });
    this.alarms.set(region, alarms);
    return alarms;
  }

  /** A reference between stacks renders an export, and a stack whose exporter is down or changing cannot be deployed. */
  private crossStackReferences(): string[] {
    return [this.globalStack, ...this.stacks.values()]
      .filter(stack => stack.node.tryFindChild('Exports'))
      .map(stack => `a resource of ${stack.stackName} is used in another stack; allowed: literal names, such as GlobalTable.tableName, `
        + `or the share of the same region, by inRegion [${stack.node.path}]`);
  }
}
