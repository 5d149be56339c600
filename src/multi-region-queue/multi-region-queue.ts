import { Duration, Stack } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { QueueAlarmSettings } from './queue-alarm-settings';
import { QueueTarget } from './queue-target';
import { DeadLetterQueue } from '../dead-letters/dead-letter-queue';
import { IMultiRegionFunction } from '../multi-region-function/i-multi-region-function';
import { requireFunction } from '../multi-region-function/require-function';
import { consume } from '../regional-function/queue-consumer';
import { AlarmOverrides } from '../system/alarm-set';
import { describe } from '../system/describe';
import { invalidProp } from '../system/errors';
import { IMultiRegionGrantable, principalsOf } from '../system/grantable';
import { Layout } from '../system/layout';
import { metricIn } from '../system/metrics';
import { NameRule } from '../system/names';
import { PerRegion } from '../system/per-region';
import { encryptQueue } from '../system/queue-encryption';
import { queueMetric } from '../system/queue-metrics';
import { requireDuration, requireWhole } from '../system/ranges';
import { RuleAdmission } from '../system/rule-admission';
import { ISubscriptionTarget, SubscriptionDelivery } from '../system/subscription-target';

/** Properties of a `MultiRegionQueue`. */
export interface MultiRegionQueueProps {
  /**
   * The time that a message stays invisible while its consumer works on it: AWS advises 6 times the timeout of a function that consumes it. At most 12 hours.
   *
   * @default Duration.minutes(1)
   */
  readonly visibilityTimeout?: Duration;

  /**
   * The time that a message waits to be consumed before it is gone, from 1 minute to 14 days.
   *
   * @default Duration.days(14)
   */
  readonly retentionPeriod?: Duration;

  /**
   * The number of times that a message is received before it moves to the dead-letter queue, from 1 to 1000.
   *
   * A consumer's message that fails is received again when `visibilityTimeout` is over, so the two say for how long trouble is retried before somebody must redrive: 5 minutes with the defaults. A queue cannot tell a message that
   * no retry can help from one that meets with trouble: with more tries, trouble of hours passes by itself, and a message that cannot be handled comes to light that much later. If your consumer puts such messages aside itself,
   * let it try for hours: 240 times a minute apart are 4 hours.
   *
   * @default 5
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   */
  readonly maxReceiveCount?: number;

  /**
   * The settings of the alarms. Settings that match no alarm are an error at synthesis.
   *
   * @default - see each
   */
  readonly alarmSettings?: QueueAlarmSettings;
}

/** Options of a consumer. */
export interface QueueConsumerOptions {
  /**
   * The number of messages that the function gets at once, from 1 to 10.
   *
   * @default 10
   */
  readonly batchSize?: number;

  /**
   * The number of batches that the function gets at the same time from the queue of its region, from 2 to 1000, and at most its `reservedConcurrentExecutions`. What is above waits in the queue.
   *
   * It keeps a full queue from using up the concurrency that all functions of the account share, 1000 by default. It reserves nothing: for that, give the function `reservedConcurrentExecutions`. What all queues of a function
   * may use together should not be more than that, since messages count as received although the function was throttled.
   *
   * @default - 100, or the function's reserved concurrency if it is less
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
   */
  readonly maxConcurrency?: number;
}

/** A tenth of what an account has by default in a region. With batches of 10 that take 100 ms, it is 10,000 messages a second. */
const MAX_CONCURRENCY = 100;

/** The least that Lambda takes as the maximum concurrency of a queue. @see https://docs.aws.amazon.com/lambda/latest/api/API_ScalingConfig.html */
const LEAST_CONCURRENCY = 2;

/**
 * An SQS queue in every region, each for its own region's messages.
 *
 * Per region: the queue, encrypted and by TLS only, and a dead-letter queue with an alarm, about 0.10 USD a month; a redrive brings its messages back. Queues
 * are not replicated: what a dead region's queue holds is there when that region is back. Make it the target of a subscription with
 * `SubscriptionScope.EVERY_REGION` if every region should have its own copy.
 *
 * The dead-letter queues stay when their stacks are deleted, as those of `DeadLetters` do; the queues themselves do not.
 *
 * Throws if the id gives a name that SQS does not accept, or if a property is out of SQS's range.
 *
 * An example, what it defines, what it costs, and its limits: [multi region queue](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/multi-region-queue.md).
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
export class MultiRegionQueue extends Construct implements ISubscriptionTarget {
  /** The name, equal in every region. */
  public readonly queueName: string;

  /** The name of the dead-letter queue, equal in every region. */
  public readonly deadLetterQueueName: string;

  private readonly layout: Layout;
  private readonly visibilityTimeout: Duration;
  private readonly queues: PerRegion<RuleAdmission>;
  private readonly consumers = new Set<IMultiRegionFunction>();

  constructor(scope: Construct, id: string, props: MultiRegionQueueProps = {}) {
    super(scope, id);
    this.layout = Layout.of(this);
    this.queueName = this.layout.physicalName(NameRule.QUEUE);
    this.deadLetterQueueName = this.layout.physicalName(NameRule.QUEUE, 'poison');
    const overrides = new AlarmOverrides<keyof QueueAlarmSettings>(this, props.alarmSettings, this.layout.system.alarmProfile);
    const visibilityTimeout = props.visibilityTimeout ?? Duration.minutes(1);
    this.visibilityTimeout = visibilityTimeout;
    const retentionPeriod = props.retentionPeriod ?? Duration.days(14);
    const maxReceiveCount = props.maxReceiveCount ?? 5;
    requireDuration(this, 'visibilityTimeout', visibilityTimeout, 'seconds', Duration.seconds(0), Duration.hours(12));
    requireDuration(this, 'retentionPeriod', retentionPeriod, 'seconds', Duration.minutes(1), Duration.days(14));
    requireWhole(this, 'maxReceiveCount', maxReceiveCount, 1, 1000);
    this.queues = this.layout.perRegion(regionalScope => {
      const { regional } = regionalScope;
      const poison = new DeadLetterQueue(regional, 'Poison', {
        queueName: this.deadLetterQueueName,
        holds: `Messages that the consumer of ${this.queueName} failed at`,
        scope: regionalScope,
        alarms: regionalScope.alarms(overrides),
      });
      return new RuleAdmission(encryptQueue(new Queue(regional, 'Queue', {
        queueName: this.queueName,
        encryption: QueueEncryption.SQS_MANAGED,
        enforceSSL: true,
        visibilityTimeout,
        retentionPeriod,
        deadLetterQueue: { queue: poison.queue, maxReceiveCount },
      }), regionalScope.queueKey));
    });
    describe(this, 'queue', () => ({
      name: this.queueName,
      deadLetterQueue: this.deadLetterQueueName,
      triedForSeconds: visibilityTimeout.toSeconds() * maxReceiveCount,
      consumers: [...this.consumers].map(({ functionName }) => functionName),
    }));
  }

  /** Returns the queue of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IQueue {
    return this.queues.in(region).queue;
  }

  /** Returns the number of messages that wait in the queue of one region, the most in a minute by default; throws if it is not a region of the system. */
  public metricApproximateNumberOfMessagesVisible(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, queueMetric(this.queueName, 'ApproximateNumberOfMessagesVisible'), options);
  }

  /**
   * Returns the time that the oldest message waits in the queue of one region, in seconds, the longest in a minute by default. SQS leaves out messages that were received three times.
   *
   * Throws if it is not a region of the system.
   *
   * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
   */
  public metricApproximateAgeOfOldestMessage(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, queueMetric(this.queueName, 'ApproximateAgeOfOldestMessage'), options);
  }

  /** Returns the number of messages in the dead-letter queue of one region, the most in a minute by default; throws if it is not a region of the system. */
  public metricDeadLettersVisible(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, queueMetric(this.deadLetterQueueName, 'ApproximateNumberOfMessagesVisible'), options);
  }

  /** Returns the queue of one region, as a target of events. */
  public targetIn(region: string, delivery: SubscriptionDelivery): IRuleTarget | undefined {
    return new QueueTarget(this.queues.in(region), this.arnIn(region), delivery);
  }

  /**
   * Subscribes a function to the messages, in each region to those of its own region. The function reports the messages that it failed at as `batchItemFailures`; only
   * those are received again. A function of another unit consumes when all regions are deployed.
   *
   * Throws if the function is of another system, if it consumes already, if it may take longer than the queue's visibility timeout, which Lambda refuses, or if the batch size or the concurrency is out of range.
   *
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
   * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
   */
  public addConsumer(fn: IMultiRegionFunction, options: QueueConsumerOptions = {}): void {
    this.layout.requireSameSystem('consumer', fn);
    requireFunction(this, 'consumer', fn);
    const batchSize = options.batchSize ?? 10;
    requireWhole(this, 'batchSize', batchSize, 1, 10);
    const reserved = fn._reservedConcurrentExecutions;
    const most = Math.max(LEAST_CONCURRENCY, reserved ?? 1000);
    requireWhole(this, 'maxConcurrency', options.maxConcurrency, LEAST_CONCURRENCY, 1000);
    if (options.maxConcurrency !== undefined && options.maxConcurrency > most) {
      throw invalidProp(this, 'maxConcurrency', options.maxConcurrency, `at most ${most}, the reserved concurrency of ${fn.functionName}: what is read beyond it is throttled, and counts as received`);
    }
    const maxConcurrency = options.maxConcurrency ?? Math.min(MAX_CONCURRENCY, most);
    if (this.consumers.has(fn)) {
      throw invalidProp(this, 'consumer', fn.node.path, 'a function that does not consume from this queue yet, because Lambda takes one event source mapping for each pair');
    }
    if (fn._timeout && fn._timeout.toSeconds() > this.visibilityTimeout.toSeconds()) {
      throw invalidProp(this, 'visibilityTimeout', this.visibilityTimeout.toHumanString(), `at least the timeout of its consumer ${fn.functionName}, ${fn._timeout.toHumanString()}, and better 6 times that`);
    }
    this.consumers.add(fn);
    this.noteConcurrency(fn, maxConcurrency);
    const isLocal = this.layout.isSameUnit(fn);
    this.queues.forEach(({ queue }, region) => {
      const live = fn._liveFor(region);
      // what connects two units is made when both are there
      const scope = isLocal ? live.alias : this.layout.in(region).mesh;
      const role = fn.grantableIn(region);
      consume(scope, isLocal ? `From-${this.queueName}` : `To-${live.functionName}`, {
        queueArn: isLocal ? queue.queueArn : this.arnIn(region),
        functionArn: live.arnIn(Stack.of(scope)),
        grantedArn: Construct.isConstruct(role) && Stack.of(role) === Stack.of(queue) ? undefined : this.arnIn(region),
        role,
        batchSize,
        maxConcurrency,
      });
    });
  }

  /** Grants each region's principal of the grantee to send to the queue of its own region. */
  public grantSendMessages(grantee: IMultiRegionGrantable): void {
    const principalIn = principalsOf(this, grantee);
    this.queues.forEach((_, region) => {
      const principal = principalIn(region);
      Grant.addToPrincipal({ grantee: principal, actions: ['sqs:SendMessage', 'sqs:GetQueueAttributes', 'sqs:GetQueueUrl'], resourceArns: [this.arnIn(region)] });
      this.layout.in(region).letUseQueueKey(principal);
    });
  }

  /** Warns if the queues of a function may use more than its reserved concurrency together. */
  private noteConcurrency(fn: IMultiRegionFunction, maxConcurrency: number): void {
    const reserved = fn._reservedConcurrentExecutions;
    const { isFirst, sum } = fn._consumedConcurrency.add(maxConcurrency);
    if (reserved === undefined || isFirst || sum <= reserved) return;
    this.layout.system._notify('warning', this, 'cdk-multi-region:consumerConcurrency',
      `the queues of ${fn.functionName} may use a concurrency of ${sum} together, and ${reserved} is reserved for it: what is read beyond that is throttled, and counts as received. Lower maxConcurrency of its queues [${this.node.path}]`);
  }

  /** Returns the ARN, of literals, for other stacks. */
  private arnIn(region: string): string {
    return this.layout.in(region).arn({ service: 'sqs', resource: this.queueName });
  }
}
