import { existsSync } from 'fs';
import { ArnFormat, Duration, Size, Stack } from 'aws-cdk-lib';
import { Alarm, Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ILambdaDeploymentConfig, LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnAlias, Code, Function, Handler, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ConsumedConcurrency } from './consumed-concurrency';
import { ExistingFunctions } from './existing-functions';
import { FunctionAlarmSettings } from './function-alarm-settings';
import { FunctionEnvironment } from './function-environment';
import { FunctionImage } from './function-image';
import { requireTogether } from './function-limits';
import { IMultiRegionFunction } from './i-multi-region-function';
import { LiveAliasTarget, LiveReference } from './live-alias-target';
import { DeadLetters } from '../dead-letters/dead-letters';
import { bundledCode } from '../regional-function/bundled-code';
import { FunctionBundling } from '../regional-function/function-bundling';
import { functionMetric } from '../regional-function/function-metrics';
import { LIVE, LiveAlias } from '../regional-function/live-alias';
import { RegionalFunction } from '../regional-function/regional-function';
import { acknowledge, regulated } from '../system/acknowledge';
import { AlarmOverrides, AlarmSet } from '../system/alarm-set';
import { requireEveryRegion } from '../system/by-region';
import { describe } from '../system/describe';
import { invalidProp, requireLiteral } from '../system/errors';
import { FunctionNetwork } from '../system/function-network';
import { resolveNetworks } from '../system/function-networks';
import { isHandlerBundle } from '../system/handler-bundle';
import { Layout } from '../system/layout';
import { metricIn } from '../system/metrics';
import { NameRule, roleNamePrefix } from '../system/names';
import { PerRegion } from '../system/per-region';
import { requireDuration, requireRetention, requireWhole } from '../system/ranges';
import { RegionalScope } from '../system/regional-scope';
import { SubscriptionDelivery } from '../system/subscription-target';

const DEFAULT_TIMEOUT = Duration.seconds(10);

/** Names and values of environment variables. */
type Variables = { readonly [name: string]: string };

const PROVISIONED_CONCURRENCY = 'PROVISIONED_CONCURRENCY';

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateAlias.html */
const EXISTING_NAME = /^[\w-]{1,64}(:(?!\d+$)[\w-]{1,128})?$/;

/** Properties of a `MultiRegionFunction`. */
export interface MultiRegionFunctionProps {
  /**
   * The path of a TypeScript or JavaScript file, bundled with esbuild at synthesis, the AWS SDK included. Your project must have
   * esbuild installed.
   *
   * The bundle is a CommonJS module of one file. `import.meta.url`, `import.meta.filename` and `import.meta.dirname` name that file and its folder; anything else of `import.meta` is refused.
   *
   * @default - codePath or image
   */
  readonly entry?: string;

  /**
   * The way in which esbuild bundles the `entry`.
   *
   * @default - minified, with a source map, and nothing left out
   */
  readonly bundling?: FunctionBundling;

  /**
   * The path of a folder or zip file with prebuilt code, for other languages or bundlers.
   *
   * @default - entry or image
   */
  readonly codePath?: string;

  /**
   * The container image, in each region from the repository of that region. It brings its own handler and runtime.
   *
   * A function that is there cannot change from code to an image or back, because Lambda does not change its package type: give it another id.
   *
   * @default - entry or codePath
   * @see https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
   */
  readonly image?: FunctionImage;

  /**
   * The ARNs of layer versions, by region, at most 5 in each: Lambda takes a layer of its own region only. An image takes none.
   *
   * @default - no layers
   * @see https://docs.aws.amazon.com/lambda/latest/dg/chapter-layers.html
   */
  readonly layerArns?: { [region: string]: string[] };

  /**
   * The function that Lambda calls, as file.name. The file of an `entry` is index.
   *
   * @default 'index.handler'
   */
  readonly handler?: string;

  /**
   * The runtime. An `entry` needs a Node.js runtime.
   *
   * @default Runtime.NODEJS_24_X
   */
  readonly runtime?: Runtime;

  /**
   * The processor architecture. Prebuilt code with native parts must match it.
   *
   * @default Architecture.ARM_64
   */
  readonly architecture?: Architecture;

  /**
   * Environment variables, equal in every region: at most 4 KB in all, as JSON. Use names, such as `GlobalTable.tableName`: a resource of one region's stack
   * cannot be referred to in another's.
   *
   * @default {}
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
   */
  readonly environment?: { [key: string]: string };

  /**
   * Environment variables that differ by region, such as the address of a regional service: the same names in each region, and none of `environment`.
   *
   * @default {}
   */
  readonly regionalEnvironment?: { [region: string]: { [key: string]: string } };

  /**
   * Memory in MiB, from 128 to 10,240. It sets the part of a CPU as well.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * The size of /tmp, from 512 to 10,240 MiB. What is beyond 512 MiB costs extra while the function runs.
   *
   * @default Size.mebibytes(512)
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-ephemeral-storage.html
   */
  readonly ephemeralStorageSize?: Size;

  /**
   * Indicates whether versions start from a snapshot of their initialized environment. For the runtimes of Java from 11, Python from 3.12 and .NET from 8; not with provisioned concurrency, an image or more than 512 MiB of /tmp. A
   * deployment takes some minutes longer, and Python and .NET cost extra. Some regions have none.
   *
   * What initialization makes must not have to be unique: the environments of all regions' functions begin with a copy of their region's snapshot.
   *
   * @default false
   * @see https://docs.aws.amazon.com/lambda/latest/dg/snapstart.html
   */
  readonly snapStart?: boolean;

  /**
   * The time that an invocation may take, in whole seconds, from 1 second to 15 minutes.
   *
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;

  /**
   * The description of the function, shown in the console. At most 256 characters.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * The way in which traffic moves to a new version within each region. Use one of the predefined configurations: a custom one belongs to a
   * single stack.
   *
   * A deployment rolls back by itself when an alarm on the alias's errors or latency is in ALARM meanwhile, and is stopped at once if one is before. To let a fix in then, deploy with the parameter `TrafficShift=AT_ONCE` of the
   * regional stack, once.
   *
   * @default LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES
   */
  readonly deploymentConfig?: ILambdaDeploymentConfig;

  /**
   * Indicates whether alarms on the alias's errors and latency exist, and roll a deployment back. Each costs about 0.10 USD a month and region.
   *
   * @default true
   */
  readonly rollbackOnAlarm?: boolean;

  /**
   * The settings of the alarms. Settings that match no alarm are an error at synthesis.
   *
   * @default - see each
   */
  readonly alarmSettings?: FunctionAlarmSettings;

  /**
   * A function that CodeDeploy calls in each region before it shifts any traffic. It tries the new version, and reports success or failure to CodeDeploy by
   * `PutLifecycleEventHookExecutionStatus`, for which it gets the permission.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html#appspec-hooks-lambda
   */
  readonly preTrafficHook?: MultiRegionFunction;

  /**
   * The retention of the logs, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * Indicates whether the function calls something outside of AWS. The VPCs that a system makes with `ComplianceMode.STRICT` do not lead there, so such a function
   * runs outside of them, and the finding is acknowledged. With `functionNetworks` or `networks` of your own, it runs in those.
   *
   * @default false
   */
  readonly internetAccess?: boolean;

  /**
   * The VPCs that this function runs in, by region, instead of the system's: for one that calls a database, or another company's network. In regions that are left out, it runs where the system's functions do.
   *
   * @default - `functionNetworks` of the system
   */
  readonly networks?: { [region: string]: FunctionNetwork };

  /**
   * The reserved concurrency in every region: both a guarantee and a limit, taken from what the account has in a region. A region that takes over for another one
   * needs what both did. Lambda refuses it if less than 100 of the account's quota would be left.
   *
   * @default - what the account has left
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  readonly reservedConcurrentExecutions?: number;

  /**
   * The number of environments in every region that are initialized before there are requests, at most half of `reservedConcurrentExecutions` if that is given. Each costs by the hour, used or not. A region that takes over for
   * another one has its own: what is beyond starts on demand.
   *
   * Each version has them, from before traffic moves to it: while one is deployed, the old and the new version do, and both are paid for. A version without traffic is deleted, with its environments, so that none stays to go back
   * to by hand. Changing the number deploys a new version.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/lambda/latest/dg/provisioned-concurrency.html
   */
  readonly provisionedConcurrentExecutions?: number;

  /**
   * The time for which Lambda keeps an asynchronous invocation, such as an event of a subscription, while the function is throttled or Lambda has errors, in whole seconds from 1 minute to 6 hours. Then it goes to
   * `DeadLetters`.
   *
   * @default Duration.hours(6)
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  readonly maxEventAge?: Duration;

  /**
   * The number of times that Lambda tries an asynchronous invocation again after the function has failed at it, from 0 to 2: a minute after the first try, and 2 minutes after the second. Then it goes to `DeadLetters`. For work
   * that must outlast 3 minutes of trouble with what the function calls, put a `MultiRegionQueue` between.
   *
   * @default 2
   * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
   */
  readonly retryAttempts?: number;
}

interface RegionalPart {
  readonly fn: RegionalFunction;
  readonly live: LiveAlias;
  /** The ARN of the alias, of literals, for other stacks. */
  readonly liveArn: string;
}

/**
 * A Lambda function in every region, deployed blue/green in each.
 *
 * Per region: the function with a role of its own, a log group of JSON lines (what Lambda itself says, and what a Node.js, Python, Java or .NET function writes through its
 * console or logger), X-Ray tracing, and the alias `live`, which CodeDeploy shifts to a
 * new version and back again when an alarm on the alias's errors or latency is in ALARM. Asynchronous invocations that fail for good go to
 * the region's `DeadLetters`, and can be redriven from there.
 *
 * Regions share nothing, so losing one costs nothing in the others.
 *
 * Throws unless exactly one of `entry`, `codePath` and `image` is given, and a path exists, if the id gives a name longer than 64 characters, or if a property is one that
 * Lambda does not accept.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
export class MultiRegionFunction extends Construct implements IMultiRegionFunction {
  /**
   * Returns functions that there are already, one for each region, as a function of all regions: what routes, subscriptions, workflows, queues and grants take.
   *
   * A function may be one of the region's stack, one of another stack of the app with a `functionName`, or an imported one, each itself or an alias of it. Stacks do not refer to each other: what is in another stack is
   * called by its literal name. That stack is deployed before the region's own, but not by a `MultiRegionPipeline`, which deploys the stacks of the system only.
   *
   * What invokes a function gets the permission in its resource policy, from the region's stack. What the function itself is granted goes into its role. If the app does not know the role, since the function is imported without
   * it, a warning shows the statements that its owner must add before the deployment: a queue refuses a consumer that may not read it.
   *
   * It brings none of what a `MultiRegionFunction` does: no alarms, no place on the dashboard, no traffic shifting and no rollback, no tracing, no log of its own, and no rehearsal of an imported one. An event that such a function
   * fails at is lost after Lambda's own tries, unless it has a destination for failures: put a `MultiRegionQueue` between, or name the queue of `DeadLetters` as that destination.
   *
   * @param functions one for each region of the system, by region; others are ignored. Throws if one is missing, in another region or account, or in another stack without a literal name.
   * @see https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
   */
  public static fromFunctions(scope: Construct, id: string, functions: { [region: string]: IFunction }): IMultiRegionFunction {
    return new ExistingFunctions(scope, id, ({ region }) => (functions as typeof functions | undefined)?.[region]);
  }

  /**
   * Returns functions that something else made under the same name in each region, as a function of all regions. See `fromFunctions` for what it brings and what it does not.
   *
   * The app does not know their roles: what they are granted is a warning, with the statements that their owner must add. They must be there when the system is deployed, because it adds permissions to them.
   *
   * @param functionName the name, or a name and an alias, such as `place-order:live`. Throws if Lambda would not accept it.
   */
  public static fromFunctionName(scope: Construct, id: string, functionName: string): IMultiRegionFunction {
    return new ExistingFunctions(scope, id, (part, owner) => {
      requireLiteral(owner, 'functionName', functionName, EXISTING_NAME, 'the name of a function, at most 64 letters, digits, hyphens and underscores, and then, if it is an alias, a colon and its name');
      const functionArn = part.arn({ service: 'lambda', resource: 'function', resourceName: functionName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
      return Function.fromFunctionAttributes(part.regional, 'Function', { functionArn, sameEnvironment: true });
    });
  }

  /** The name, equal in every region. */
  public readonly functionName: string;

  /** The time that an invocation may take. @internal */
  public readonly _timeout: Duration;

  /** The reserved concurrency, if it has any. @internal */
  public readonly _reservedConcurrentExecutions?: number;

  /** @internal */
  public readonly _consumedConcurrency = new ConsumedConcurrency();

  private readonly layout: Layout;
  private readonly environments: PerRegion<FunctionEnvironment>;
  private readonly parts: PerRegion<RegionalPart>;

  constructor(scope: Construct, id: string, props: MultiRegionFunctionProps) {
    super(scope, id);
    this.layout = Layout.of(this);
    this.functionName = this.layout.physicalName(NameRule.FUNCTION);
    const overrides = new AlarmOverrides<keyof FunctionAlarmSettings>(this, props.alarmSettings, this.layout.system.alarmProfile);
    this.requireValid(props);
    this.environments = this.layout.perRegion(() => new FunctionEnvironment(this));
    this.variablesOf(props).forEach(({ common, own }, region) => {
      Object.entries(common).forEach(([name, value]) => this.environments.in(region).add(name, value));
      Object.entries(own).forEach(([name, value]) => this.environments.in(region).add(name, value, `regionalEnvironment.${region}`));
    });
    this._timeout = props.timeout ?? DEFAULT_TIMEOUT;
    this._reservedConcurrentExecutions = props.reservedConcurrentExecutions;
    const codeIn = this.codeFactory(props);
    const deadLetters = DeadLetters.of(this);
    if (props.preTrafficHook) {
      this.layout.requireSameUnit('preTrafficHook', props.preTrafficHook);
    }
    this.parts = this.layout.perRegion(regionalScope => (
      this.partIn(regionalScope, props, codeIn(regionalScope.regional), deadLetters, regionalScope.alarms(overrides))
    ));
    describe(this, 'function', () => ({ name: this.functionName, alias: LIVE, isLibrary: isHandlerBundle(props.codePath ?? '') }));
  }

  /** Returns the live alias of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IFunction {
    return this.parts.in(region).live.alias;
  }

  /** Returns the principal of the function's role in one region; throws if it is not a region of the system. */
  public grantableIn(region: string): IGrantable {
    return this.parts.in(region).fn.function;
  }

  /**
   * Returns the live alias of one region, as a target of events. Lambda takes an event at once, and tries the function as `retryAttempts` and `maxEventAge` say; what fails for good goes to `DeadLetters`.
   */
  public targetIn(region: string, delivery: SubscriptionDelivery): IRuleTarget | undefined {
    return new LiveAliasTarget(this._liveFor(region), delivery);
  }

  /** Returns the invocations of the live alias of one region, over a minute by default; throws if it is not a region of the system. */
  public metricInvocations(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, functionMetric(this.functionName, 'Invocations'), options);
  }

  /** Returns the failed invocations of the live alias of one region, over a minute by default; throws if it is not a region of the system. */
  public metricErrors(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, functionMetric(this.functionName, 'Errors'), options);
  }

  /** Returns the throttled invocations of the live alias of one region, over a minute by default; throws if it is not a region of the system. */
  public metricThrottles(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, functionMetric(this.functionName, 'Throttles'), options);
  }

  /** Returns the duration of invocations of the live alias of one region, in milliseconds, on average over a minute by default; throws if it is not a region of the system. */
  public metricDuration(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, functionMetric(this.functionName, 'Duration'), options);
  }

  /** Sets an environment variable in every region; throws if Lambda would not accept it. */
  public addEnvironment(key: string, value: string): this {
    this.parts.forEach((_, region) => this._addEnvironmentIn(region, key, value));
    return this;
  }

  /**
   * Sets an environment variable in one region, to something of that region's stack.
   * @internal
   */
  public _addEnvironmentIn(region: string, key: string, value: string): void {
    this.environments.in(region).add(key, value);
    this.parts.in(region).fn.function.addEnvironment(key, value);
  }

  /**
   * Gives the role of each region a name that is known elsewhere, and returns what all of them begin with.
   * @internal
   */
  public _nameRoles(): string {
    const prefix = roleNamePrefix(this.functionName);
    this.parts.forEach(({ fn }, region) => fn.nameRole(`${prefix}${region}`));
    return prefix;
  }

  /** @internal */
  public _logGroupIn(region: string): ILogGroup {
    return this.parts.in(region).fn.logGroup;
  }

  /**
   * Returns the live alias of one region, for whatever invokes it there: by reference within its stack, by literal ARN in all others.
   * @internal
   */
  public _liveFor(region: string): LiveReference {
    const { live: { alias }, liveArn } = this.parts.in(region);
    const arnIn = (stack: Stack) => (stack === Stack.of(alias) ? alias.functionArn : liveArn);
    return { alias, functionName: this.functionName, functionArn: liveArn, arnIn };
  }

  private requireValid(props: MultiRegionFunctionProps): void {
    const { memorySize, timeout, reservedConcurrentExecutions, description, handler, entry, logRetention, maxEventAge, retryAttempts } = props;
    requireWhole(this, 'memorySize', memorySize, 128, 10_240);
    requireDuration(this, 'timeout', timeout, 'seconds', Duration.seconds(1), Duration.minutes(15));
    if (reservedConcurrentExecutions !== undefined && (!Number.isInteger(reservedConcurrentExecutions) || reservedConcurrentExecutions < 1)) {
      throw invalidProp(this, 'reservedConcurrentExecutions', reservedConcurrentExecutions, 'a whole number of at least 1');
    }
    requireDuration(this, 'maxEventAge', maxEventAge, 'seconds', Duration.minutes(1), Duration.hours(6));
    requireWhole(this, 'retryAttempts', retryAttempts, 0, 2);
    requireTogether(this, props, this.layout.system.regions);
    requireRetention(this, 'logRetention', logRetention);
    if (description !== undefined) requireLiteral(this, 'description', description, /^[^]{0,256}$/, 'a text of at most 256 characters');
    if (handler !== undefined) {
      requireLiteral(this, 'handler', handler, /^[^\s]{1,128}$/, 'a file and what it exports, such as index.handler, without spaces, at most 128 characters');
      if (entry !== undefined && !/^index\.[^./]+$/.test(handler)) {
        throw invalidProp(this, 'handler', handler, 'index. and the name that the entry exports, because the bundle of an entry is index.js');
      }
    }
  }

  private partIn(
    scope: RegionalScope, props: MultiRegionFunctionProps, code: Code, deadLetters: DeadLetters, alarms: AlarmSet<keyof FunctionAlarmSettings>,
  ): RegionalPart {
    const { regional, region } = scope;
    const { reservedConcurrentExecutions } = props;
    const fn = new RegionalFunction(regional, {
      functionName: this.functionName,
      description: props.description,
      code,
      handler: props.image ? Handler.FROM_IMAGE : props.handler,
      runtime: props.image ? Runtime.FROM_IMAGE : props.runtime,
      architecture: props.architecture,
      memorySize: props.memorySize,
      timeout: this._timeout,
      environment: this.environments.in(region).all,
      reservedConcurrentExecutions,
      provisionedConcurrentExecutions: props.provisionedConcurrentExecutions,
      layerArns: props.layerArns?.[region],
      ephemeralStorageSize: props.ephemeralStorageSize,
      snapStart: props.snapStart,
      logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
      key: scope.key,
      withoutDeadLetterQueue: 'the live alias has an on-failure destination, which keeps the error and the function\'s name as well; Lambda would send each failure to both',
    });
    if (reservedConcurrentExecutions === undefined) {
      acknowledge(fn.function, ...regulated('LambdaConcurrency',
        'a reservation is a limit as well: Lambda would throttle a region that takes over for another, and takes what it reserves from all other functions of the account'));
    }
    const network = resolveNetworks(this, 'networks', this.layout.system.regions, props.networks ?? {})[region];
    scope.connect(fn.function, fn.role, { internetAccess: props.internetAccess ?? false, network });
    const live = new LiveAlias(regional, fn, {
      deploymentConfig: props.deploymentConfig ?? LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms: props.rollbackOnAlarm ?? true ? this.rollbackAlarms(scope, alarms) : [],
    });
    props.preTrafficHook?._callBeforeTraffic(scope, live);
    const liveArn = scope.arn({ service: 'lambda', resource: 'function', resourceName: `${this.functionName}:${LIVE}`, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    // asynchronous invocations that fail for good are kept, and can be redriven
    live.alias.configureAsyncInvoke({
      onFailure: new SqsDestination(deadLetters.inRegion(region)), maxEventAge: props.maxEventAge, retryAttempts: props.retryAttempts,
    });
    // Lambda sends there as the function, and reads queues for it
    scope.letUseQueueKey(fn.function);
    deadLetters._allowInvoking(region, liveArn);
    return { fn, live, liveArn };
  }

  /** The variables of each region: those that are equal, and its own. */
  private variablesOf(props: MultiRegionFunctionProps): PerRegion<{ readonly common: Variables; readonly own: Variables }> {
    const { environment, regionalEnvironment, provisionedConcurrentExecutions: provisioned } = props;
    // for a new version when the number changes: Lambda publishes none of a function that is as before
    const common = { ...environment, ...provisioned !== undefined && { [PROVISIONED_CONCURRENCY]: String(provisioned) } };
    if (provisioned !== undefined && environment && PROVISIONED_CONCURRENCY in environment) {
      throw invalidProp(this, 'environment', PROVISIONED_CONCURRENCY, 'other names, because that one tells versions with provisioned concurrency apart');
    }
    const { regions } = this.layout.system;
    if (regionalEnvironment) requireEveryRegion(this, 'regionalEnvironment', regionalEnvironment, regions);
    const names = regions.flatMap(region => Object.keys(regionalEnvironment?.[region] ?? {}));
    const twice = names.find(name => name in common);
    if (twice !== undefined) throw invalidProp(this, 'regionalEnvironment', twice, 'names that environment does not have');
    return this.layout.perRegion(({ region }) => {
      const own = regionalEnvironment?.[region] ?? {};
      const missing = names.find(name => !(name in own));
      if (missing !== undefined) throw invalidProp(this, `regionalEnvironment.${region}`, Object.keys(own), `the same names in each region; missing: ${missing}`);
      return { common, own };
    });
  }

  private codeFactory(props: MultiRegionFunctionProps): (scope: Construct) => Code {
    const { entry, codePath, image, bundling } = props;
    const given = Object.entries({ entry, codePath, image }).filter(([, value]) => value !== undefined);
    if (given.length !== 1) {
      throw invalidProp(this, 'entry, codePath and image', given.map(([prop]) => prop), 'exactly one of the three');
    }
    if (image !== undefined) {
      if (!(image instanceof FunctionImage)) throw invalidProp(this, 'image', image, 'FunctionImage.fromRepository(…)');
      image._validate(this);
      return scope => image._codeIn(scope);
    }
    if (entry !== undefined) {
      return () => bundledCode(this, entry, bundling);
    }
    if (!existsSync(codePath!)) {
      throw invalidProp(this, 'codePath', codePath, 'the path of a folder or zip file');
    }
    // an asset belongs to one stack: one object per region
    return () => Code.fromAsset(codePath!);
  }

  private rollbackAlarms(scope: RegionalScope, alarms: AlarmSet<keyof FunctionAlarmSettings>): Alarm[] {
    const { region, regional } = scope;
    return [
      alarms.add(regional, 'errors', {
        description: `${this.functionName} fails in ${region}. A running deployment rolls back by itself; otherwise look at the function's log for what it throws.`,
        metric: scope.metric(functionMetric(this.functionName, 'Errors')),
        threshold: 1,
      }),
      alarms.add(regional, 'latency', {
        description: threshold => `${this.functionName} is slow in ${region}: the slowest 1 % take ${threshold} ms or more. A running deployment rolls back by itself; `
          + 'otherwise look at its traces for what it waits for.',
        metric: scope.metric(functionMetric(this.functionName, 'Duration'), { statistic: Stats.percentile(99) }),
        threshold: this._timeout.toMilliseconds() / 2,
        evaluationPeriods: 3,
        isDetail: true,
      }),
    ].filter(alarm => alarm !== undefined);
  }

  /**
   * Makes this function the pre-traffic hook of a deployment group in its region's stack.
   *
   * Not by the L2, which would let CodeDeploy invoke every version of it by a wildcard.
   * @internal
   */
  public _callBeforeTraffic(scope: RegionalScope, { alias, deploymentGroup }: LiveAlias): void {
    const { fn: hook } = this.parts.in(scope.region);
    const policy = (alias.node.defaultChild as CfnAlias).cfnOptions;
    policy.updatePolicy = {
      codeDeployLambdaAliasUpdate: { ...policy.updatePolicy!.codeDeployLambdaAliasUpdate!, beforeAllowTrafficHook: hook.function.functionName },
    };
    // by its literal ARN: the hook's role names the deployment group, which names the role of CodeDeploy
    const hookArn = scope.arn({ service: 'lambda', resource: 'function', resourceName: this.functionName, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
    deploymentGroup.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [hookArn] }));
    scope.reach('codedeploy');
    hook.allow(['codedeploy:PutLifecycleEventHookExecutionStatus'], [deploymentGroup.deploymentGroupArn]);
  }
}
