import { Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { BATCH_SIZE, DEAD_LETTER_QUEUE_URL, EVENT_QUEUE_URL, STATE_MACHINE_ARN } from './constants';
import { RegionalStateMachine } from './regional-state-machine';
import { addStartAlarms, WorkflowAlarms } from './workflow-alarms';
import { DeadLetterQueue } from '../dead-letters/dead-letter-queue';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { consume } from '../regional-function/queue-consumer';
import { encryptQueue } from '../system/queue-encryption';
import { RegionalScope } from '../system/regional-scope';
import { RuleAdmission } from '../system/rule-admission';

export const STARTER_TIMEOUT = Duration.seconds(10);

/** AWS's advice for event sources: 6 times the function's timeout. A message that fails is received again when it is over. */
const VISIBILITY_TIMEOUT = Duration.seconds(6 * STARTER_TIMEOUT.toSeconds());

/**
 * SQS's most. A minute apart, they are 16 hours and 40 minutes: trouble of Lambda, DynamoDB or Step Functions that lasts for hours passes without anybody's help. What no retry can help does not wait for that, because the starter puts
 * it into the dead-letter queue at once.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html
 */
const MAX_RECEIVE_COUNT = 1000;

/** Above what Step Functions starts by default, as long as a batch of 10 takes less than a second: see `WorkflowTrigger.maxConcurrency`. */
export const STARTER_CONCURRENCY = 20;

/** Returns the name of the queue of events. There is room for more than the state machine's name: its starter's name is longer, and may have 64 characters only. */
export function eventQueueName(workflowName: string): string {
  return `${workflowName}-events`;
}

/** Returns the name of the dead-letter queue of events for which no execution was started. */
export function unstartedQueueName(workflowName: string): string {
  return `${workflowName}-unstarted`;
}

export interface RegionalStartQueueProps {
  readonly workflowName: string;
  readonly stateMachine: RegionalStateMachine;
  /** Starts an execution for each event of the queue. */
  readonly starter: MultiRegionFunction;
  /** The number of batches that the starter gets at the same time. */
  readonly maxConcurrency: number;
  readonly alarms: WorkflowAlarms;
}

/** The queue of events that start executions in one region, with its dead-letter queue. */
export class RegionalStartQueue {
  public readonly admission: RuleAdmission;
  /** The ARN, of literals, for rules of other stacks. */
  public readonly queueArn: string;

  constructor(scope: RegionalScope, props: RegionalStartQueueProps) {
    const { regional, region } = scope;
    const { workflowName, stateMachine, starter, alarms } = props;
    const queueName = eventQueueName(workflowName);
    const unstarted = new DeadLetterQueue(regional, 'Unstarted', {
      queueName: unstartedQueueName(workflowName), holds: `Events for which ${workflowName} was not started`, scope, alarms,
    }).queue;
    const queue = encryptQueue(new Queue(regional, 'Events', {
      queueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      visibilityTimeout: VISIBILITY_TIMEOUT,
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: unstarted, maxReceiveCount: MAX_RECEIVE_COUNT },
    }), scope.queueKey);
    addStartAlarms(scope, alarms, { name: workflowName, queueName, starterName: starter.functionName });
    this.admission = new RuleAdmission(queue);
    this.queueArn = scope.arn({ service: 'sqs', resource: queueName });

    starter._addEnvironmentIn(region, STATE_MACHINE_ARN, stateMachine.liveArn);
    starter._addEnvironmentIn(region, DEAD_LETTER_QUEUE_URL, unstarted.queueUrl);
    starter._addEnvironmentIn(region, EVENT_QUEUE_URL, queue.queueUrl);
    const grantee = starter.grantableIn(region);
    // to the events' own queue what is to be looked at later
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [unstarted.queueArn, queue.queueArn] }));
    stateMachine.allowStarting(grantee);
    consume(regional, 'Consumer', {
      queueArn: queue.queueArn,
      functionArn: starter._liveFor(region).arnIn(Stack.of(regional)),
      role: grantee,
      batchSize: BATCH_SIZE,
      maxConcurrency: props.maxConcurrency,
    });
  }
}
