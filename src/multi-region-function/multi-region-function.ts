import { Duration, Stack } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { IGrantable } from 'aws-cdk-lib/aws-iam';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ConsumedConcurrency } from './consumed-concurrency';
import { ExistingFunctions, namedFunctionIn } from './existing-functions';
import { FunctionAlarmSettings } from './function-alarm-settings';
import { codeFactory } from './function-code';
import { environmentsOf, FunctionEnvironment } from './function-environment';
import { requireAccepted } from './function-limits';
import { BaseFunctionProps } from './function-props';
import { IMultiRegionFunction } from './i-multi-region-function';
import { LiveAliasTarget, LiveReference } from './live-alias-target';
import { LiveFunction } from './live-function';
import { callBeforeTraffic } from './pre-traffic-hook';
import { DeadLetters } from '../dead-letters/dead-letters';
import { functionMetric } from '../regional-function/function-metrics';
import { LIVE, LiveAlias } from '../regional-function/live-alias';
import { AlarmOverrides } from '../system/alarm-set';
import { describe } from '../system/describe';
import { isHandlerBundle } from '../system/handler-bundle';
import { Layout } from '../system/layout';
import { metricIn } from '../system/metrics';
import { NameRule, roleNamePrefix } from '../system/names';
import { PerRegion } from '../system/per-region';
import { RegionalScope } from '../system/regional-scope';
import { SubscriptionDelivery } from '../system/subscription-target';

const DEFAULT_TIMEOUT = Duration.seconds(10);

/** Properties of a `MultiRegionFunction`. */
export interface MultiRegionFunctionProps extends BaseFunctionProps {
  /**
   * A function that CodeDeploy calls in each region before it shifts any traffic. It tries the new version, and reports success or failure to CodeDeploy by
   * `PutLifecycleEventHookExecutionStatus`, for which it gets the permission.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html#appspec-hooks-lambda
   */
  readonly preTrafficHook?: MultiRegionFunction;
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
 * An example, what it defines, what it costs, and its limits: [multi region function](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/multi-region-function.md).
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
    return new ExistingFunctions(scope, id, namedFunctionIn(functionName));
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
  private readonly parts: PerRegion<LiveFunction>;

  constructor(scope: Construct, id: string, props: MultiRegionFunctionProps) {
    super(scope, id);
    this.layout = Layout.of(this);
    this.functionName = this.layout.physicalName(NameRule.FUNCTION);
    const overrides = new AlarmOverrides<keyof FunctionAlarmSettings>(this, props.alarmSettings, this.layout.system.alarmProfile);
    requireAccepted(this, props, this.layout.system.regions);
    this.environments = environmentsOf(this, this.layout, props);
    this._timeout = props.timeout ?? DEFAULT_TIMEOUT;
    this._reservedConcurrentExecutions = props.reservedConcurrentExecutions;
    const codeIn = codeFactory(this, props);
    const deadLetters = DeadLetters.of(this);
    if (props.preTrafficHook) {
      this.layout.requireSameUnit('preTrafficHook', props.preTrafficHook);
    }
    this.parts = this.layout.perRegion(regionalScope => new LiveFunction(regionalScope, {
      owner: this,
      functionName: this.functionName,
      code: codeIn(regionalScope.regional),
      timeout: this._timeout,
      environment: this.environments.in(regionalScope.region).all,
      alarms: regionalScope.alarms(overrides),
      deadLetters,
      settings: props,
      onAlias: live => props.preTrafficHook?._callBeforeTraffic(regionalScope, live),
    }));
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

  /** Makes this function the pre-traffic hook of an alias in one region. @internal */
  public _callBeforeTraffic(scope: RegionalScope, live: LiveAlias): void {
    callBeforeTraffic(scope, live, this.parts.in(scope.region).fn, this.functionName);
  }
}
