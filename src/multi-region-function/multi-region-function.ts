import { existsSync } from 'fs';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, Metric, MetricOptions, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { ILambdaDeploymentConfig, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Architecture, CfnAlias, CfnFunction, Code, Function, IFunction, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundledCode } from './bundled-code';
import { codeDeployOf } from './code-deploy';
import { DeadLetters } from '../dead-letters';
import { ISubscriptionTarget, SubscriptionDelivery } from '../global-event-bus';
import { acknowledge, acknowledgeInlinePolicies, regulated } from '../private/acknowledge';
import { useAlarmSettings, watch } from '../private/alarms';
import { invalidProp } from '../private/errors';
import { Layout, PerRegion } from '../private/layout';
import { metricIn } from '../private/metrics';
import { allowTracing } from '../private/tracing';
import { AlarmSettings, IMultiRegionGrantable } from '../system';
import { MultiRegionSystem } from '../system/multi-region-system';
import { NameRule } from '../system/names';

/** The alias that requests, events and workflows call. */
const LIVE = 'live';

const DEFAULT_TIMEOUT = Duration.seconds(10);

/** What the alarms of a `MultiRegionFunction` look at. Both are of the alias, and roll a deployment back. */
export interface FunctionAlarmSettings {
  /**
   * Failed invocations in a minute.
   *
   * @default - 1
   */
  readonly errors?: AlarmSettings;

  /**
   * The p99 of the duration, in milliseconds.
   *
   * @default - half of the timeout, in 3 minutes of 3
   */
  readonly latency?: AlarmSettings;
}

/** Properties of a `MultiRegionFunction`. */
export interface MultiRegionFunctionProps {
  /**
   * The path of a TypeScript or JavaScript file, bundled with esbuild at synthesis, the AWS SDK included. Your project must have
   * esbuild installed.
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
   * The function that Lambda calls, as file.name.
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
   * Environment variables, equal in every region. Use names, such as `GlobalTable.tableName`: a resource of one region's stack
   * cannot be referred to in another's.
   *
   * @default {}
   */
  readonly environment?: { [key: string]: string };

  /**
   * Memory in MiB. It sets the share of CPU as well.
   *
   * @default 512
   */
  readonly memorySize?: number;

  /**
   * How long an invocation may take.
   *
   * @default Duration.seconds(10)
   */
  readonly timeout?: Duration;

  /**
   * What the function does, shown in the console.
   *
   * @default - none
   */
  readonly description?: string;

  /**
   * How traffic moves to a new version within each region. Use one of the predefined configurations: a custom one belongs to a
   * single stack.
   *
   * A deployment rolls back by itself when an alarm on the alias's errors or latency goes off meanwhile.
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
   * What the alarms look at.
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
   * How long logs are kept, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * Whether the function calls something outside of AWS. The VPCs that a system makes with `ComplianceMode.STRICT` do not lead there, so such a function
   * runs outside of them, and the finding is acknowledged. With `functionNetworks` of your own, it runs in those.
   *
   * @default false
   */
  readonly internetAccess?: boolean;

  /**
   * How many invocations run at once at most, in every region. Lambda keeps as many free for this function, out of what the account has in a region. A
   * region that takes over for another one needs what both did.
   *
   * @default - what the account has left
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  readonly reservedConcurrentExecutions?: number;
}

interface Share {
  readonly logGroup: ILogGroup;
  readonly function: Function;
  readonly alias: Alias;
}

/**
 * A Lambda function in every region, deployed blue/green in each.
 *
 * Per region: the function with a role of its own, a log group of JSON lines (what Lambda itself says, and what a Node.js, Python, Java or .NET function writes through its
 * console or logger), X-Ray tracing, and the alias `live`, which CodeDeploy shifts to a
 * new version and back again when the alias's errors or its latency set off an alarm. Asynchronous invocations that fail for good go to
 * the region's `DeadLetters`, and can be redriven from there.
 *
 * Regions share nothing, so losing one costs nothing in the others.
 *
 * Throws unless exactly one of `entry` and `codePath` is given and exists, if the id gives a name longer than 64 characters, or if the reserved
 * concurrency is no whole number.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
export class MultiRegionFunction extends Construct implements IMultiRegionGrantable, ISubscriptionTarget {
  /** The name, equal in every region. */
  public readonly functionName: string;

  private readonly shares: PerRegion<Share>;

  constructor(scope: Construct, id: string, props: MultiRegionFunctionProps) {
    super(scope, id);
    const layout = Layout.of(this);
    this.functionName = layout.physicalName(NameRule.FUNCTION);
    useAlarmSettings(this, props.alarmSettings);
    const { reservedConcurrentExecutions } = props;
    if (reservedConcurrentExecutions !== undefined && (!Number.isInteger(reservedConcurrentExecutions) || reservedConcurrentExecutions < 1)) {
      throw invalidProp(this, 'reservedConcurrentExecutions', reservedConcurrentExecutions, 'a whole number of at least 1');
    }
    const newCode = this.codeFactory(props);
    const deadLetters = DeadLetters.of(layout.system);
    if (props.preTrafficHook) {
      layout.requireSameSystem('preTrafficHook', props.preTrafficHook);
    }

    this.shares = layout.perRegion(share => {
      const protection = layout.system._protectionOf(share);
      const logGroup = new LogGroup(share, 'Logs', {
        encryptionKey: protection.key,
        retention: props.logRetention ?? RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.RETAIN,
      });
      const role = new Role(share, 'Role', {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        description: `${this.functionName} in ${Stack.of(share).region}`,
      });
      logGroup.grantWrite(role);
      protection.key?.grantDecrypt(role);
      acknowledgeInlinePolicies(role);
      const fn = new Function(share, 'Function', {
        functionName: this.functionName,
        description: props.description,
        code: newCode(),
        handler: props.handler ?? 'index.handler',
        runtime: props.runtime ?? Runtime.NODEJS_24_X,
        architecture: props.architecture ?? Architecture.ARM_64,
        memorySize: props.memorySize ?? 512,
        timeout: props.timeout ?? DEFAULT_TIMEOUT,
        environment: props.environment,
        environmentEncryption: protection.key,
        reservedConcurrentExecutions,
        role,
        logGroup,
        loggingFormat: LoggingFormat.JSON,
        // a version must outlive its successor's deployment, or there is nothing to roll back to
        currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      });
      (fn.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
      const isKept = 'the live alias has an on-failure destination, which keeps the error and the function\'s name as well; Lambda would send each failure to both';
      acknowledge(fn, { id: 'Serverless-LambdaDLQ', reason: isKept }, ...regulated('LambdaDLQ', isKept));
      if (reservedConcurrentExecutions === undefined) {
        acknowledge(fn, ...regulated('LambdaConcurrency',
          'a reservation is a limit as well: Lambda would throttle a region that takes over for another, and takes what it reserves from all other functions of the account'));
      }
      protection.connect(fn, role, { internetAccess: props.internetAccess ?? false });
      allowTracing(share, role);
      const alias = this.liveAlias(share, fn, props);
      this.keepFailures(alias, deadLetters);
      return { logGroup, function: fn, alias };
    });
  }

  /** The live alias of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IFunction {
    return this.shares.in(region).alias;
  }

  /** The principal of the function's role in one region; throws if it is not a region of the system. */
  public grantableIn(region: string): IGrantable {
    return this.shares.in(region).function;
  }

  /**
   * The live alias of one region, as a target of events. Lambda takes an event at once, and tries the function up to 3 times; what fails for good goes to `DeadLetters`.
   */
  public targetIn(region: string, { input, ...delivery }: SubscriptionDelivery): IRuleTarget | undefined {
    return new LambdaFunction(this.inRegion(region), { ...delivery, event: input });
  }

  /** How often the live alias of one region was invoked, over a minute by default; throws if it is not a region of the system. */
  public metricInvocations(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'Invocations', Stats.SUM, options);
  }

  /** How many invocations of the live alias of one region failed, over a minute by default; throws if it is not a region of the system. */
  public metricErrors(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'Errors', Stats.SUM, options);
  }

  /** How many invocations of the live alias of one region were throttled, over a minute by default; throws if it is not a region of the system. */
  public metricThrottles(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'Throttles', Stats.SUM, options);
  }

  /** How long invocations of the live alias of one region took, in milliseconds, on average over a minute by default; throws if it is not a region of the system. */
  public metricDuration(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'Duration', Stats.AVERAGE, options);
  }

  /** Sets an environment variable in every region. */
  public addEnvironment(key: string, value: string): this {
    this.shares.forEach(share => share.function.addEnvironment(key, value));
    return this;
  }

  /**
   * Sets an environment variable in one region, to something of that region's stack.
   * @internal
   */
  public _addEnvironmentIn(region: string, key: string, value: string): void {
    this.shares.in(region).function.addEnvironment(key, value);
  }

  /** @internal */
  public _logGroupIn(region: string): ILogGroup {
    return this.shares.in(region).logGroup;
  }

  /** @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-view.html */
  private metric(region: string, metricName: string, statistic: string, options?: MetricOptions): Metric {
    const { functionName } = this;
    const dimensionsMap = { FunctionName: functionName, Resource: `${functionName}:${LIVE}` };
    return metricIn(this, region, { namespace: 'AWS/Lambda', metricName, dimensionsMap, statistic }, options);
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

  private liveAlias(share: Construct, fn: Function, props: MultiRegionFunctionProps): Alias {
    const alias = new Alias(share, 'Live', { aliasName: LIVE, version: fn.currentVersion });
    const { application, role } = codeDeployOf(Stack.of(share));
    const alarms = props.rollbackOnAlarm ?? true ? this.rollbackAlarms(share, alias, props) : [];
    const group = new LambdaDeploymentGroup(share, 'Deployment', {
      application,
      role,
      alias,
      deploymentConfig: props.deploymentConfig ?? LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms,
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: alarms.length > 0 },
    });
    if (props.preTrafficHook) {
      props.preTrafficHook._callBeforeTraffic(group, alias);
    }
    return alias;
  }

  /** Asynchronous invocations that fail for good are kept, and can be redriven. */
  private keepFailures(alias: Alias, deadLetters: DeadLetters): void {
    const { region } = Stack.of(alias);
    alias.configureAsyncInvoke({ onFailure: new SqsDestination(deadLetters.inRegion(region)) });
    deadLetters._allow(region, 'lambda:InvokeFunction', alias.functionArn);
  }

  private rollbackAlarms(share: Construct, alias: Alias, props: MultiRegionFunctionProps): Alarm[] {
    const { region } = Stack.of(share);
    return [
      watch(share, 'Errors', {
        description: `${this.functionName} fails in ${region}. A running deployment rolls back by itself; otherwise look at the function's log for what it throws.`,
        metric: alias.metricErrors({ period: Duration.minutes(1), statistic: 'Sum' }),
        threshold: 1,
      }),
      watch(share, 'Latency', {
        description: threshold => `${this.functionName} is slow in ${region}: the slowest 1 % take ${threshold} ms or more. A running deployment rolls back by itself; `
          + 'otherwise look at its traces for what it waits for.',
        metric: alias.metricDuration({ period: Duration.minutes(1), statistic: 'p99' }),
        threshold: (props.timeout ?? DEFAULT_TIMEOUT).toMilliseconds() / 2,
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
  public _callBeforeTraffic(group: LambdaDeploymentGroup, alias: Alias): void {
    const { function: hook } = this.shares.in(Stack.of(group).region);
    const policy = (alias.node.defaultChild as CfnAlias).cfnOptions;
    policy.updatePolicy = {
      codeDeployLambdaAliasUpdate: { ...policy.updatePolicy!.codeDeployLambdaAliasUpdate!, beforeAllowTrafficHook: hook.functionName },
    };
    group.role.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [hook.functionArn] }));
    MultiRegionSystem.of(this)._protectionOf(group).reach('codedeploy');
    hook.addToRolePolicy(new PolicyStatement({ actions: ['codedeploy:PutLifecycleEventHookExecutionStatus'], resources: [group.deploymentGroupArn] }));
  }
}
