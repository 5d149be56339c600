import { existsSync } from 'fs';
import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Alarm, Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ILambdaDeploymentConfig, LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, CfnAlias, Code, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { ILogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FunctionAlarmSettings } from './function-alarm-settings';
import { FunctionEnvironment } from './function-environment';
import { LiveAliasTarget, LiveReference } from './live-alias-target';
import { DeadLetters } from '../dead-letters/dead-letters';
import { bundledCode } from '../regional-function/bundled-code';
import { functionMetric } from '../regional-function/function-metrics';
import { LIVE, LiveAlias } from '../regional-function/live-alias';
import { RegionalFunction } from '../regional-function/regional-function';
import { acknowledge, regulated } from '../system/acknowledge';
import { AlarmOverrides, AlarmSet } from '../system/alarm-set';
import { describe } from '../system/describe';
import { invalidProp, requireLiteral } from '../system/errors';
import { FunctionNetwork } from '../system/function-network';
import { resolveNetworks } from '../system/function-networks';
import { IMultiRegionGrantable } from '../system/grantable';
import { isHandlerBundle } from '../system/handler-bundle';
import { Layout } from '../system/layout';
import { metricIn } from '../system/metrics';
import { NameRule, roleNamePrefix } from '../system/names';
import { PerRegion } from '../system/per-region';
import { requireDuration, requireRetention, requireWhole } from '../system/ranges';
import { RegionalScope } from '../system/regional-scope';
import { ISubscriptionTarget, SubscriptionDelivery } from '../system/subscription-target';

const DEFAULT_TIMEOUT = Duration.seconds(10);

/** Properties of a `MultiRegionFunction`. */
export interface MultiRegionFunctionProps {
  /**
   * The path of a TypeScript or JavaScript file, bundled with esbuild at synthesis, the AWS SDK included. Your project must have
   * esbuild installed.
   *
   * The bundle is a CommonJS module of one file. `import.meta.url`, `import.meta.filename` and `import.meta.dirname` name that file and its folder; anything else of `import.meta` is refused.
   *
   * @default - codePath
   */
  readonly entry?: string;

  /**
   * The path of a folder or zip file with prebuilt code, for other languages or bundlers.
   *
   * @default - entry
   */
  readonly codePath?: string;

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
   * Memory in MiB, from 128 to 10,240. It sets the part of a CPU as well.
   *
   * @default 512
   */
  readonly memorySize?: number;

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
   * Whether alarms on the alias's errors and latency exist, and roll a deployment back. Each costs about 0.10 USD a month and region.
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
   * Whether the function calls something outside of AWS. The VPCs that a system makes with `ComplianceMode.STRICT` do not lead there, so such a function
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
 * Throws unless exactly one of `entry` and `codePath` is given and exists, if the id gives a name longer than 64 characters, or if a property is one that
 * Lambda does not accept.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html
 */
export class MultiRegionFunction extends Construct implements IMultiRegionGrantable, ISubscriptionTarget {
  /** The name, equal in every region. */
  public readonly functionName: string;

  /** The time that an invocation may take. @internal */
  public readonly _timeout: Duration;

  /** The reserved concurrency, if it has any. @internal */
  public readonly _reservedConcurrentExecutions?: number;

  private readonly layout: Layout;
  private readonly environment: FunctionEnvironment;
  private readonly parts: PerRegion<RegionalPart>;
  /** What all its queues may use together. */
  private consumedConcurrency = 0;

  constructor(scope: Construct, id: string, props: MultiRegionFunctionProps) {
    super(scope, id);
    this.layout = Layout.of(this);
    this.functionName = this.layout.physicalName(NameRule.FUNCTION);
    const overrides = new AlarmOverrides<keyof FunctionAlarmSettings>(this, props.alarmSettings, this.layout.system.alarmProfile);
    this.requireValid(props);
    this.environment = new FunctionEnvironment(this);
    Object.entries(props.environment ?? {}).forEach(([name, value]) => this.environment.add(name, value));
    this._timeout = props.timeout ?? DEFAULT_TIMEOUT;
    this._reservedConcurrentExecutions = props.reservedConcurrentExecutions;
    const newCode = this.codeFactory(props);
    const deadLetters = DeadLetters.of(this);
    if (props.preTrafficHook) {
      this.layout.requireSameUnit('preTrafficHook', props.preTrafficHook);
    }
    this.parts = this.layout.perRegion(regionalScope => (
      this.partIn(regionalScope, props, newCode(), deadLetters, regionalScope.alarms(overrides))
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
    this.environment.add(key, value);
    this.parts.forEach(({ fn }) => fn.function.addEnvironment(key, value));
    return this;
  }

  /**
   * Sets an environment variable in one region, to something of that region's stack.
   * @internal
   */
  public _addEnvironmentIn(region: string, key: string, value: string): void {
    this.environment.add(key, value);
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

  /**
   * Adds to the concurrency that queues may use, and returns the sum.
   * @internal
   */
  public _addConsumedConcurrency(maxConcurrency: number): { readonly isFirst: boolean; readonly sum: number } {
    const isFirst = this.consumedConcurrency === 0;
    this.consumedConcurrency += maxConcurrency;
    return { isFirst, sum: this.consumedConcurrency };
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
      handler: props.handler,
      runtime: props.runtime,
      architecture: props.architecture,
      memorySize: props.memorySize,
      timeout: this._timeout,
      environment: props.environment,
      reservedConcurrentExecutions,
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

  private codeFactory(props: MultiRegionFunctionProps): () => Code {
    const { entry, codePath } = props;
    if ((entry === undefined) === (codePath === undefined)) {
      throw invalidProp(this, 'entry and codePath', [entry, codePath], 'exactly one of the two');
    }
    if (entry !== undefined) {
      return () => bundledCode(this, entry);
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
