import { Duration } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { MultiRegionFunction } from '../multi-region-function';
import { DeadLetterQueue } from '../private/dead-letter-queue';
import { invalidProp } from '../private/errors';
import { handlerBundle } from '../private/handler-bundle';
import { Layout, PerRegion } from '../private/layout';
import { queueMetricIn } from '../private/metrics';
import { consume } from '../private/queue-consumer';
import { MultiRegionSystem } from '../system/multi-region-system';
import { NameRule } from '../system/names';

const ID = 'DeadLetters';

/** A function that takes longer than this to be invoked asynchronously is not coming. */
const REDRIVER_TIMEOUT = Duration.seconds(30);

interface Share {
  readonly deadLetters: IQueue;
  readonly redriveQueue: IQueue;
  /** What the redriver may do here, by action. */
  readonly statements: Map<string, PolicyStatement>;
}

/**
 * Where a region keeps what it could not deliver or do, and the way back from there.
 *
 * One encrypted queue per region holds, for 14 days: events that a peer region or a subscriber did not take within 24 hours, and asynchronous invocations of
 * functions that failed after Lambda's own retries. Each message says what it was meant for and why that failed. An alarm goes off
 * as soon as there is one.
 *
 * **To redrive**, mend the cause, then have SQS move the messages to the region's redrive queue, `<queueName>-redrive`: "Start DLQ redrive" to a custom destination in the console, or
 * `aws sqs start-message-move-task --source-arn … --destination-arn …`. A function then sends each to what it was meant for, and to nothing else: an event that
 * a peer did not take is sent to that peer only, and is still an event of its origin region. What fails again comes back here.
 *
 * Per region: two queues, a function that runs when something is redriven, and an alarm of about 0.10 USD a month. Regions share nothing: what a dead region
 * could not deliver is there when it is back.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
export class DeadLetters extends Construct {
  /** The dead letters of a system, made when they are first asked for. */
  public static of(system: MultiRegionSystem): DeadLetters {
    const existing = system.node.tryFindChild(ID);
    return existing instanceof DeadLetters ? existing : new DeadLetters(system);
  }

  /** The name of the queue, equal in every region. */
  public readonly queueName: string;

  /** The name of the queue to move messages to that are to be tried again, equal in every region. */
  public readonly redriveQueueName: string;

  private readonly shares: PerRegion<Share>;
  private readonly redriver?: MultiRegionFunction;

  private constructor(system: MultiRegionSystem) {
    super(system, ID);
    const layout = Layout.of(this);
    this.queueName = layout.physicalName(NameRule.QUEUE);
    this.redriveQueueName = `${this.queueName}-redrive`;
    if (!NameRule.QUEUE.accepts(this.redriveQueueName)) {
      throw invalidProp(this, 'systemName, which makes the name of a queue,', this.redriveQueueName, NameRule.QUEUE.allowed);
    }
    this.shares = layout.perRegion(share => {
      const { queue } = new DeadLetterQueue(share, 'Undelivered', {
        queueName: this.queueName,
        holds: `${system.systemName} could not deliver something, or a function failed at it for good`,
      });
      const redriveQueue = new Queue(share, 'Redrive', {
        queueName: this.redriveQueueName,
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        // AWS's advice for event sources: 6 times the function's timeout
        visibilityTimeout: Duration.seconds(6 * REDRIVER_TIMEOUT.toSeconds()),
        // SQS redrives only from a queue that is some queue's dead-letter queue. Once is enough: whoever redrives can do it again
        deadLetterQueue: { queue, maxReceiveCount: 1 },
      });
      return { deadLetters: queue, redriveQueue, statements: new Map() };
    });
    const redriver = new MultiRegionFunction(this, 'Redriver', {
      description: 'sends dead letters to what they were meant for, when somebody redrives them',
      codePath: handlerBundle('dead-letters/redriver'),
      timeout: REDRIVER_TIMEOUT,
      memorySize: 256,
      deploymentConfig: LambdaDeploymentConfig.ALL_AT_ONCE,
      // its errors are messages that come back to the dead-letter queue, which has an alarm
      rollbackOnAlarm: false,
    });
    this.redriver = redriver;
    // what it sends dead letters to
    ['events', 'lambda', 'sqs'].forEach(service => system.letFunctionsReach(service));
    this.shares.forEach(({ redriveQueue }, region) => consume(redriveQueue, redriver.inRegion(region), 10));
  }

  /** The dead-letter queue of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IQueue {
    return this.shares.in(region).deadLetters;
  }

  /** How many dead letters one region has, the most in a minute by default; throws if it is not a region of the system. */
  public metricApproximateNumberOfMessagesVisible(ofRegion: string, options?: MetricOptions): Metric {
    return queueMetricIn(this, ofRegion, this.queueName, 'ApproximateNumberOfMessagesVisible', options);
  }

  /** How long the oldest dead letter of one region waits, in seconds, the longest in a minute by default; throws if it is not a region of the system. */
  public metricApproximateAgeOfOldestMessage(ofRegion: string, options?: MetricOptions): Metric {
    return queueMetricIn(this, ofRegion, this.queueName, 'ApproximateAgeOfOldestMessage', options);
  }

  /**
   * Lets the redriver of a region do something to a resource of that region.
   * @internal
   */
  public _allow(region: string, action: string, resourceArn: string): void {
    if (!this.redriver) {
      return; // the redriver's own function, while it is being made: nothing invokes that but its queue
    }
    const { statements } = this.shares.in(region);
    const statement = statements.get(action);
    if (statement) {
      statement.addResources(resourceArn);
      return;
    }
    const added = new PolicyStatement({ actions: [action], resources: [resourceArn] });
    statements.set(action, added);
    this.redriver.grantableIn(region).grantPrincipal.addToPrincipalPolicy(added);
  }

  /**
   * Lets the redriver of a region send to a queue of that region.
   * @internal
   */
  public _allowSending(region: string, queue: IQueue): void {
    ['sqs:SendMessage', 'sqs:GetQueueUrl'].forEach(action => this._allow(region, action, queue.queueArn));
  }
}
