import { Annotations, Aspects, attachCustomSynthesis, Stack, Stage, Token, Validations } from 'aws-cdk-lib';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { isAcknowledged } from './acknowledge';
import { AlarmProfile } from './alarm-settings';
import { AlarmSubscription } from './alarm-subscription';
import { ComplianceMode } from './compliance-mode';
import { carryDescriptions, describe } from './describe';
import { DESCRIPTION_FORMAT, REHEARSED_REGIONS } from './description';
import { requireKeyArns } from './encryption-keys';
import { invalidProp, requireLiteral } from './errors';
import { FunctionNetwork } from './function-network';
import { FunctionNetworks } from './function-networks';
import { NameRule } from './names';
import { findReferences } from './references';
import { acceptEmptiness, fullness, RegionStacks, SharedSettings } from './region-stacks';
import { refuseMissingTypes } from './regional-types';
import { rehearsedRegions, resolveRegions, resolveRetiring } from './regions';
import { makeDeletable } from './removal';
import { findRenderedReferences } from './rendered-references';
import { reservationWarning } from './reservation-warning';
import { ReservedConcurrencyOptions, ReservedConcurrencySettings } from './reserved-concurrency';
import { SystemAlarmSettings } from './system-alarm-settings';
import { Waves } from './waves';

const SYSTEM = Symbol.for('cdk-multi-region.MultiRegionSystem');

/** A composite alarm takes 100 children, and most places are for the alarms of the system itself. */
const MAX_UNITS = 20;
/** The id of the warning that much concurrency is reserved. */
const MUCH_RESERVED = 'cdk-multi-region:reservedConcurrency';
/** The id of the global stack. */
const GLOBAL = 'global';

/** Properties of a `MultiRegionSystem`. */
export interface MultiRegionSystemProps {
  /**
   * The region that also carries what exists only once: the global stack with its global tables.
   *
   * It hosts the definitions of global resources; it is not a leader: requests, events and workflows run in every region alike, and all of
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
   * The secondary regions that are about to leave. All of them may, one after the other: a global table loses one replica an update. A region leaves in three steps; docs/LIFE.md is the runbook.
   *
   * 1. **Retire**: add the region here, and deploy. Its health check and its records of the shared name are deleted, so it gets no new clients. Its peers send it no events, have no alarms about it, and
   * their health checks do not ask it. Its replicas lose their deletion protection. Its regional stack stays the same, and so do its rules to its peers: clients that still have its address are served, its work goes on, and its events and
   * changes reach the others. To readmit it, remove it here, and deploy.
   * 2. **Destroy its stacks**, with the region still here: its mesh and regional stacks, those of units included, by `cdk destroy`. Do so once nothing is left to do in it: no requests, no execution of a workflow that runs, nothing in its
   * queues and dead-letter queues, no change that an outbox has still to publish, no event or change that a peer lacks. An execution that still runs fails when its state machine is deleted. The peers start it again from the beginning
   * once the region has been silent for long enough, if its workflow has `WorkflowOwnership.originRegion()` with takeover; otherwise it is lost. Do not deploy between this step and the next, which would make the stacks again.
   * 3. **Leave**: remove the region here and from `secondaryRegions`, and deploy. Its replicas are deleted. Let no other region join or leave in this deployment, and change nothing else of the tables.
   *
   * Destroying the stacks of a region keeps what it keeps in any other case, unless the system is `deletable`: dead-letter queues, buses and their archives, logs, keys, versions. What of it has a literal name is in the way when the
   * region joins again: deploy with `--import-existing-resources` then, and delete or import the dead-letter queues before, see `DeadLetters`.
   *
   * Throws if a region is not literal, unknown, the primary one, not in `secondaryRegions`, or named twice. A table with `TableConsistency.STRONG`, which loses no single replica, and an `ApiRouting` that needs the region throw as well.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/globaltables-bestpractices.html
   */
  readonly retiringRegions?: string[];

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
   * The subscribers of every region's alarm topic.
   *
   * @default - none; alarms change state but notify no one
   */
  readonly alarmSubscriptions?: AlarmSubscription[];

  /**
   * The set of alarms that every region has. Each costs about 0.10 USD a month; `alarmSettings` of a construct change one of them.
   *
   * @default AlarmProfile.COMPLETE
   */
  readonly alarmProfile?: AlarmProfile;

  /**
   * Overrides for the alarms that belong to no construct of yours.
   *
   * @default - see each
   */
  readonly alarmSettings?: SystemAlarmSettings;

  /**
   * The compliance rules that are satisfied. STRICT costs a customer managed key in each region, about 1 USD a month, and endpoints of a VPC, which
   * are most of it: see docs/COMPLIANCE.md. Every construct of the system follows.
   *
   * @default ComplianceMode.STANDARD
   */
  readonly compliance?: ComplianceMode;

  /**
   * The customer managed keys of all that the system has in a region besides tables, buses, workflows, trails and pipelines, which have keys of their own: the ARN of a key of that region for each. They encrypt logs, functions'
   * environment variables, queues, dead-letter queues and the alarm topic.
   *
   * Each function is granted what the key of its region needs. The policy of the key is yours, and must let CloudWatch Logs, EventBridge and CloudWatch use it: docs/adopting/data.md has it. What is encrypted with a key that
   * cannot be used is lost to everybody: messages that are not sent, alarms that notify nobody.
   *
   * @default - keys of SQS and of CloudWatch Logs, and a key of the system's for each alarm topic; with ComplianceMode.STRICT, a key of the system's for logs and environment variables as well
   */
  readonly encryptionKeyArns?: { [region: string]: string };

  /**
   * The VPCs that functions run in, by region. They must lead to what functions call: DynamoDB, EventBridge,
   * Lambda, SQS, S3, X-Ray, with workflows Step Functions, and whatever your own code calls.
   *
   * A region may be left out, and a warning says so: code that needs the VPC fails there when clients come from a region that was lost. VPCs that are made in the system's stacks come by `addFunctionNetwork`, and
   * a function may have others, by `networks` of its own.
   *
   * @default - with ComplianceMode.STRICT, VPCs that the system makes; else none
   */
  readonly functionNetworks?: { [region: string]: FunctionNetwork };

  /**
   * The concurrency that Lambda keeps free, in every region, for the functions that answer health checks and send heartbeats, so that an account whose concurrency is used up by other functions neither takes the region out
   * of DNS nor makes its peers start its workflows again. It is taken from what the account has in the region. Above 200 in a region, a warning says so.
   *
   * @default - 20 for each API, 10 for evacuations, 10 for each workflow that peers take over
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  readonly reservedConcurrency?: ReservedConcurrencyOptions;

  /**
   * Indicates whether the system can be deleted with all its data, by `cdk destroy --all`: for development. No table is protected against deletion,
   * and nothing is kept: no tables, dead-letter queues, archives, logs, keys, or versions. Keys are deleted after 30 days. Props of a construct that
   * say otherwise, such as `deletionProtection` of a table, prevail.
   *
   * What stays is the account's setting by which API Gateway writes logs, which other APIs use, and what AWS services make by themselves: execution logs of APIs, validation records of certificates. The buckets of an
   * `AuditTrail` must be emptied before, of all versions, because CloudFormation deletes no bucket that holds objects: "Empty" in the console of S3 does that.
   *
   * In a system that exists, deploy it with this set before you destroy it. It is not possible with `ComplianceMode.STRICT`.
   *
   * @default false
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/empty-bucket.html
   */
  readonly deletable?: boolean;
}

/** An annotation for the synthesis, once there is a stack to attach it to. */
interface Notice {
  readonly level: 'warning' | 'info';
  readonly owner: IConstruct;
  readonly id: string;
  readonly message: string;
}

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

  private globalOnce?: Stack;
  private readonly units: RegionStacks[] = [];
  private readonly notices: Notice[] = [];
  private readonly waves = new Waves();
  private isOrdered = false;

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
    if (props.account !== undefined && !Token.isUnresolved(props.account) && !/^\d{12}$/.test(props.account)) {
      throw invalidProp(this, 'account', props.account, '12 digits, or leave it out');
    }
    this.systemName = props.systemName ?? id;
    this.alarmProfile = props.alarmProfile ?? AlarmProfile.COMPLETE;
    this._alarmSettings = props.alarmSettings ?? {};
    this._reservedConcurrency = new ReservedConcurrencySettings(this, props.reservedConcurrency);
    this.compliance = props.compliance ?? ComplianceMode.STANDARD;
    if (props.deletable && this.compliance === ComplianceMode.STRICT) {
      throw invalidProp(this, 'deletable', props.deletable, 'false with ComplianceMode.STRICT, which is for data and records that must not get lost');
    }
    if (props.deletable) makeDeletable(this);
    requireKeyArns(this, 'encryptionKeyArns', regions, props.encryptionKeyArns);
    this._functionNetworks = new FunctionNetworks(this, regions);
    if (props.functionNetworks) this.addNetworks(props.functionNetworks);
    if (!NameRule.SYSTEM.accepts(this.systemName)) {
      throw invalidProp(this, props.systemName === undefined ? 'id, which is the systemName,' : 'systemName', this.systemName, NameRule.SYSTEM.allowed);
    }
    this._shared = {
      regions: this.regions,
      isAnyRetiring: this.retiringRegions.length > 0,
      account: props.account,
      compliance: this.compliance,
      encryptionKeyArns: props.encryptionKeyArns,
      alarmTopicName: this.alarmTopicName,
    };
    this._stacks = new RegionStacks(this, {
      namePrefix: this.namePrefix,
      title: this.systemName,
      shared: this._shared,
      functionNetworks: this._functionNetworks,
      alarmSubscriptions: props.alarmSubscriptions ?? [],
      otherAlarms: region => this.units.map(unit => unit.alarmsIn(region)).filter(alarms => alarms.exist).map(alarms => alarms.unhealthyAlarmName),
    });
    describe(this, 'system', () => ({ format: DESCRIPTION_FORMAT, name: this.namePrefix, regions: this.regions, retiringRegions: this.retiringRegions }));
    this.node.addValidation({ validate: () => this.dependencies() });
    this.node.addValidation({ validate: () => this._allStacks.flatMap(stack => fullness(stack).error ?? []) });
    refuseMissingTypes(this, () => this._allStacks.map(stack => ({ stack, region: stack.region })));
    Aspects.of(this).add({ visit: node => node === this && this.prepare() });
    // called after the stacks have been written, which are within the system
    attachCustomSynthesis(this, { onSynthesize: ({ outdir }) => this.checkTemplates(outdir) });
  }

  /** The stack of what exists once, made when it is first asked for. It is deployed before all others. */
  public get globalStack(): Stack {
    if (!this.globalOnce) {
      this.globalOnce = new Stack(this, GLOBAL, {
        stackName: this._globalStackName,
        description: `${this.systemName}: what exists once`,
        env: { region: this.primaryRegion, account: this._shared.account },
      });
      acceptEmptiness(this.globalOnce);
    }
    return this.globalOnce;
  }

  /** Indicates whether the global stack was made. @internal */
  public get _hasGlobalStack(): boolean {
    return this.globalOnce !== undefined;
  }

  /** The name of the global stack, whether it was made or not. @internal */
  public get _globalStackName(): string {
    return `${this.namePrefix}-${GLOBAL}`;
  }

  /** The path of the global stack, by which the CDK CLI knows it, whether it was made or not. @internal */
  public get _globalStackPath(): string {
    return `${this.node.path}/${GLOBAL}`;
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
    const hosts = [...this.units, this._stacks];
    return [...this.globalOnce ? [this.globalOnce] : [], ...hosts.flatMap(host => host.regionalStacks), ...hosts.flatMap(host => host.meshStacks)];
  }

  /**
   * Has something said at synthesis. The CDK CLI prints only what is attached to something inside a stack, so it is attached to the first stack that there is, unless the owner or what it is in
   * has acknowledged it.
   *
   * @see https://github.com/aws/aws-cdk/issues/36514
   * @internal
   */
  public _notify(level: 'warning' | 'info', owner: IConstruct, id: string, message: string): void {
    this.notices.push({ level, owner, id, message });
  }

  /**
   * Puts the stacks into waves. A unit's stacks come before the system's own of the same region, which may trigger and watch what is in them. At synthesis, because each dependency costs a search for circles:
   * a mesh stack waits for the last one of each region only. None waits for a region that retires, but that region's own: the CDK CLI destroys a stack with all that wait for it.
   */
  private order(): void {
    const own = this._stacks.regionalStacks;
    const ofUnits = this.units.flatMap(unit => unit.regionalStacks);
    const inRegionOf = (stack: Stack) => ofUnits.filter(({ region }) => region === stack.region);
    own.forEach(stack => inRegionOf(stack).forEach(earlier => this.waves.wait(stack, earlier, 'units exist before what triggers them')));
    const last = [...own, ...ofUnits.filter(({ region }) => !own.some(stack => stack.region === region))];
    const mesh = [...this.units, this._stacks].flatMap(host => host.meshStacks);
    const isConnected = (stack: Stack, other: Stack) => stack.region === other.region || !this.retiringRegions.includes(other.region);
    mesh.forEach(stack => last.filter(earlier => isConnected(stack, earlier)).forEach(earlier => this.waves.wait(stack, earlier, 'all regions exist before they are connected')));
    if (this.globalOnce) {
      [...own, ...ofUnits, ...mesh].forEach(stack => this.waves.wait(stack, this.globalOnce!, 'tables exist before their users'));
    }
  }

  private addNetworks(networks: { [region: string]: FunctionNetwork }): void {
    this._functionNetworks.addAll(networks);
    const without = this.regions.filter(region => !(region in networks));
    if (without.length === 0) return;
    this._notify('warning', this, 'cdk-multi-region:regionsWithoutNetwork', `functionNetworks of ${this.node.path} leave out ${without.join(', ')}: functions run outside of your VPCs there, `
      + 'and what they call in a VPC must be reachable when that region takes over. Give a network for each region, or acknowledge this');
  }

  private prepare(): void {
    const stacks = this._allStacks;
    // the global stack has no more than it must
    const home = stacks.find(stack => stack !== this.globalOnce) ?? stacks[0];
    if (!home) return;
    if (!this.isOrdered) {
      this.order();
      carryDescriptions(this, home);
    }
    this.isOrdered = true;
    this.tell(stacks, home);
  }

  private tell(stacks: Stack[], home: Stack): void {
    for (const { level, owner, id, message } of this.notices.splice(0)) {
      if (isAcknowledged(owner, id)) continue;
      if (level === 'warning') Validations.of(home).addWarning(id, message);
      else Annotations.of(home).addInfoV2(id, message);
    }
    const reservation = reservationWarning(stacks);
    if (reservation && !isAcknowledged(this, MUCH_RESERVED)) Validations.of(home).addWarning(MUCH_RESERVED, `${this.node.path}: ${reservation}`);
    for (const stack of stacks) {
      const { warning } = fullness(stack);
      if (warning) Validations.of(stack).addWarning('cdk-multi-region:manyResources', warning);
    }
  }

  /** A stack that depends on another one, other than by the waves, cannot be deployed while that one is down or changing. A reference makes its stack wait as well, and says more, so it comes first. */
  private dependencies(): string[] {
    const references = findReferences(this._allStacks);
    return references.length > 0 ? references : this.waves.strangers(this._allStacks);
  }

  private checkTemplates(directory: string): void {
    const errors = findRenderedReferences(this._allStacks, directory);
    if (errors.length > 0) throw new Error(errors.join('\n'));
  }
}
