import { Annotations, Stack, Stage, Token } from 'aws-cdk-lib';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { AlarmProfile } from './alarm-settings';
import { ComplianceMode } from './compliance-mode';
import { describe } from './describe';
import { DESCRIPTION_FORMAT, REHEARSED_REGIONS } from './description';
import { requireKeyArns } from './encryption-keys';
import { invalidProp, requireLiteral } from './errors';
import { FunctionNetwork } from './function-network';
import { FunctionNetworks } from './function-networks';
import { GlobalStack } from './global-stack';
import { Notices } from './notices';
import { RegionStacks, SharedSettings } from './region-stacks';
import { rehearsedRegions, resolveRegions, resolveRetiring } from './regions';
import { makeDeletable } from './removal';
import { ReservedConcurrencySettings } from './reserved-concurrency';
import { SystemAlarmSettings } from './system-alarm-settings';
import { MultiRegionSystemProps } from './system-props';
import { requireSettings } from './system-settings';
import { synthesizeInWaves } from './system-synthesis';
import { Waves } from './waves';

const SYSTEM = Symbol.for('cdk-multi-region.MultiRegionSystem');

/** A composite alarm takes 100 children, and most places are for the alarms of the system itself. */
const MAX_UNITS = 20;

/**
 * An application that runs active-active in several AWS regions.
 *
 * It owns one global stack, in the primary region, and for each region a regional stack and a mesh stack. Every other construct of this library takes the system, or a `SystemUnit` of it, as its
 * scope and lays its own part into each of those stacks; you never loop over regions. A stack that would have no resources is not made.
 *
 * `cdk deploy --all --concurrency 10` brings up three waves: the global stack; then all regional stacks, with all that works without any other region; then all mesh stacks, with all
 * that names a peer or lets traffic in. No stack refers to another, so each can be deployed while other regions are down; one that refers to another by whatever means stops the synthesis, with both ends. Deploying the stacks costs nothing by itself.
 *
 * Throws if the scope is inside a stack, if a region is unknown, not literal, named twice or of another partition, or if a network is not acceptable.
 *
 * An example, what it defines, what it costs, and its limits: [multi region system](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/multi-region-system.md).
 */
export class MultiRegionSystem extends Construct {
  /** Returns the system that a construct belongs to; throws if it is in none, or in one that another copy of this package made. */
  public static of(construct: IConstruct): MultiRegionSystem {
    const system = construct.node.scopes.find(scope => SYSTEM in scope);
    if (!system) {
      throw new Error(`scope is not inside a MultiRegionSystem; allowed: a system, or a construct within one [${construct.node.path || 'App'}]`);
    }
    if (!(system instanceof MultiRegionSystem)) {
      throw new Error(`the system ${system.node.path} was made by another copy of cdk-multi-region; allowed: one copy in an app, see npm ls cdk-multi-region [${construct.node.path}]`);
    }
    return system;
  }

  /** The region of the global stack. */
  public readonly primaryRegion: string;
  /** All regions, primary first. */
  public readonly regions: string[];
  /** The regions that are about to leave; they are among `regions` until they have left. */
  public readonly retiringRegions: string[];
  /** The name that stacks and physical names begin with, after the names of enclosing stages. */
  public readonly systemName: string;
  /** The set of alarms that every region has. */
  public readonly alarmProfile: AlarmProfile;
  /** The compliance rules that are satisfied. */
  public readonly compliance: ComplianceMode;

  /** The reserved concurrency of the functions by which a region stays in service. @internal */
  public readonly _reservedConcurrency: ReservedConcurrencySettings;
  /** The settings of the alarms that belong to no construct of the user's. @internal */
  public readonly _alarmSettings: SystemAlarmSettings;
  /** The settings that the stacks of the system and of its units have in common. @internal */
  public readonly _shared: SharedSettings;
  /** The networks of functions, those of units left out that have some of their own. @internal */
  public readonly _functionNetworks: FunctionNetworks;
  /** The stacks of the system itself in every region. @internal */
  public readonly _stacks: RegionStacks;

  private readonly global: GlobalStack;
  private readonly units: RegionStacks[] = [];
  private readonly waves: Waves;
  private readonly notices = new Notices();

  constructor(scope: Construct, id: string, props: MultiRegionSystemProps) {
    super(scope, id);
    Object.defineProperty(this, SYSTEM, { value: true });

    const enclosing = scope.node.scopes.find(Stack.isStack);
    if (enclosing) {
      throw new Error(`scope is inside the stack ${enclosing.node.path}; allowed: an App or a Stage, because a system makes its own stacks [${this.node.path}]`);
    }
    const regions = resolveRegions(this, props.primaryRegion, props.secondaryRegions);
    this.regions = rehearsedRegions(this, regions, message => Annotations.of(this).addWarningV2(REHEARSED_REGIONS, message));
    this.primaryRegion = props.primaryRegion;
    this.retiringRegions = resolveRetiring(this, regions, props.retiringRegions).filter(region => this.regions.includes(region));
    this.systemName = props.systemName ?? id;
    requireSettings(this, props, id);
    this.alarmProfile = props.alarmProfile ?? AlarmProfile.COMPLETE;
    this._alarmSettings = props.alarmSettings ?? {};
    this._reservedConcurrency = new ReservedConcurrencySettings(this, props.reservedConcurrency);
    this.compliance = props.compliance ?? ComplianceMode.STANDARD;
    if (props.deletable) makeDeletable(this);
    requireKeyArns(this, 'encryptionKeyArns', regions, props.encryptionKeyArns);
    this._functionNetworks = new FunctionNetworks(this, regions);
    if (props.functionNetworks) this.addNetworks(props.functionNetworks);
    this._shared = {
      regions: this.regions,
      isAnyRetiring: this.retiringRegions.length > 0,
      account: props.account,
      compliance: this.compliance,
      encryptionKeyArns: props.encryptionKeyArns,
      alarmTopicName: this.alarmTopicName,
    };
    this.global = new GlobalStack(this, this.namePrefix, {
      description: `${this.systemName}: what exists once`,
      env: { region: this.primaryRegion, account: props.account },
    });
    this._stacks = new RegionStacks(this, {
      namePrefix: this.namePrefix,
      title: this.systemName,
      shared: this._shared,
      functionNetworks: this._functionNetworks,
      alarmSubscriptions: props.alarmSubscriptions ?? [],
      otherAlarms: region => this.units.map(unit => unit.alarmsIn(region)).filter(alarms => alarms.exist).map(alarms => alarms.unhealthyAlarmName),
    });
    describe(this, 'system', () => ({ format: DESCRIPTION_FORMAT, name: this.namePrefix, regions: this.regions, retiringRegions: this.retiringRegions }));
    this.waves = new Waves(this.global, this._stacks, this.units);
    synthesizeInWaves(this, this.waves, this.retiringRegions, this.notices);
  }

  /** The stack of what exists once, made when it is first asked for. It is deployed before all others. */
  public get globalStack(): Stack {
    return this.global.stack;
  }

  /** Indicates whether the global stack was made. @internal */
  public get _hasGlobalStack(): boolean {
    return this.global.made !== undefined;
  }

  /** The name of the global stack, whether it was made or not. @internal */
  public get _globalStackName(): string {
    return this.global.stackName;
  }

  /** The path of the global stack, by which the CDK CLI knows it, whether it was made or not. @internal */
  public get _globalStackPath(): string {
    return this.global.path;
  }

  /** The account of all stacks, if it is known at synthesis. @internal */
  public get _account(): string | undefined {
    const account = this._shared.account ?? Stage.of(this)?.account;
    return account === undefined || Token.isUnresolved(account) ? undefined : account;
  }

  /** The prefix of physical names: the stages' names and the system's. */
  public get namePrefix(): string {
    const stages = this.node.scopes.filter(Stage.isStage).map(stage => stage.stageName).filter(Boolean);
    return stages.length === 0 ? this.systemName : `${stages[stages.length - 1]}-${this.systemName}`;
  }

  /** Returns all regions but one, whether they are about to leave or not; throws if it is not a region of the system. */
  public peersOf(region: string): string[] {
    this._requireRegion(region);
    return this.regions.filter(other => other !== region);
  }

  /** Returns the peers of a region that are to stay: those that it sends to. @internal */
  public _receiversOf(region: string): string[] {
    return this.peersOf(region).filter(peer => !this.retiringRegions.includes(peer));
  }

  /** Returns the stack of what a region has of the system and needs no other region; throws if it is not a region of the system. */
  public stackIn(region: string): Stack {
    return this._stacks.stackIn(this._requireRegion(region));
  }

  /**
   * Returns the stack of what names a region's peers or lets traffic into the region; it is deployed last. Throws if it is not a region of the
   * system.
   */
  public meshStackIn(region: string): Stack {
    return this._stacks.meshIn(this._requireRegion(region));
  }

  /** The name of the topics that alarms notify, equal in every region. It names one in another stack without a reference. */
  public get alarmTopicName(): string {
    return `${this.namePrefix}-alarms`;
  }

  /**
   * Returns the topic that all alarms of a region notify, encrypted with a key of `encryptionKeyArns` or one of its own, about 1 USD a month and region; throws if it is not a region of the system.
   *
   * CloudWatch alarms cannot notify another region's topic: subscribe to all of them, by `alarmSubscriptions`.
   */
  public alarmTopicIn(region: string): ITopic {
    return this._stacks.alarmsIn(this._requireRegion(region)).topic!;
  }

  /** Returns the name of a region's composite alarm, in ALARM when any alarm on the region itself is; throws if it is not a region of the system. */
  public unhealthyAlarmNameIn(region: string): string {
    return this._stacks.alarmsIn(this._requireRegion(region)).unhealthyAlarmName;
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
    [this._stacks, ...this.units].forEach(stacks => this.regions.forEach(region => stacks.protectionIn(region).reach(service)));
  }

  /**
   * Sets the VPC that functions of one region run in: one that is made in that region's stack, `stackIn(region)`, or an import. It must be set before the first function.
   *
   * Functions of a `SystemUnit` are in stacks of their own, and cannot run in what this region's stack makes: give the unit a network, by its `addFunctionNetwork`, or import the VPC by literal ids.
   *
   * Throws if it is not a region of the system, if the region has a network or functions already, or if the network is not acceptable.
   */
  public addFunctionNetwork(region: string, network: FunctionNetwork): void {
    this._functionNetworks.add(this._requireRegion(region), network);
  }

  /** Throws, listing the known ones, unless it is a region of the system. @internal */
  public _requireRegion(region: string): string {
    if (!this.regions.includes(region)) {
      throw invalidProp(this, 'region', region, `a region of this system: ${this.regions.join(', ')}`);
    }
    return region;
  }

  /** Makes the stacks of a unit. @internal */
  public _addUnit(unit: Construct, name: string, functionNetworks: FunctionNetworks): RegionStacks {
    if (this.units.length === MAX_UNITS) {
      throw invalidProp(unit, 'units', this.units.length + 1, `at most ${MAX_UNITS} in a system, because a region's composite alarm names the one of each`);
    }
    const stacks = new RegionStacks(unit, {
      namePrefix: `${this.namePrefix}-${name}`,
      title: `${this.systemName}, ${name}`,
      shared: this._shared,
      functionNetworks,
      otherAlarms: () => [],
      // the topic, and the region's composite alarm, are in the system's own stack
      onAlarms: region => void this.alarmTopicIn(region),
    });
    this.units.push(stacks);
    return stacks;
  }

  /** All stacks that were made, in the order of their deployment. @internal */
  public get _allStacks(): Stack[] {
    return this.waves.stacks;
  }

  /** Has something said at synthesis, unless the owner or what it is in has acknowledged it. @internal */
  public _notify(level: 'warning' | 'info', owner: IConstruct, id: string, message: string): void {
    this.notices.add({ level, owner, id, message });
  }

  private addNetworks(networks: { [region: string]: FunctionNetwork }): void {
    this._functionNetworks.addAll(networks);
    const without = this.regions.filter(region => !(region in networks));
    if (without.length === 0) return;
    this._notify('warning', this, 'cdk-multi-region:regionsWithoutNetwork', `functionNetworks of ${this.node.path} leave out ${without.join(', ')}: functions run outside of your VPCs there, `
      + 'and what they call in a VPC must be reachable when that region takes over. Give a network for each region, or acknowledge this');
  }
}
