import { Duration } from 'aws-cdk-lib';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IStateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { MISSING_IDEMPOTENCY_KEY, OLDEST_RETRIED_SECONDS, OLDEST_UNRESOLVED_SECONDS, SWEEP_LATENESS_SECONDS, TAKEOVERS } from './constants';
import { eventQueueName, unstartedQueueName } from './regional-start-queue';
import { LIVE, RegionalStateMachine, stateMachineArn } from './regional-state-machine';
import { WorkflowAlarmSettings } from './workflow-alarm-settings';
import { WorkflowDefinition } from './workflow-definition';
import { WorkflowDeployment } from './workflow-deployment';
import { requireTrigger, requireType } from './workflow-limits';
import { executionMetric, handlerMetric } from './workflow-metrics';
import { WorkflowOwnership } from './workflow-ownership';
import { ReplicatedWorkflowProps } from './workflow-props';
import { WorkflowStart } from './workflow-start';
import { IGlobalTable } from '../global-table/i-global-table';
import { AlarmOverrides } from '../system/alarm-set';
import { describe } from '../system/describe';
import { keyIn, requireKeyArns } from '../system/encryption-keys';
import { invalidProp } from '../system/errors';
import { IMultiRegionGrantable, requirePrincipal } from '../system/grantable';
import { Layout } from '../system/layout';
import { metricIn } from '../system/metrics';
import { NameRule } from '../system/names';
import { PerRegion } from '../system/per-region';
import { queueMetric } from '../system/queue-metrics';
import { ISubscriptionTarget, SubscriptionDelivery, SubscriptionScope } from '../system/subscription-target';

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
 * An example, what it defines, what it costs, and its limits: [replicated workflow](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/replicated-workflow.md).
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
  private readonly stateMachines: PerRegion<RegionalStateMachine>;
  /** All that starts it by itself; undefined without a trigger. */
  private readonly start?: WorkflowStart;

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
    requireType(this, type, plan.takeoverAfter !== undefined, trigger);

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
      this.ownScope = plan.scope;
      this.start = new WorkflowStart(this, this.layout, {
        workflowName: this.stateMachineName, trigger, plan, stateMachines: this.stateMachines, encryptionKeyArns, logRetention, alarms: overrides,
      });
      this.ledgerTable = this.start.ledger?.table;
      trigger.bus.subscribe(this.layout.localName, { eventPattern: trigger.eventPattern, target: this });
      this.start.feedItems();
    }
    describe(this, 'workflow', () => ({
      name: this.stateMachineName,
      alias: LIVE,
      isExpress: type === StateMachineType.EXPRESS,
      ownership: plan.kind,
      ledger: this.ledgerTable?.tableName,
      takeoverAfterSeconds: this.start?.ledger && plan.takeoverAfter?.toSeconds(),
      trigger: trigger && {
        bus: trigger.bus.eventBusName,
        table: trigger.table?.table.tableName,
        idempotencyKeyPath: trigger.idempotencyKeyPath,
        queue: eventQueueName(this.stateMachineName),
        deadLetterQueue: unstartedQueueName(this.stateMachineName),
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
    const ledger = this.start?.ledger;
    if (!ledger) {
      throw invalidProp(this, 'ownership', 'one without takeover', 'WorkflowOwnership.originRegion() with a trigger, because nothing can be decided about takeovers elsewhere');
    }
    return ledger.grantControl(grantee);
  }

  /**
   * Returns the queue of events that start it in one region, as a target of further subscriptions: their events carry their idempotency key where those of the trigger do.
   *
   * Throws if the workflow has no trigger, or if the subscription changes what the target gets.
   */
  public targetIn(region: string, delivery: SubscriptionDelivery): IRuleTarget | undefined {
    if (!this.start) {
      throw invalidProp(this, 'target', this.node.path, 'a workflow with a trigger, whose idempotencyKeyPath names its executions');
    }
    return this.start.targetIn(region, delivery);
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
    return metricIn(this, ofRegion, queueMetric(eventQueueName(this.stateMachineName), 'ApproximateAgeOfOldestMessage'), options);
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
    return metricIn(this, ofRegion, queueMetric(unstartedQueueName(this.stateMachineName), 'ApproximateNumberOfMessagesVisible'), options);
  }

  private executionMetric(region: string, metricName: Parameters<typeof executionMetric>[1], options?: MetricOptions): Metric {
    const scope = this.layout.in(this.layout.system._requireRegion(region));
    return metricIn(this, region, executionMetric(stateMachineArn(scope, this.stateMachineName), metricName), options);
  }
}
