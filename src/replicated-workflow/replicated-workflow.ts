import { Duration } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IStateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import {
  CORRELATION_ID_PATH, IDEMPOTENCY_KEY_PATH, MISSING_IDEMPOTENCY_KEY, OLDEST_RETRIED_SECONDS, OLDEST_UNRESOLVED_SECONDS, SWEEP_LATENESS_SECONDS,
  TAKEOVERS,
} from './constants';
import { KEY_PATH } from './event-path';
import { RegionalStartQueue, STARTER_CONCURRENCY, STARTER_TIMEOUT } from './regional-start-queue';
import { LIVE, RegionalStateMachine, stateMachineArn } from './regional-state-machine';
import { TableTrigger } from './table-trigger';
import { TakeoverLedger } from './takeover-ledger';
import { WorkflowAlarmSettings } from './workflow-alarm-settings';
import { WorkflowDefinition } from './workflow-definition';
import { WorkflowDeployment } from './workflow-deployment';
import { executionMetric, handlerMetric } from './workflow-metrics';
import { OwnershipPlan, WorkflowOwnership } from './workflow-ownership';
import { WorkflowTrigger } from './workflow-trigger';
import { DeadLetters } from '../dead-letters/dead-letters';
import { IGlobalTable } from '../global-table/i-global-table';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { QueueTarget } from '../multi-region-queue/queue-target';
import { AlarmOverrides } from '../system/alarm-set';
import { describe } from '../system/describe';
import { keyIn, requireKeyArns } from '../system/encryption-keys';
import { invalidProp, requireLiteral } from '../system/errors';
import { IMultiRegionGrantable, requirePrincipal } from '../system/grantable';
import { handlerBundle } from '../system/handler-bundle';
import { Layout } from '../system/layout';
import { metricIn } from '../system/metrics';
import { NameRule } from '../system/names';
import { PerRegion } from '../system/per-region';
import { queueMetric } from '../system/queue-metrics';
import { requireWhole } from '../system/ranges';
import { ISubscriptionTarget, SubscriptionDelivery, SubscriptionScope } from '../system/subscription-target';

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

/**
 * A Step Functions workflow in every region, started by events, that outlives its region.
 *
 * **As long as one region that has seen an event survives, its workflow runs to the end at least once; while no region fails, exactly once.** That is the promise of
 * `WorkflowOwnership.originRegion()`, the default. Every region keeps in a replicated ledger what it has seen, started and ended. When a region falls silent, or does not start an event, one peer after the
 * other takes over, the first after `takeoverAfter`. What a region had started before it froze goes on there when it returns: a step may run twice, in two regions, after a
 * failure, so its effects must be idempotent by the event's key.
 *
 * Per region: a state machine with a role of its own, all transitions logged without payloads, X-Ray, a version for each change, and the alias `live` that moves to it gradually. With a trigger: a
 * rule on the region's bus, an encrypted queue, and a function that starts the execution named by the idempotency key, so that a redelivered event
 * cannot start it twice, and that continues the X-Ray trace that the event came by. An event that meets with trouble is tried again each minute for 17 hours, and alarms notify you after some minutes; what no try can start goes at
 * once to an encrypted dead-letter queue, whose alarm notifies you. With takeover: a replica of the ledger, a function that runs every minute and has a concurrency of 10 reserved, one that runs at the end of each execution, and
 * about 18 alarms in all, of about 0.10 USD a month each. Each event costs two writes to the ledger in the region that runs it, which are replicated, and a read and a second message in each peer, which looks at it 3 minutes
 * later. A workflow that still runs then costs each peer a write, and a read and a write every few minutes.
 *
 * A system of one region has all of that as well, although nothing can be taken over there: a region that joins finds what was started and ended before it came, and the first region's stack stays as it
 * is. With `WorkflowOwnership.originRegion({ takeover: false })` there is no ledger.
 *
 * Throws if the definition is not a state machine, if its placeholders and what is given for them differ, if the trigger's pattern names
 * regions or does not match what its table stands for, if the type is EXPRESS where peers would take over or a table starts it, if a key is missing or of another region, or if the id gives names longer than Step Functions and Lambda accept.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export class ReplicatedWorkflow extends Construct implements IMultiRegionGrantable, ISubscriptionTarget {
  /** The name of the state machine, equal in every region. */
  public readonly stateMachineName: string;

  /** The scope of all subscriptions to it, because its ownership decides where an event is handled. */
  public readonly ownScope?: SubscriptionScope;

  /**
   * The table in which regions keep what they have seen, started and ended, such as for the `dataEvents` of an `AuditTrail`; undefined if no peer takes over. An `AuditTrail` records writes to it by others
   * than the workflow's own functions anyway.
   */
  public readonly ledgerTable?: IGlobalTable;

  private readonly layout: Layout;
  private readonly ledger?: TakeoverLedger;
  private readonly stateMachines: PerRegion<RegionalStateMachine>;
  /** The queues that start it, in each region that takes events. */
  private readonly queues?: PerRegion<RegionalStartQueue | undefined>;

  constructor(scope: Construct, id: string, props: ReplicatedWorkflowProps) {
    super(scope, id);
    this.layout = Layout.of(this);
    const { system } = this.layout;
    this.stateMachineName = this.layout.physicalName(NameRule.STATE_MACHINE);
    const {
      type = StateMachineType.STANDARD, deployment = WorkflowDeployment.canary(10, Duration.minutes(5)), ownership = WorkflowOwnership.originRegion(),
      logRetention = RetentionDays.ONE_MONTH, encryptionKeyArns, trigger,
    } = props;
    const overrides = new AlarmOverrides<keyof WorkflowAlarmSettings>(this, props.alarmSettings, system.alarmProfile);
    if (!(props.definition instanceof WorkflowDefinition)) throw invalidProp(this, 'definition', props.definition, 'a WorkflowDefinition, such as WorkflowDefinition.fromFile()');
    const bodyIn = props.definition._read(this);
    deployment._require(this);
    requireKeyArns(this, 'encryptionKeyArns', system.regions, encryptionKeyArns);
    const plan = ownership._plan(this, system);
    const { takeoverAfter, scope: subscriptionScope, regions } = plan;
    if (type === StateMachineType.EXPRESS && takeoverAfter && trigger) {
      throw invalidProp(this, 'type', type, 'STANDARD with this ownership, or WorkflowOwnership.originRegion({ takeover: false }), because peers cannot see how EXPRESS executions end');
    }
    if (type === StateMachineType.EXPRESS && trigger?.table) {
      throw invalidProp(this, 'type', type, 'STANDARD with trigger.table, because an item and its event would be two EXPRESS executions, which have no names');
    }

    this.stateMachines = this.layout.perRegion(regionalScope => new RegionalStateMachine(regionalScope, {
      owner: this,
      name: this.stateMachineName,
      body: bodyIn(regionalScope),
      type,
      deployment,
      logRetention,
      key: keyIn(regionalScope.regional, regionalScope.region, encryptionKeyArns),
      alarms: regionalScope.alarms(overrides),
    }));
    if (trigger) {
      requireTrigger(this, this.layout, trigger);
      const { table } = trigger;
      const tableTrigger = table && new TableTrigger(this, this.layout, table, trigger.eventPattern);
      this.ownScope = subscriptionScope;
      const starter = this.makeStarter(trigger, logRetention);
      if (takeoverAfter) {
        this.ledger = new TakeoverLedger(this, 'Ledger', {
          workflowName: this.stateMachineName,
          stateMachines: this.stateMachines,
          starter,
          takeoverAfter,
          encryptionKeyArns,
          correlationIdPath: trigger.correlationIdPath,
          alarms: overrides,
        });
        this.ledgerTable = this.ledger.table;
      }
      this.queues = this.layout.perRegion(regionalScope => (regions.includes(regionalScope.region) ? new RegionalStartQueue(regionalScope, {
        workflowName: this.stateMachineName,
        queueName: this.eventQueueName,
        deadLetterQueueName: this.deadLetterQueueName,
        stateMachine: this.stateMachines.in(regionalScope.region),
        starter,
        maxConcurrency: trigger.maxConcurrency ?? STARTER_CONCURRENCY,
        alarms: regionalScope.alarms(overrides),
      }) : undefined));
      trigger.bus.subscribe(this.layout.localName, { eventPattern: trigger.eventPattern, target: this });
      if (tableTrigger) this.startFrom(tableTrigger, this.queues, plan, logRetention);
    }
    describe(this, 'workflow', () => ({
      name: this.stateMachineName,
      alias: LIVE,
      isExpress: type === StateMachineType.EXPRESS,
      ownership: plan.kind,
      ledger: this.ledgerTable?.tableName,
      takeoverAfterSeconds: this.ledger && takeoverAfter?.toSeconds(),
      trigger: trigger && {
        bus: trigger.bus.eventBusName,
        table: trigger.table?.table.tableName,
        idempotencyKeyPath: trigger.idempotencyKeyPath,
        queue: this.eventQueueName,
        deadLetterQueue: this.deadLetterQueueName,
      },
    }));
  }

  /** Returns the state machine of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IStateMachine {
    return this.stateMachines.in(region).stateMachine;
  }

  /**
   * Returns the ARN of the alias `live` in one region, for any stack. Use it to start executions; the unqualified ARN runs unreleased revisions.
   * Throws if it is not a region of the system.
   */
  public liveArnIn(region: string): string {
    return this.stateMachines.in(region).literalLiveArn;
  }

  /** Returns the principal of the state machine's role in one region; throws if it is not a region of the system. */
  public grantableIn(region: string): IGrantable {
    return this.stateMachines.in(region).stateMachine;
  }

  /**
   * Lets an operator's principal decide about takeovers, in every region: set `forced`, `forbidden` and `dueAt` of entries of the ledger, and read what regions have done, but not the events. Reads
   * must name the attributes that they want, and updates must return no others than they change.
   *
   * The principal may be of any stack of the account. DynamoDB creates what an update does not find, and an entry without a status would keep its event from being handled: give every update the condition
   * `attribute_exists(pk)`.
   *
   * Throws if no peer takes over, because there is no ledger, or if the grantee has no principal of its own.
   *
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/specifying-conditions.html
   */
  public grantTakeoverControl(grantee: IGrantable): Grant {
    requirePrincipal(this, grantee);
    if (!this.ledger) {
      throw invalidProp(this, 'ownership', 'one without takeover', 'WorkflowOwnership.originRegion() with a trigger, because nothing can be decided about takeovers elsewhere');
    }
    return this.ledger.grantControl(grantee);
  }

  /**
   * Returns the queue of events that start it in one region, as a target of further subscriptions: their events carry their idempotency key where those of the trigger do.
   *
   * Throws if the workflow has no trigger, or if the subscription changes what the target gets.
   */
  public targetIn(region: string, delivery: SubscriptionDelivery): IRuleTarget | undefined {
    if (!this.queues) {
      throw invalidProp(this, 'target', this.node.path, 'a workflow with a trigger, whose idempotencyKeyPath names its executions');
    }
    if (delivery.input) {
      throw invalidProp(this, 'input', 'given', 'nothing, because a workflow is started with the whole event');
    }
    const queue = this.queues.in(region);
    if (!queue) return undefined;
    DeadLetters.of(this)._allowSending(region, queue.queueArn);
    return new QueueTarget(queue.admission, queue.queueArn, delivery);
  }

  /** Returns the number of executions started in one region, over a minute by default; throws if it is not a region of the system. */
  public metricStarted(ofRegion: string, options?: MetricOptions): Metric {
    return this.executionMetric(ofRegion, 'ExecutionsStarted', options);
  }

  /** Returns the number of executions that succeeded in one region, over a minute by default; throws if it is not a region of the system. */
  public metricSucceeded(ofRegion: string, options?: MetricOptions): Metric {
    return this.executionMetric(ofRegion, 'ExecutionsSucceeded', options);
  }

  /** Returns the number of executions that failed in one region, over a minute by default; throws if it is not a region of the system. */
  public metricFailed(ofRegion: string, options?: MetricOptions): Metric {
    return this.executionMetric(ofRegion, 'ExecutionsFailed', options);
  }

  /** Returns the number of executions that timed out in one region, over a minute by default; throws if it is not a region of the system. */
  public metricTimedOut(ofRegion: string, options?: MetricOptions): Metric {
    return this.executionMetric(ofRegion, 'ExecutionsTimedOut', options);
  }

  /** Returns the number of executions that were stopped in one region, over a minute by default; throws if it is not a region of the system. */
  public metricAborted(ofRegion: string, options?: MetricOptions): Metric {
    return this.executionMetric(ofRegion, 'ExecutionsAborted', options);
  }

  /** Returns the number of throttled starts and transitions in one region, over a minute by default; throws if it is not a region of the system. */
  public metricThrottled(ofRegion: string, options?: MetricOptions): Metric {
    return this.executionMetric(ofRegion, 'ExecutionThrottled', options);
  }

  /**
   * Returns the duration of executions in one region, in milliseconds, on average over a minute by default; throws if it is not a region of the
   * system.
   */
  public metricTime(ofRegion: string, options?: MetricOptions): Metric {
    return this.executionMetric(ofRegion, 'ExecutionTime', options);
  }

  /**
   * Returns the number of executions that one region took over from another, over a minute by default; throws if it is not a region of the system.
   */
  public metricTakeovers(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, handlerMetric(this.stateMachineName, TAKEOVERS), options);
  }

  /**
   * Returns the age of the oldest event that no region has started, as one region sees it, in seconds; 0 if there is none. Throws if it is not a
   * region of the system.
   */
  public metricOldestUnresolvedSeconds(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, handlerMetric(this.stateMachineName, OLDEST_UNRESOLVED_SECONDS), options);
  }

  /**
   * Returns the lateness of the sweeper of one region, in seconds, the longest in a minute by default: how long after it was due it looked at an
   * event. Throws if it is not a region of the system.
   */
  public metricSweepLatenessSeconds(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, handlerMetric(this.stateMachineName, SWEEP_LATENESS_SECONDS), options);
  }

  /** Returns the number of events without an idempotency key in one region, over a minute by default; throws if it is not a region of the system. */
  public metricMissingIdempotencyKey(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, handlerMetric(this.stateMachineName, MISSING_IDEMPOTENCY_KEY), options);
  }

  /**
   * Returns the age of the oldest event that waits for the starter of one region, in seconds, the longest in a minute by default; throws if it is not
   * a region of the system.
   */
  public metricApproximateAgeOfOldestEvent(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, queueMetric(this.eventQueueName, 'ApproximateAgeOfOldestMessage'), options);
  }

  /**
   * Returns the age of the oldest event that the starter of one region fails at and tries again, in seconds, the longest in a minute by default, no
   * data if there is none; throws if it is not a region of the system.
   */
  public metricOldestRetriedSeconds(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, handlerMetric(this.stateMachineName, OLDEST_RETRIED_SECONDS), options);
  }

  /**
   * Returns the number of events in the dead-letter queue of one region, the most in a minute by default; throws if it is not a region of the system.
   */
  public metricDeadLettersVisible(ofRegion: string, options?: MetricOptions): Metric {
    return metricIn(this, ofRegion, queueMetric(this.deadLetterQueueName, 'ApproximateNumberOfMessagesVisible'), options);
  }

  /** There is room for more than the state machine's name: its starter's name is longer, and may have 64 characters only. */
  private get eventQueueName(): string {
    return `${this.stateMachineName}-events`;
  }

  private get deadLetterQueueName(): string {
    return `${this.stateMachineName}-unstarted`;
  }

  private startFrom(
    trigger: TableTrigger, queues: PerRegion<RegionalStartQueue | undefined>, plan: OwnershipPlan, logRetention: RetentionDays,
  ): void {
    const { layout, stateMachineName } = this;
    trigger.table._feedInsertions({
      owner: this,
      name: layout.localName,
      physicalName: stateMachineName,
      logRetention,
      consequence: `what no event starts either waits, and ${stateMachineName} is late`,
      messageTemplate: trigger.messageTemplate,
      filtersIn: region => trigger.filtersIn(region, plan),
      queueArnIn: (region, isLocal) => {
        const { admission, queueArn } = queues.in(region)!;
        return isLocal ? admission.queue.queueArn : queueArn;
      },
    });
  }

  private executionMetric(region: string, metricName: Parameters<typeof executionMetric>[1], options?: MetricOptions): Metric {
    const scope = this.layout.in(this.layout.system._requireRegion(region));
    return metricIn(this, region, executionMetric(stateMachineArn(scope, this.stateMachineName), metricName), options);
  }

  private makeStarter({ idempotencyKeyPath, correlationIdPath }: WorkflowTrigger, logRetention: RetentionDays): MultiRegionFunction {
    return new MultiRegionFunction(this, 'Starter', {
      description: `starts ${this.stateMachineName}, once per idempotency key`,
      codePath: handlerBundle('replicated-workflow/starter'),
      environment: { [IDEMPOTENCY_KEY_PATH]: idempotencyKeyPath, ...(correlationIdPath && { [CORRELATION_ID_PATH]: correlationIdPath }) },
      timeout: STARTER_TIMEOUT,
      logRetention,
    });
  }
}

/** Throws unless a workflow can be started by a trigger. */
function requireTrigger(owner: Construct, layout: Layout, trigger: WorkflowTrigger): void {
  const { bus, eventPattern, idempotencyKeyPath, correlationIdPath, maxConcurrency } = trigger;
  layout.requireSameSystem('trigger.bus', bus);
  requireLiteral(owner, 'trigger.idempotencyKeyPath', idempotencyKeyPath, KEY_PATH, 'a path of names into the event, such as $.detail.orderId');
  if (correlationIdPath !== undefined) {
    requireLiteral(owner, 'trigger.correlationIdPath', correlationIdPath, KEY_PATH, 'a path of names into the event, such as $.detail.correlationId');
  }
  requireWhole(owner, 'trigger.maxConcurrency', maxConcurrency, 2, 1000);
  if (typeof eventPattern !== 'object' || eventPattern === null) {
    throw invalidProp(owner, 'trigger.eventPattern', eventPattern, 'a pattern with at least one field');
  }
  if (eventPattern.region) {
    throw invalidProp(owner, 'trigger.eventPattern.region', eventPattern.region, 'nothing, because ownership says which region runs the workflow');
  }
}
