import { Duration } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { EventPattern, IRuleTarget } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { IGrantable } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { IStateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { BATCH_SIZE, CORRELATION_ID_PATH, DEAD_LETTER_QUEUE_URL, IDEMPOTENCY_KEY_PATH, STATE_MACHINE_ARN } from './constants';
import { KEY_PATH } from './idempotency-key';
import { RegionalStateMachine } from './regional-state-machine';
import { TakeoverLedger } from './takeover-ledger';
import { WorkflowAlarmSettings } from './workflow-alarm-settings';
import { watchStarts } from './workflow-alarms';
import { WorkflowDefinition } from './workflow-definition';
import { WorkflowDeployment } from './workflow-deployment';
import { executionMetricIn, handlerMetricIn } from './workflow-metrics';
import { WorkflowOwnership } from './workflow-ownership';
import { DeadLetters } from '../dead-letters/dead-letters';
import { GlobalEventBus } from '../global-event-bus/global-event-bus';
import { ISubscriptionTarget, SubscriptionDelivery, SubscriptionScope } from '../system/subscription-target';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { useAlarmSettings } from '../system/legacy';
import { DeadLetterQueue } from '../dead-letters/dead-letter-queue';
import { keyIn, requireKeyArns } from '../system/encryption-keys';
import { invalidProp, requireLiteral } from '../system/errors';
import { handlerBundle } from '../system/handler-bundle';
import { AlarmOverrides } from '../system/alarm-set';
import { Layout } from '../system/layout';
import { PerRegion } from '../system/per-region';
import { queueMetricIn } from '../system/legacy';
import { consume } from '../regional-function/queue-consumer';
import { IMultiRegionGrantable } from '../system/grantable';
import { NameRule } from '../system/names';

const STARTER_TIMEOUT = Duration.seconds(10);

/** The events that start a workflow. */
export interface WorkflowTrigger {
  /** The bus that the events come by. */
  readonly bus: GlobalEventBus;

  /**
   * Which events. The region is not yours to match: that is what `ownership` does.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html
   */
  readonly eventPattern: EventPattern;

  /**
   * Where the event holds the key that names its workflow, such as `$.detail.orderId`: a string or a number. Events of the same key, redelivered or published again,
   * are one workflow, for the 90 days that Step Functions remembers a name. An event without its key goes to the dead-letter queue, with the reason as the attribute `ERROR_MESSAGE`.
   */
  readonly idempotencyKeyPath: string;

  /**
   * Where the event holds the id that all lines of logs about one request have in common, such as `$.detail.correlationId`. The lines that tell of a start, in whichever region,
   * then have it as `correlation_id`. Up to 128 printable characters without spaces; anything else is left out, and the workflow started all the same.
   *
   * @default - none
   */
  readonly correlationIdPath?: string;
}

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
   * Which region runs the workflow of an event.
   *
   * @default WorkflowOwnership.originRegion()
   */
  readonly ownership?: WorkflowOwnership;

  /**
   * STANDARD, or EXPRESS for many short executions. Step Functions neither names nor remembers EXPRESS executions: a redelivered event starts another one, and no region can
   * tell whether another's has ended. So EXPRESS is refused with an ownership whose peers take over, and "exactly once" becomes "at least once".
   *
   * @default StateMachineType.STANDARD
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html
   */
  readonly type?: StateMachineType;

  /**
   * How executions move to a new version in each region. A failed execution meanwhile rolls it back.
   *
   * @default WorkflowDeployment.canary(10, Duration.minutes(5))
   */
  readonly deployment?: WorkflowDeployment;

  /**
   * The customer managed keys that encrypt executions and the ledger, by region: the ARN of a key of that region for each.
   *
   * @default - keys that AWS owns
   * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
   */
  readonly encryptionKeyArns?: { [region: string]: string };

  /**
   * How long logs are kept, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * What the alarms look at.
   *
   * @default - see each
   */
  readonly alarmSettings?: WorkflowAlarmSettings;
}

/**
 * A Step Functions workflow in every region, started by events, that outlives its region.
 *
 * **As long as one region that has seen an event survives, its workflow runs to the end at least once; while no region fails, exactly once.** That is the promise of
 * `WorkflowOwnership.originRegion()`, the default. Every region keeps in a replicated ledger what it has seen, started and ended. When a region falls silent, or does not start an event, one peer after the
 * other takes over, the first after `takeoverAfter`. What a region had started before it froze goes on there when it returns: so a step may run twice, in two regions, after a
 * failure, and what it does to the world must be idempotent by the event's key.
 *
 * Per region: a state machine with a role of its own, all transitions logged without payloads, X-Ray, a version for each change, and the alias `live` that moves to it gradually. With a trigger: a
 * rule on the region's bus, an encrypted queue, and a function that starts the execution named by the idempotency key, so that a redelivered event
 * cannot start it twice, and that continues the X-Ray trace that the event came by. What cannot be started goes to an encrypted dead-letter queue, whose alarm calls you. With takeover: a replica of the ledger, a function that runs every
 * minute, one that runs at the end of each execution, and about 15 alarms in all, of about 0.10 USD a month each. Each event costs a write to the ledger in each region and one or two more in the region that runs it, all of them replicated.
 *
 * Throws if the definition is not a state machine, if its placeholders and what is given for them differ, if the trigger's pattern names
 * regions, if the type is EXPRESS where peers would take over, if a key is missing or of another region, or if the id gives names longer than Step Functions and Lambda accept.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export class ReplicatedWorkflow extends Construct implements IMultiRegionGrantable, ISubscriptionTarget {
  /** The name of the state machine, equal in every region. */
  public readonly stateMachineName: string;

  /** Its ownership decides where an event is handled. */
  public readonly ownScope?: SubscriptionScope;

  private readonly layout: Layout;
  private readonly overrides: AlarmOverrides<'deadLetters'>;
  private readonly stateMachines: PerRegion<RegionalStateMachine>;
  /** What starts it in each region that takes events. */
  private readonly queues?: PerRegion<IQueue | undefined>;

  constructor(scope: Construct, id: string, props: ReplicatedWorkflowProps) {
    super(scope, id);
    this.layout = Layout.of(this);
    const { system } = this.layout;
    this.stateMachineName = this.layout.physicalName(NameRule.STATE_MACHINE);
    useAlarmSettings(this, props.alarmSettings);
    this.overrides = new AlarmOverrides(this, { deadLetters: props.alarmSettings?.deadLetters }, system.alarmProfile);
    const {
      type = StateMachineType.STANDARD, deployment = WorkflowDeployment.canary(10, Duration.minutes(5)), ownership = WorkflowOwnership.originRegion(),
      logRetention = RetentionDays.ONE_MONTH, encryptionKeyArns,
    } = props;
    const bodyIn = props.definition._read(this, (prop, fn) => this.layout.requireSameSystem(prop, fn));
    deployment._require(this);
    requireKeyArns(this, 'encryptionKeyArns', system.regions, encryptionKeyArns);
    const takeoverAfter = ownership._takeoverAfter(this, system);
    if (type === StateMachineType.EXPRESS && takeoverAfter && props.trigger) {
      throw invalidProp(this, 'type', type, 'STANDARD with this ownership, or WorkflowOwnership.originRegion({ takeover: false }), because peers cannot see how EXPRESS executions end');
    }

    this.stateMachines = this.layout.perShare((share, region) => new RegionalStateMachine(share, {
      name: this.stateMachineName, region, body: bodyIn(share, region), type, deployment, logRetention, key: keyIn(share, region, encryptionKeyArns),
    }));
    if (props.trigger) {
      const { bus, eventPattern } = props.trigger;
      this.ownScope = ownership._scope(system);
      const starter = this.starterOf(props.trigger, logRetention);
      if (takeoverAfter) {
        const ledger = new TakeoverLedger(this, 'Ledger', {
          workflowName: this.stateMachineName,
          stateMachines: this.stateMachines,
          takeoverAfter,
          encryptionKeyArns,
          correlationIdPath: props.trigger.correlationIdPath,
        });
        ledger.open(starter);
      }
      this.queues = this.layout.perShare((share, region) => (
        ownership._takesEventsIn(region, system) ? this.startQueueIn(share, region, starter) : undefined
      ));
      bus.subscribe(this.layout.localName, { eventPattern, target: this });
    }
  }

  /** The state machine of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IStateMachine {
    return this.stateMachines.in(region).stateMachine;
  }

  /** The ARN of the alias `live` in one region, for use in that region's stack: start executions by it, lest they run a version that is not released yet. */
  public liveArnIn(region: string): string {
    return this.stateMachines.in(region).liveArn;
  }

  /** The principal of the state machine's role in one region; throws if it is not a region of the system. */
  public grantableIn(region: string): IGrantable {
    return this.stateMachines.in(region).stateMachine;
  }

  /**
   * What starts it in one region, as a target of further subscriptions: their events carry their idempotency key where those of the trigger do.
   *
   * Throws if the workflow has no trigger.
   */
  public targetIn(region: string, { input, ...delivery }: SubscriptionDelivery): IRuleTarget | undefined {
    if (!this.queues) {
      throw invalidProp(this, 'target', this.node.path, 'a workflow with a trigger, whose idempotencyKeyPath names its executions');
    }
    if (input) {
      throw invalidProp(this, 'input', 'given', 'nothing, because a workflow is started with the whole event');
    }
    const queue = this.queues.in(region);
    if (!queue) return undefined;
    DeadLetters.of(this)._allowSending(region, queue.queueArn);
    return new SqsQueue(queue, delivery);
  }

  /** How many executions were started in one region, over a minute by default; throws if it is not a region of the system. */
  public metricStarted(ofRegion: string, options?: MetricOptions): Metric {
    return executionMetricIn(this, ofRegion, 'ExecutionsStarted', options);
  }

  /** How many executions succeeded in one region, over a minute by default; throws if it is not a region of the system. */
  public metricSucceeded(ofRegion: string, options?: MetricOptions): Metric {
    return executionMetricIn(this, ofRegion, 'ExecutionsSucceeded', options);
  }

  /** How many executions failed in one region, over a minute by default; throws if it is not a region of the system. */
  public metricFailed(ofRegion: string, options?: MetricOptions): Metric {
    return executionMetricIn(this, ofRegion, 'ExecutionsFailed', options);
  }

  /** How many executions timed out in one region, over a minute by default; throws if it is not a region of the system. */
  public metricTimedOut(ofRegion: string, options?: MetricOptions): Metric {
    return executionMetricIn(this, ofRegion, 'ExecutionsTimedOut', options);
  }

  /** How many executions were stopped in one region, over a minute by default; throws if it is not a region of the system. */
  public metricAborted(ofRegion: string, options?: MetricOptions): Metric {
    return executionMetricIn(this, ofRegion, 'ExecutionsAborted', options);
  }

  /** How often executions were throttled in one region, over a minute by default; throws if it is not a region of the system. */
  public metricThrottled(ofRegion: string, options?: MetricOptions): Metric {
    return executionMetricIn(this, ofRegion, 'ExecutionThrottled', options);
  }

  /** How long executions took in one region, in milliseconds, on average over a minute by default; throws if it is not a region of the system. */
  public metricTime(ofRegion: string, options?: MetricOptions): Metric {
    return executionMetricIn(this, ofRegion, 'ExecutionTime', options);
  }

  /** How many executions one region took over from another, over a minute by default; throws if it is not a region of the system. */
  public metricTakeovers(ofRegion: string, options?: MetricOptions): Metric {
    return handlerMetricIn(this, this.stateMachineName, ofRegion, 'Takeovers', options);
  }

  /** The age of the oldest event that no region has started, as one region sees it, in seconds; 0 if there is none. Throws if it is not a region of the system. */
  public metricOldestUnresolvedSeconds(ofRegion: string, options?: MetricOptions): Metric {
    return handlerMetricIn(this, this.stateMachineName, ofRegion, 'OldestUnresolvedSeconds', options);
  }

  /** How many events without an idempotency key came in one region, over a minute by default; throws if it is not a region of the system. */
  public metricMissingIdempotencyKey(ofRegion: string, options?: MetricOptions): Metric {
    return handlerMetricIn(this, this.stateMachineName, ofRegion, 'MissingIdempotencyKey', options);
  }

  /** How long the oldest event waits for the starter of one region, in seconds, the longest in a minute by default; throws if it is not a region of the system. */
  public metricApproximateAgeOfOldestEvent(ofRegion: string, options?: MetricOptions): Metric {
    return queueMetricIn(this, ofRegion, this.eventQueueName, 'ApproximateAgeOfOldestMessage', options);
  }

  /** How many events are in the dead-letter queue of one region, the most in a minute by default; throws if it is not a region of the system. */
  public metricDeadLettersVisible(ofRegion: string, options?: MetricOptions): Metric {
    return queueMetricIn(this, ofRegion, this.deadLetterQueueName, 'ApproximateNumberOfMessagesVisible', options);
  }

  /** There is room for more than the state machine's name: its starter's name is longer, and may have 64 characters only. */
  private get eventQueueName(): string {
    return `${this.stateMachineName}-events`;
  }

  private get deadLetterQueueName(): string {
    return `${this.stateMachineName}-unstarted`;
  }

  private starterOf(trigger: WorkflowTrigger, logRetention: RetentionDays): MultiRegionFunction {
    this.layout.requireSameSystem('trigger.bus', trigger.bus);
    requireLiteral(this, 'trigger.idempotencyKeyPath', trigger.idempotencyKeyPath, KEY_PATH, 'a path of names into the event, such as $.detail.orderId');
    const { correlationIdPath } = trigger;
    if (correlationIdPath !== undefined) {
      requireLiteral(this, 'trigger.correlationIdPath', correlationIdPath, KEY_PATH, 'a path of names into the event, such as $.detail.correlationId');
    }
    if (trigger.eventPattern.region) {
      throw invalidProp(this, 'trigger.eventPattern.region', trigger.eventPattern.region, 'nothing, because ownership says which region runs the workflow');
    }
    return new MultiRegionFunction(this, 'Starter', {
      description: `starts ${this.stateMachineName}, once per idempotency key`,
      codePath: handlerBundle('replicated-workflow/starter'),
      environment: { [IDEMPOTENCY_KEY_PATH]: trigger.idempotencyKeyPath, ...(correlationIdPath && { [CORRELATION_ID_PATH]: correlationIdPath }) },
      timeout: STARTER_TIMEOUT,
      logRetention,
    });
  }

  private startQueueIn(share: Construct, region: string, starter: MultiRegionFunction): IQueue {
    const stateMachine = this.stateMachines.in(region);
    const unstarted = new DeadLetterQueue(share, 'Unstarted', {
      queueName: this.deadLetterQueueName, holds: `Events for which ${this.stateMachineName} was not started`,
      scope: this.layout.in(region),
      alarms: this.layout.in(region).alarms(this.overrides),
    });
    const queue = new Queue(share, 'Events', {
      queueName: this.eventQueueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // AWS's advice for event sources: 6 times the function's timeout
      visibilityTimeout: Duration.seconds(6 * STARTER_TIMEOUT.toSeconds()),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: unstarted.queue, maxReceiveCount: 5 },
    });
    watchStarts(share, queue, this.stateMachineName);
    starter._addEnvironmentIn(region, STATE_MACHINE_ARN, stateMachine.liveArn);
    starter._addEnvironmentIn(region, DEAD_LETTER_QUEUE_URL, unstarted.queue.queueUrl);
    const fn = starter.inRegion(region);
    unstarted.queue.grantSendMessages(fn);
    stateMachine.allowStarting(fn);
    consume(share, 'Consumer', { queueArn: queue.queueArn, functionArn: fn.functionArn, role: fn, batchSize: BATCH_SIZE });
    return queue;
  }
}
