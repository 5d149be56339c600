import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { WorkflowAlarmSettings } from './workflow-alarm-settings';
import { WorkflowDefinition } from './workflow-definition';
import { WorkflowDeployment } from './workflow-deployment';
import { WorkflowOwnership } from './workflow-ownership';
import { WorkflowTrigger } from './workflow-trigger';

/** Properties of a `ReplicatedWorkflow`. */
export interface ReplicatedWorkflowProps {
  /** The steps. */
  readonly definition: WorkflowDefinition;

  /**
   * The events that start it.
   *
   * @default - you start it yourself, through `inRegion`
   */
  readonly trigger?: WorkflowTrigger;

  /**
   * The region that runs the workflow of an event.
   *
   * @default WorkflowOwnership.originRegion()
   */
  readonly ownership?: WorkflowOwnership;

  /**
   * STANDARD, or EXPRESS for many short executions. Step Functions neither names nor remembers EXPRESS executions: a redelivered event starts another one, and no region can
   * tell whether another's has ended. So EXPRESS is refused with an ownership whose peers take over, even while there are none, and "exactly once" becomes "at least once".
   *
   * @default StateMachineType.STANDARD
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
   */
  readonly type?: StateMachineType;

  /**
   * The way in which executions move to a new version in each region. A failed execution meanwhile rolls it back.
   *
   * @default WorkflowDeployment.canary(10, Duration.minutes(5))
   */
  readonly deployment?: WorkflowDeployment;

  /**
   * The customer managed keys that encrypt executions and the ledger, by region: the ARN of a key of that region for each.
   *
   * The policy of each key must let the account's roles use it, and `delivery.logs.amazonaws.com` call `kms:Decrypt` with the encryption context `SourceArn` equal to
   * `arn:<partition>:logs:<region>:<account>:*`, without which no logs arrive.
   *
   * @default - keys that AWS owns
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
   */
  readonly encryptionKeyArns?: { [region: string]: string };

  /**
   * The retention of logs, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * Overrides for the alarms.
   *
   * @default - see each
   */
  readonly alarmSettings?: WorkflowAlarmSettings;
}
