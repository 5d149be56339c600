import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { AttributeType, ProjectionType } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { BEAT_SECONDS, CORRELATION_ID_PATH, LEDGER_TABLE_NAME, MARGIN_SECONDS, STATE_MACHINE_ARN, TAKEOVER_AFTER_SECONDS, WORKFLOW_REGIONS } from './constants';
import { BEAT_INTERVAL, LEDGER, MARGIN } from './ledger';
import { RegionalStateMachine } from './regional-state-machine';
import { roundOf } from './takeover';
import { watchTakeovers } from './workflow-alarms';
import { DeadLetters } from '../dead-letters/dead-letters';
import { GlobalTable } from '../global-table/global-table';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { acknowledge, acknowledgeInlinePolicies, wildcardFinding } from '../system/acknowledge';
import { handlerBundle } from '../system/handler-bundle';
import { Layout } from '../system/layout';
import { PerRegion } from '../system/per-region';
import { EvacuationSwitch } from '../evacuation-switch/evacuation-switch';

export interface TakeoverLedgerProps {
  readonly workflowName: string;
  readonly stateMachines: PerRegion<RegionalStateMachine>;
  readonly takeoverAfter: Duration;
  readonly encryptionKeyArns?: { [region: string]: string };
  /** Where an event holds its correlation id, for the log. */
  readonly correlationIdPath?: string;
}

/**
 * What lets peers take over: a ledger of what each region has seen, started and ended, and in each region a sweeper that says every minute that the region is alive and
 * looks after what others left, and a recorder of how executions end.
 */
export class TakeoverLedger extends Construct {
  private readonly ledger: GlobalTable;
  private readonly layout: Layout;

  constructor(scope: Construct, id: string, private readonly props: TakeoverLedgerProps) {
    super(scope, id);
    this.layout = Layout.of(this);
    this.ledger = new GlobalTable(this, 'Table', {
      partitionKey: { name: LEDGER.PARTITION_KEY, type: AttributeType.STRING },
      sortKey: { name: LEDGER.SORT_KEY, type: AttributeType.STRING },
      timeToLiveAttribute: LEDGER.TTL,
      globalSecondaryIndexes: [{
        indexName: LEDGER.INDEX,
        partitionKey: { name: LEDGER.INDEX_PARTITION_KEY, type: AttributeType.STRING },
        sortKey: { name: LEDGER.INDEX_SORT_KEY, type: AttributeType.NUMBER },
        projectionType: ProjectionType.KEYS_ONLY,
      }],
      encryptionKeyArns: props.encryptionKeyArns,
    });
    const sweeper = new MultiRegionFunction(this, 'Sweeper', {
      description: `says that the region is alive, and takes over executions of ${props.workflowName}`,
      codePath: handlerBundle('replicated-workflow/sweeper'),
      timeout: Duration.minutes(1),
      alarmSettings: { latency: { threshold: 45_000 } },
      // a canary would run two versions in turn, of which one may be what silences the region
      deploymentConfig: LambdaDeploymentConfig.ALL_AT_ONCE,
    });
    const recorder = new MultiRegionFunction(this, 'Recorder', {
      description: `records how executions of ${props.workflowName} end`,
      codePath: handlerBundle('replicated-workflow/recorder'),
    });
    [sweeper, recorder].forEach(fn => this.open(fn));
    if (props.correlationIdPath) sweeper.addEnvironment(CORRELATION_ID_PATH, props.correlationIdPath);
    EvacuationSwitch.of(this)._grantRead(sweeper);
    this.layout.perShare((share, region) => {
      this.sweepIn(share, region, sweeper);
      this.recordIn(share, region, recorder);
      watchTakeovers(share, props.workflowName, Duration.millis(roundOf(this.layout.system.regions.length, props.takeoverAfter.toMilliseconds())));
    });
  }

  /** Has a function keep the ledger. */
  public open(fn: MultiRegionFunction): void {
    fn.addEnvironment(LEDGER_TABLE_NAME, this.ledger.tableName);
    fn.addEnvironment(TAKEOVER_AFTER_SECONDS, String(this.props.takeoverAfter.toSeconds()));
    fn.addEnvironment(BEAT_SECONDS, String(BEAT_INTERVAL / 1000));
    fn.addEnvironment(MARGIN_SECONDS, String(MARGIN / 1000));
    fn.addEnvironment(WORKFLOW_REGIONS, this.layout.system.regions.join(','));
    this.ledger.grantReadWriteData(fn);
  }

  private sweepIn(share: Construct, region: string, sweeper: MultiRegionFunction): void {
    const stateMachine = this.props.stateMachines.in(region);
    const stack = Stack.of(share);
    const fn = sweeper.inRegion(region);
    sweeper._addEnvironmentIn(region, STATE_MACHINE_ARN, stateMachine.liveArn);
    stateMachine.allowStarting(fn);
    const executions = {
      service: 'states', resource: 'execution', resourceName: `${this.props.workflowName}:*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    };
    const lookUp = new Policy(share, 'LookUp', {
      roles: [fn.role!],
      statements: [new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [stack.formatArn(executions)] })],
    });
    acknowledgeInlinePolicies(lookUp);
    acknowledge(lookUp, {
      id: wildcardFinding(stack, executions),
      reason: 'the ARN of an execution ends with its name, which is made of an event\'s key',
    });

    const role = new Role(share, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
      description: `runs the sweeper of ${this.props.workflowName} in ${region}`,
    });
    acknowledgeInlinePolicies(role);
    role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [fn.functionArn] }));
    const schedule = new CfnSchedule(share, 'Schedule', {
      description: `the sweeper of ${this.props.workflowName} in ${region}`,
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: fn.functionArn,
        roleArn: role.roleArn,
        input: '{}',
        // the next run makes up for one that is late
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
      },
    });
    schedule.node.addDependency(role);
  }

  private recordIn(share: Construct, region: string, recorder: MultiRegionFunction): void {
    const { stateMachine, liveArn } = this.props.stateMachines.in(region);
    recorder._addEnvironmentIn(region, STATE_MACHINE_ARN, liveArn);
    new Rule(share, 'Ended', {
      description: `executions of ${this.props.workflowName} that ended in ${region}`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [stateMachine.stateMachineArn], status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
      targets: [new LambdaFunction(recorder.inRegion(region), {
        deadLetterQueue: DeadLetters.of(this.layout.system).inRegion(region), maxEventAge: Duration.hours(24), retryAttempts: 185,
      })],
    });
  }
}
