import { ArnFormat, Duration, Stack } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { STATE_MACHINE_ARN } from './constants';
import { RegionalStateMachine } from './regional-state-machine';
import { addSweeperAlarms, addUnresolvedAlarm, WorkflowAlarms } from './workflow-alarms';
import { DeadLetters } from '../dead-letters/dead-letters';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { LIVE } from '../regional-function/live-alias';
import { acknowledge, wildcardFinding } from '../system/acknowledge';
import { describeScaledSchedule } from '../system/describe';
import { inlineRole } from '../system/inline-role';
import { RegionalScope } from '../system/regional-scope';

export interface RegionalTakeoverProps {
  readonly workflowName: string;
  readonly stateMachine: RegionalStateMachine;
  readonly takeoverAfter: Duration;
  /** Runs every minute. */
  readonly sweeper: MultiRegionFunction;
  /** Runs at the end of each execution. */
  readonly recorder: MultiRegionFunction;
  /** The name of the rule that runs the recorder. */
  readonly endedRuleName: string;
  readonly deadLetters: DeadLetters;
  readonly alarms: WorkflowAlarms;
}

/** The keeper of the ledger in one region: a schedule that runs the sweeper, and a rule that runs the recorder. */
export class RegionalTakeover {
  constructor(private readonly scope: RegionalScope, private readonly props: RegionalTakeoverProps) {
    const { workflowName, takeoverAfter, alarms } = props;
    this.sweep();
    this.record();
    addSweeperAlarms(scope, alarms, workflowName);
    if (scope.peers.length > 0) addUnresolvedAlarm(scope, alarms, workflowName, takeoverAfter);
  }

  private sweep(): void {
    const { regional, region, stack } = this.scope;
    const { sweeper, stateMachine, workflowName } = this.props;
    const { role } = sweeper.inRegion(region);
    sweeper._addEnvironmentIn(region, STATE_MACHINE_ARN, stateMachine.liveArn);
    stateMachine.allowStarting(role!);
    const executions = { service: 'states', resource: 'execution', resourceName: `${workflowName}:*`, arnFormat: ArnFormat.COLON_RESOURCE_NAME };
    role!.addToPrincipalPolicy(new PolicyStatement({ actions: ['states:DescribeExecution'], resources: [this.scope.arn(executions)] }));
    acknowledge(role!, { id: wildcardFinding(stack, executions), reason: 'the ARN of an execution ends with its name, which is made of an event\'s key' });

    const functionArn = sweeper._liveFor(region).arnIn(Stack.of(regional));
    // it calls helpers: itself, once for each shard. By its name, since the function waits for its role.
    const ownArn = this.scope.functionArn(`${sweeper.functionName}:${LIVE}`);
    role!.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [ownArn] }));
    const scheduleRole = inlineRole(regional, 'ScheduleRole', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
      description: `runs the sweeper of ${workflowName} in ${region}`,
    });
    scheduleRole.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: [functionArn] }));
    const schedule = new CfnSchedule(regional, 'Schedule', {
      description: `the sweeper of ${workflowName} in ${region}`,
      scheduleExpression: 'rate(1 minute)',
      flexibleTimeWindow: { mode: 'OFF' },
      target: {
        arn: functionArn,
        roleArn: scheduleRole.roleArn,
        input: '{}',
        // the next run makes up for one that is late
        retryPolicy: { maximumEventAgeInSeconds: 60, maximumRetryAttempts: 0 },
      },
    });
    describeScaledSchedule(schedule);
  }

  private record(): void {
    const { regional, region } = this.scope;
    const { recorder, workflowName, endedRuleName, deadLetters } = this.props;
    const { stateMachine, liveArn } = this.props.stateMachine;
    recorder._addEnvironmentIn(region, STATE_MACHINE_ARN, liveArn);
    const deadLetterQueue = deadLetters._admitRules(region, endedRuleName);
    const rule = new Rule(regional, 'Ended', {
      // of the default bus, to which others add rules: the queue and the function admit it by its name
      ruleName: endedRuleName,
      description: `executions of ${workflowName} that ended in ${region}`,
      eventPattern: {
        source: ['aws.states'],
        detailType: ['Step Functions Execution Status Change'],
        detail: { stateMachineArn: [stateMachine.stateMachineArn], status: ['SUCCEEDED', 'FAILED', 'TIMED_OUT', 'ABORTED'] },
      },
    });
    rule.addTarget(recorder.targetIn(region, { deadLetterQueue, maxEventAge: Duration.hours(24), retryAttempts: 185 }));
    // and with it the queue's policy, without which what cannot be delivered is dropped
    rule.node.addDependency(deadLetters.inRegion(region));
  }
}
