import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CfnStateMachine, CfnStateMachineAlias, CfnStateMachineVersion, CustomerManagedEncryptionConfiguration, StateMachine, StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { watchExecutions } from './workflow-alarms';
import { WorkflowBody } from './workflow-definition';
import { WorkflowDeployment } from './workflow-deployment';
import { acknowledge, acknowledgeInlinePolicies } from '../system/acknowledge';
import { allowTracing } from '../regional-function/tracing';
import { protectionOf } from '../system/legacy';

const LIVE = 'live';

export interface RegionalStateMachineProps {
  readonly name: string;
  readonly region: string;
  readonly body: WorkflowBody;
  readonly type: StateMachineType;
  readonly deployment: WorkflowDeployment;
  readonly logRetention: RetentionDays;
  readonly key?: IKey;
}

/** The state machine of one region, with what belongs to it there. */
export class RegionalStateMachine {
  public readonly stateMachine: StateMachine;
  /** The alias that events start. */
  public readonly liveArn: string;
  private readonly key?: IKey;

  constructor(share: Construct, props: RegionalStateMachineProps) {
    const { name, region, body, key } = props;
    const stack = Stack.of(share);
    const role = new Role(share, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
      description: `${name} in ${region}`,
    });
    acknowledgeInlinePolicies(role);
    const stateMachine = new StateMachine(share, 'StateMachine', {
      stateMachineName: name,
      stateMachineType: props.type,
      definitionBody: body.definitionBody,
      definitionSubstitutions: body.substitutions,
      encryptionConfiguration: key && new CustomerManagedEncryptionConfiguration(key),
      role,
    });
    if (body.functionArns.length > 0) {
      role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: body.functionArns }));
    }
    const logs = new LogGroup(share, 'Logs', {
      // The prefix keeps Step Functions from adding this log group to the account's one log resource policy, which is limited in size
      logGroupName: `/aws/vendedlogs/states/${name}`,
      encryptionKey: protectionOf(share).key,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // Logging and tracing are set at the L1, so that their wildcards stay in policies of their own: see allowTracing.
    const cfn = stateMachine.node.defaultChild as CfnStateMachine;
    cfn.loggingConfiguration = {
      level: 'ALL',
      includeExecutionData: false,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logs.logGroupArn } }],
    };
    cfn.tracingConfiguration = { enabled: true };
    // Step Functions checks both permissions when it creates the state machine
    stateMachine.node.addDependency(allowTracing(share, role), allowLogDelivery(share, role));

    this.stateMachine = stateMachine;
    this.key = key;
    this.liveArn = deploy(share, cfn, props.deployment, watchExecutions(share, stateMachine, name)?.alarmName);
  }

  /** Lets a function of the region start executions, by the alias. */
  public allowStarting(fn: IFunction): void {
    this.stateMachine.grantStartExecution(fn);
    protectionOf(fn).reach('states');
    this.key?.grant(fn, 'kms:Decrypt', 'kms:GenerateDataKey');
  }
}

/**
 * A version for each revision, and the alias that moves to it as the deployment says.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/version-rolling-deployment.html
 */
function deploy(share: Construct, stateMachine: CfnStateMachine, deployment: WorkflowDeployment, failedAlarmName?: string): string {
  const version = new CfnStateMachineVersion(share, 'Version', {
    stateMachineArn: stateMachine.ref,
    stateMachineRevisionId: stateMachine.attrStateMachineRevisionId,
  });
  // a version must outlive its successor's deployment, or there is nothing to roll back to
  version.applyRemovalPolicy(RemovalPolicy.RETAIN);
  const alias = new CfnStateMachineAlias(share, 'Live', {
    name: LIVE,
    deploymentPreference: deployment._preference(version.ref, failedAlarmName === undefined ? [] : [failedAlarmName]),
  });
  return alias.ref;
}

function allowLogDelivery(share: Construct, role: Role): Policy {
  const policy = new Policy(share, 'LogDelivery', {
    roles: [role],
    statements: [new PolicyStatement({
      actions: [
        'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
        'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
      ],
      resources: ['*'],
    })],
  });
  acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'CloudWatch Logs\' actions for log delivery know no resources' });
  acknowledgeInlinePolicies(policy);
  return policy;
}
