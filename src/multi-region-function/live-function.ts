import { Duration } from 'aws-cdk-lib';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { Code, Handler, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { FunctionAlarmSettings } from './function-alarm-settings';
import { BaseFunctionProps } from './function-props';
import { rollbackAlarms } from './rollback-alarms';
import { DeadLetters } from '../dead-letters/dead-letters';
import { LIVE, LiveAlias } from '../regional-function/live-alias';
import { RegionalFunction } from '../regional-function/regional-function';
import { acknowledge, regulatoryAcknowledgments } from '../system/acknowledge';
import { AlarmSet } from '../system/alarm-set';
import { resolveNetworks } from '../system/function-networks';
import { RegionalScope } from '../system/regional-scope';

export interface LiveFunctionProps {
  /** The function of all regions. */
  readonly owner: Construct;
  readonly functionName: string;
  readonly code: Code;
  readonly timeout: Duration;
  readonly environment?: { [name: string]: string };
  readonly alarms: AlarmSet<keyof FunctionAlarmSettings>;
  readonly deadLetters: DeadLetters;
  readonly settings: BaseFunctionProps;
  /** Called when the alias is there, before anything invokes it. */
  readonly onAlias: (live: LiveAlias) => void;
}

/** The function of one region behind its alias `live`: in the region's network, rolled back on alarm, with a dead-letter queue for what fails asynchronously. */
export class LiveFunction {
  public readonly fn: RegionalFunction;
  public readonly live: LiveAlias;
  /** The ARN of the alias, of literals, for other stacks. */
  public readonly liveArn: string;

  constructor(private readonly scope: RegionalScope, private readonly props: LiveFunctionProps) {
    const { functionName, timeout, alarms, settings, onAlias } = props;
    this.fn = this.makeFunction();
    this.connect();
    this.live = new LiveAlias(scope.regional, this.fn, {
      deploymentConfig: settings.deploymentConfig ?? LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alarms: settings.rollbackOnAlarm ?? true ? rollbackAlarms(scope, alarms, functionName, timeout) : [],
    });
    onAlias(this.live);
    this.liveArn = scope.functionArn(`${functionName}:${LIVE}`);
    this.keepFailures();
  }

  private makeFunction(): RegionalFunction {
    const { scope, props: { functionName, code, timeout, environment, settings } } = this;
    const { image, reservedConcurrentExecutions } = settings;
    const fn = new RegionalFunction(scope.regional, {
      functionName,
      description: settings.description,
      code,
      handler: image ? Handler.FROM_IMAGE : settings.handler,
      runtime: image ? Runtime.FROM_IMAGE : settings.runtime,
      architecture: settings.architecture,
      memorySize: settings.memorySize,
      timeout,
      environment,
      reservedConcurrentExecutions,
      provisionedConcurrentExecutions: settings.provisionedConcurrentExecutions,
      layerArns: settings.layerArns?.[scope.region],
      ephemeralStorageSize: settings.ephemeralStorageSize,
      snapStart: settings.snapStart,
      logRetention: settings.logRetention ?? RetentionDays.ONE_MONTH,
      key: scope.key,
      withoutDeadLetterQueue: 'the live alias has an on-failure destination, which keeps the error and the function\'s name as well; Lambda would send each failure to both',
    });
    if (reservedConcurrentExecutions === undefined) {
      acknowledge(fn.function, ...regulatoryAcknowledgments('LambdaConcurrency',
        'a reservation is a limit as well: Lambda would throttle a region that takes over for another, and takes what it reserves from all other functions of the account'));
    }
    return fn;
  }

  private connect(): void {
    const { scope, fn, props: { owner, settings } } = this;
    const network = resolveNetworks(owner, 'networks', scope.system.regions, settings.networks ?? {})[scope.region];
    scope.connect(fn.function, fn.role, { internetAccess: settings.internetAccess ?? false, network });
  }

  /** Asynchronous invocations that fail for good are kept, and can be redriven. */
  private keepFailures(): void {
    const { scope, fn, live, liveArn, props: { deadLetters, settings: { maxEventAge, retryAttempts } } } = this;
    live.alias.configureAsyncInvoke({ onFailure: new SqsDestination(deadLetters.inRegion(scope.region)), maxEventAge, retryAttempts });
    // Lambda sends there as the function, and reads queues for it
    scope.letUseQueueKey(fn.function);
    deadLetters._allowInvoking(scope.region, liveArn);
  }
}
