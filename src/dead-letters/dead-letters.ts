import { Duration } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct, IConstruct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue';
import { consume } from '../regional-function/queue-consumer';
import { RegionalFunction } from '../regional-function/regional-function';
import { acknowledge, regulatoryAcknowledgments } from '../system/acknowledge';
import { AlarmOverrides } from '../system/alarm-set';
import { describe } from '../system/describe';
import { handlerBundle } from '../system/handler-bundle';
import { hostOf, Layout } from '../system/layout';
import { metricIn } from '../system/metrics';
import { MultiRegionSystem } from '../system/multi-region-system';
import { NameRule } from '../system/names';
import { PerRegion } from '../system/per-region';
import { encryptQueue } from '../system/queue-encryption';
import { queueMetric } from '../system/queue-metrics';
import { RegionalScope } from '../system/regional-scope';
import { RuleAdmission } from '../system/rule-admission';
import { SystemUnit } from '../system/system-unit';

const ID = 'DeadLetters';

/** Upper bound for one asynchronous Invoke call. */
const REDRIVER_TIMEOUT = Duration.seconds(30);

/** Some hundred messages a second: a redrive must not take the concurrency of what runs meanwhile. */
const REDRIVER_CONCURRENCY = 5;

interface RegionalPart {
  readonly deadLetters: IQueue;
  /** The same queue, as a target of rules sees it: it has the permission for them already. */
  readonly forRules: IQueue;
  /** The rules whose undeliverable events it takes. */
  readonly admission: RuleAdmission;
  readonly redriver: RegionalFunction;
}

/**
 * The dead-letter queue of each region, and the way back from there.
 *
 * One encrypted queue per region holds, for 14 days: events that a peer region or a subscriber did not take within 24 hours, or refused at once because something was missing, and asynchronous invocations of
 * functions that failed after Lambda's own retries. Each message names its target and the error. An alarm is in ALARM
 * as soon as there is one.
 *
 * **To redrive**, fix the cause, then have SQS move the messages to the region's redrive queue, `<queueName>-redrive`: "Start DLQ redrive" to a custom destination in the console, or
 * `aws sqs start-message-move-task --source-arn … --destination-arn …`. A function then sends each to what it was meant for, and to nothing else: an event that
 * a peer did not take is sent to that peer only, and is still an event of its origin region. What fails again comes back here.
 *
 * The dead-letter queue stays when its stack is deleted, with what is in it, and is then in the way of a stack of the same name: delete it, or import it with `cdk import`, before that stack is deployed again.
 *
 * Per region: two queues, a function that runs when something is redriven, and an alarm of about 0.10 USD a month. Regions share nothing: what a dead region
 * could not deliver is there when it is back.
 *
 * An example, what it defines, what it costs, and its limits: [dead letters](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/dead-letters.md).
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-configure-dead-letter-queue-redrive.html
 */
export class DeadLetters extends Construct {
  /** Returns the dead letters of a system, or of the unit that a construct is in, made when they are first asked for. */
  public static of(scope: IConstruct): DeadLetters {
    const host = hostOf(scope);
    const existing = host.node.tryFindChild(ID);
    return existing instanceof DeadLetters ? existing : new DeadLetters(host);
  }

  /** The name of the queue, equal in every region. */
  public readonly queueName: string;

  /** The name of the queue to move messages to that are to be tried again, equal in every region. */
  public readonly redriveQueueName: string;

  private readonly redriverName: string;
  private readonly layout: Layout;
  private readonly parts: PerRegion<RegionalPart>;

  private constructor(host: MultiRegionSystem | SystemUnit) {
    super(host, ID);
    const layout = Layout.of(this);
    this.layout = layout;
    this.queueName = layout.physicalName(NameRule.QUEUE);
    this.redriveQueueName = layout.physicalName(NameRule.QUEUE, 'redrive');
    this.redriverName = `${this.queueName}-Redriver`;
    const { deadLetters } = layout.system._alarmSettings;
    const overrides = new AlarmOverrides<'deadLetters'>(this, { deadLetters }, layout.system.alarmProfile);
    this.parts = layout.perRegion(scope => this.partIn(scope, layout.system.systemName, overrides));
    describe(this, 'dead-letters', () => ({ queue: this.queueName, redriveQueue: this.redriveQueueName }));
    describe(this, 'function', () => ({ name: this.redriverName, isLibrary: true }));
  }

  /** Returns the dead-letter queue of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IQueue {
    return this.parts.in(region).deadLetters;
  }

  /** Returns the number of dead letters of one region, the most in a minute by default; throws if it is not a region of the system. */
  public metricApproximateNumberOfMessagesVisible(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, queueMetric(this.queueName, 'ApproximateNumberOfMessagesVisible'), options);
  }

  /** Returns the age of the oldest dead letter of one region, in seconds, the longest in a minute by default; throws if it is not a region of the system. */
  public metricApproximateAgeOfOldestMessage(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, queueMetric(this.queueName, 'ApproximateAgeOfOldestMessage'), options);
  }

  /**
   * Admits what rules could not deliver, and returns the queue for their targets. Rules of the region's own stack should wait for `inRegion(region)`, with which its policy comes.
   *
   * @param rules `<bus>/*`, or the name of a rule of the default bus
   * @internal
   */
  public _admitRules(region: string, rules: string): IQueue {
    const { admission, forRules } = this.parts.in(region);
    admission.admit(rules);
    return forRules;
  }

  /** Admits what a bus itself could not encrypt or decrypt. @internal */
  public _admitBus(region: string, eventBusName: string): void {
    this.parts.in(region).admission.admitBus(eventBusName);
  }

  /** Returns the queue for targets of rules in the region's mesh stack, which names it by its literal ARN. @internal */
  public _fromMesh(region: string): IQueue {
    const scope = this.layout.in(region);
    const existing = scope.mesh.node.tryFindChild('ForRules') as IQueue | undefined;
    return existing ?? Queue.fromQueueArn(scope.mesh, 'ForRules', scope.arn({ service: 'sqs', resource: this.queueName }));
  }

  /** Lets the redriver of a region invoke a function of that region. @internal */
  public _allowInvoking(region: string, functionArn: string): void {
    this.parts.in(region).redriver.allow(['lambda:InvokeFunction'], [functionArn]);
  }

  /** Lets the redriver of a region publish to a bus of that region. @internal */
  public _allowPublishing(region: string, eventBusArn: string): void {
    this.parts.in(region).redriver.allow(['events:PutEvents'], [eventBusArn]);
  }

  /** Lets the redriver of a region send to a queue of that region. @internal */
  public _allowSending(region: string, queueArn: string): void {
    this.parts.in(region).redriver.allow(['sqs:SendMessage', 'sqs:GetQueueUrl'], [queueArn]);
  }

  private partIn(scope: RegionalScope, systemName: string, overrides: AlarmOverrides<'deadLetters'>): RegionalPart {
    const { regional } = scope;
    const { queue } = new DeadLetterQueue(regional, 'Undelivered', {
      queueName: this.queueName, holds: `${systemName} could not deliver something, or a function failed at it for good`, scope, alarms: scope.alarms(overrides),
    });
    const redriveQueue = encryptQueue(new Queue(regional, 'Redrive', {
      queueName: this.redriveQueueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // AWS's advice for event sources: 6 times the function's timeout
      visibilityTimeout: Duration.seconds(6 * REDRIVER_TIMEOUT.toSeconds()),
      // SQS's longest: what is redriven while the redriver cannot run waits for it
      retentionPeriod: Duration.days(14),
      // SQS redrives only from a queue that is some queue's dead-letter queue. Once is enough: whoever redrives can do it again
      deadLetterQueue: { queue, maxReceiveCount: 1 },
    }), scope.queueKey);
    const redriver = this.redriverIn(scope, redriveQueue);
    return { deadLetters: queue, forRules: Queue.fromQueueArn(regional, 'ForRules', queue.queueArn), admission: new RuleAdmission(queue), redriver };
  }

  private redriverIn(scope: RegionalScope, queue: IQueue): RegionalFunction {
    const part = new Construct(scope.regional, 'Redriver');
    const fn = new RegionalFunction(part, {
      functionName: this.redriverName,
      description: 'sends dead letters to what they were meant for, when somebody redrives them',
      code: Code.fromAsset(handlerBundle('dead-letters/redriver')),
      timeout: REDRIVER_TIMEOUT,
      memorySize: 256,
      logRetention: RetentionDays.ONE_MONTH,
      key: scope.key,
      withoutDeadLetterQueue: 'what it fails at goes back to the dead-letter queue that it came from, which has an alarm',
    });
    acknowledge(
      fn.function,
      { id: 'Serverless-LambdaAsyncFailureDestination', reason: 'a queue invokes it, synchronously' },
      ...regulatoryAcknowledgments('LambdaConcurrency', 'it runs when somebody redrives, at the pace of the queue'),
    );
    scope.letUseQueueKey(fn.function);
    scope.connect(fn.function, fn.role, { internetAccess: false });
    // what it sends dead letters to
    ['events', 'lambda', 'sqs'].forEach(service => scope.reach(service));
    // no alias: there is nothing that a gradual deployment could watch
    consume(part, 'Queue', { queueArn: queue.queueArn, functionArn: fn.function.functionArn, role: fn.role, batchSize: 10, maxConcurrency: REDRIVER_CONCURRENCY });
    return fn;
  }
}
