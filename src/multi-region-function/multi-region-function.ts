import { existsSync } from 'fs';
import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { ILambdaDeploymentConfig, LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy';
import { IGrantable, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Architecture, CfnFunction, Code, Function, IFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { bundledCode } from './bundled-code';
import { codeDeployOf } from './code-deploy';
import { deadLettersOf } from './dead-letters';
import { invalidProp } from '../private/errors';
import { Layout, PerRegion } from '../private/layout';
import { allowTracing } from '../private/tracing';
import { IMultiRegionGrantable } from '../system';
import { NameRule } from '../system/names';

/** The alias that requests, events and workflows call. */
const LIVE = 'live';

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
   * A deployment rolls back by itself when the alias's error alarm goes off meanwhile.
   *
   * @default LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES
   */
  readonly deploymentConfig?: ILambdaDeploymentConfig;

  /**
   * How long logs are kept, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
}

interface Share {
  readonly function: Function;
  readonly alias: Alias;
}

/**
 * A Lambda function in every region, deployed blue/green in each.
 *
 * Per region: the function with a role of its own, a log group, X-Ray tracing, and the alias `live`, which CodeDeploy shifts to a
 * new version and back again when the alias's error alarm goes off. Asynchronous invocations that fail go to one encrypted
 * dead-letter queue, shared by the system's functions of that region.
 *
 * Regions share nothing, so losing one costs nothing in the others. The error alarm costs about 0.10 USD a month and region.
 *
 * Throws unless exactly one of `entry` and `codePath` is given and exists, or if the id gives a name longer than 64 characters.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/configuring-alias-routing.html
 */
export class MultiRegionFunction extends Construct implements IMultiRegionGrantable {
  /** The name, equal in every region. */
  public readonly functionName: string;

  private readonly shares: PerRegion<Share>;

  constructor(scope: Construct, id: string, props: MultiRegionFunctionProps) {
    super(scope, id);
    const layout = Layout.of(this);
    this.functionName = layout.physicalName(NameRule.FUNCTION);
    const newCode = this.codeFactory(props);

    this.shares = layout.perRegion(share => {
      const logGroup = new LogGroup(share, 'Logs', {
        retention: props.logRetention ?? RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.RETAIN,
      });
      const role = new Role(share, 'Role', {
        assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
        description: `${this.functionName} in ${Stack.of(share).region}`,
      });
      logGroup.grantWrite(role);
      const fn = new Function(share, 'Function', {
        functionName: this.functionName,
        description: props.description,
        code: newCode(),
        handler: props.handler ?? 'index.handler',
        runtime: props.runtime ?? Runtime.NODEJS_24_X,
        architecture: props.architecture ?? Architecture.ARM_64,
        memorySize: props.memorySize ?? 512,
        timeout: props.timeout ?? Duration.seconds(10),
        environment: props.environment,
        role,
        logGroup,
        deadLetterQueue: deadLettersOf(Stack.of(share)),
        // a version must outlive its successor's deployment, or there is nothing to roll back to
        currentVersionOptions: { removalPolicy: RemovalPolicy.RETAIN },
      });
      (fn.node.defaultChild as CfnFunction).tracingConfig = { mode: 'Active' };
      allowTracing(share, role);
      return { function: fn, alias: this.liveAlias(share, fn, props.deploymentConfig) };
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

  private liveAlias(share: Construct, fn: Function, deploymentConfig?: ILambdaDeploymentConfig): Alias {
    const alias = new Alias(share, 'Live', { aliasName: LIVE, version: fn.currentVersion });
    const errors = new Alarm(share, 'Errors', {
      alarmDescription: `${this.functionName} fails in ${Stack.of(share).region}. A running deployment rolls back by itself; `
        + 'otherwise look at the function\'s log for what it throws.',
      metric: alias.metricErrors({ period: Duration.minutes(1), statistic: 'Sum' }),
      threshold: 1,
      evaluationPeriods: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    const { application, role } = codeDeployOf(Stack.of(share));
    new LambdaDeploymentGroup(share, 'Deployment', {
      application,
      role,
      alias,
      deploymentConfig: deploymentConfig ?? LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms: [errors],
      autoRollback: { failedDeployment: true, stoppedDeployment: true, deploymentInAlarm: true },
    });
    return alias;
  }
}
