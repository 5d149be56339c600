import { ArnFormat, Stack } from 'aws-cdk-lib';
import { IGrantable, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import {
  CfnStateMachine, CfnStateMachineAlias, CfnStateMachineVersion, CustomerManagedEncryptionConfiguration, StateMachine, StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { permitOwnSteps, requireGrants } from './definition-permissions';
import { logDeliveryPolicyOf } from './log-delivery';
import { neededActions } from './needed-actions';
import { addExecutionAlarms, WorkflowAlarms } from './workflow-alarms';
import { WorkflowBody } from './workflow-definition';
import { WorkflowDeployment } from './workflow-deployment';
import { tracingPolicyOf } from '../regional-function/tracing';
import { inlineRole } from '../system/inline-role';
import { RegionalScope } from '../system/regional-scope';
import { removalPolicyOf } from '../system/removal';
import { TrafficShift } from '../system/traffic-shift';

export const LIVE = 'live';

export interface RegionalStateMachineProps {
  /** The workflow, for errors. */
  readonly owner: Construct;
  readonly name: string;
  readonly body: WorkflowBody;
  readonly type: StateMachineType;
  readonly deployment: WorkflowDeployment;
  readonly logRetention: RetentionDays;
  /** Encrypts executions. */
  readonly key?: IKey;
  readonly alarms: WorkflowAlarms;
}

/** The state machine of one region, with its role, log, alias and alarms. */
export class RegionalStateMachine {
  public readonly stateMachine: StateMachine;
  /** The ARN of the alias that events start, for what is made after it in the same stack. */
  public readonly liveArn: string;
  /** The same, of literals, for other stacks. */
  public readonly literalLiveArn: string;
  private readonly key?: IKey;

  constructor(private readonly scope: RegionalScope, { owner, name, body, type, deployment, logRetention, key, alarms }: RegionalStateMachineProps) {
    const { regional, region, stack } = scope;
    const role = inlineRole(regional, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
      description: `${name} in ${region}`,
      // Step Functions checks both permissions when it creates the state machine, which names the role
      managedPolicies: [tracingPolicyOf(stack), logDeliveryPolicyOf(stack)],
    });
    this.stateMachine = new StateMachine(regional, 'StateMachine', {
      stateMachineName: name,
      stateMachineType: type,
      definitionBody: body.definitionBody,
      definitionSubstitutions: body.substitutions,
      encryptionConfiguration: key && new CustomerManagedEncryptionConfiguration(key),
      role,
    });
    if (body.functionArns.length > 0) {
      role.addToPrincipalPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: body.functionArns }));
    }
    permitOwnSteps(scope, role, name, body.definition);
    requireGrants(owner, region, role, neededActions(body.definition));
    // Logging and tracing are set at the L1, because the L2 would put their wildcards into the role: see tracingPolicyOf
    const cfn = this.stateMachine.node.defaultChild as CfnStateMachine;
    cfn.loggingConfiguration = {
      level: 'ALL',
      includeExecutionData: false,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logGroupOf(scope, name, logRetention).logGroupArn } }],
    };
    cfn.tracingConfiguration = { enabled: true };
    if (key) allowEncryptingLogs(role, key, scope);

    this.key = key;
    const failed = addExecutionAlarms(scope, alarms, name, stateMachineArn(scope, name));
    this.liveArn = deploy(regional, cfn, deployment, failed?.alarmName);
    this.literalLiveArn = stateMachineArn(scope, `${name}:${LIVE}`);
  }

  /** Lets a function of the region start executions, by the alias. */
  public allowStarting(grantee: IGrantable): void {
    this.stateMachine.grantStartExecution(grantee);
    this.scope.reach('states');
    this.key?.grant(grantee, 'kms:Decrypt', 'kms:GenerateDataKey');
  }
}

/** Returns the ARN of a state machine in a region, of literals, so that any stack may name it. */
export function stateMachineArn(scope: RegionalScope, name: string): string {
  return scope.arn({ service: 'states', resource: 'stateMachine', resourceName: name, arnFormat: ArnFormat.COLON_RESOURCE_NAME });
}

function logGroupOf({ regional, key }: RegionalScope, name: string, retention: RetentionDays): LogGroup {
  return new LogGroup(regional, 'Logs', {
    // The prefix keeps Step Functions from adding this log group to the account's one log resource policy, which is limited in size
    logGroupName: `/aws/vendedlogs/states/${name}`,
    encryptionKey: key,
    retention,
    removalPolicy: removalPolicyOf(regional),
  });
}

/**
 * Allows the role to encrypt logs: Step Functions encrypts what it hands to log delivery with the state machine's key. The L2 adds this permission only to a log destination that it is given itself.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
 */
function allowEncryptingLogs(role: Role, key: IKey, scope: RegionalScope): void {
  role.addToPrincipalPolicy(new PolicyStatement({
    actions: ['kms:GenerateDataKey'],
    resources: [key.keyArn],
    conditions: { StringEquals: { 'kms:EncryptionContext:SourceArn': scope.arn({ service: 'logs', resource: '*', arnFormat: ArnFormat.COLON_RESOURCE_NAME }) } },
  }));
}

/**
 * Creates a version for each revision, and the alias that moves to it as the deployment says; returns the alias's ARN.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/version-rolling-deployment.html
 */
function deploy(scope: Construct, stateMachine: CfnStateMachine, deployment: WorkflowDeployment, failedAlarmName?: string): string {
  const version = new CfnStateMachineVersion(scope, 'Version', {
    stateMachineArn: stateMachine.ref,
    stateMachineRevisionId: stateMachine.attrStateMachineRevisionId,
  });
  // earlier versions stay, to go back to by hand; one whose deployment was rolled back goes, or its revision could not be published again
  version.applyRemovalPolicy(removalPolicyOf(scope));
  const alias = new CfnStateMachineAlias(scope, 'Live', {
    name: LIVE,
    deploymentPreference: TrafficShift.of(Stack.of(scope)).choose(
      WorkflowDeployment.allAtOnce()._preference(version.ref, []),
      deployment._preference(version.ref, failedAlarmName === undefined ? [] : [failedAlarmName]),
    ),
  });
  return alias.ref;
}
