import { IRuleTarget } from 'aws-cdk-lib/aws-events';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { CORRELATION_ID_PATH, IDEMPOTENCY_KEY_PATH } from './constants';
import { RegionalStartQueue, STARTER_CONCURRENCY, STARTER_TIMEOUT } from './regional-start-queue';
import { RegionalStateMachine } from './regional-state-machine';
import { TableTrigger } from './table-trigger';
import { TakeoverLedger } from './takeover-ledger';
import { WorkflowAlarmSettings } from './workflow-alarm-settings';
import { OwnershipPlan } from './workflow-ownership';
import { WorkflowTrigger } from './workflow-trigger';
import { DeadLetters } from '../dead-letters/dead-letters';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { QueueTarget } from '../multi-region-queue/queue-target';
import { AlarmOverrides } from '../system/alarm-set';
import { invalidProp } from '../system/errors';
import { handlerBundle } from '../system/handler-bundle';
import { Layout } from '../system/layout';
import { PerRegion } from '../system/per-region';
import { SubscriptionDelivery } from '../system/subscription-target';

export interface WorkflowStartProps {
  readonly workflowName: string;
  readonly trigger: WorkflowTrigger;
  readonly plan: OwnershipPlan;
  readonly stateMachines: PerRegion<RegionalStateMachine>;
  readonly encryptionKeyArns?: { [region: string]: string };
  readonly logRetention: RetentionDays;
  readonly alarms: AlarmOverrides<keyof WorkflowAlarmSettings>;
}

/** All that starts a workflow by itself: a starter, which a queue of events calls in each region that takes them, the ledger if peers take over, and the items of a table. */
export class WorkflowStart {
  /** The ledger, if peers take over. */
  public readonly ledger?: TakeoverLedger;

  private readonly tableTrigger?: TableTrigger;
  private readonly queues: PerRegion<RegionalStartQueue | undefined>;

  constructor(private readonly owner: Construct, private readonly layout: Layout, private readonly props: WorkflowStartProps) {
    const { workflowName, trigger, plan: { takeoverAfter, regions }, stateMachines, encryptionKeyArns, alarms } = props;
    this.tableTrigger = trigger.table && new TableTrigger(owner, layout, trigger.table, trigger.eventPattern);
    const starter = this.makeStarter();
    if (takeoverAfter) {
      this.ledger = new TakeoverLedger(owner, 'Ledger', {
        workflowName, stateMachines, starter, takeoverAfter, encryptionKeyArns, correlationIdPath: trigger.correlationIdPath, alarms,
      });
    }
    this.queues = layout.perRegion(regionalScope => (regions.includes(regionalScope.region) ? new RegionalStartQueue(regionalScope, {
      workflowName,
      stateMachine: stateMachines.in(regionalScope.region),
      starter,
      maxConcurrency: trigger.maxConcurrency ?? STARTER_CONCURRENCY,
      alarms: regionalScope.alarms(alarms),
    }) : undefined));
  }

  /** Returns the queue of one region as a target of events, if that region takes any; throws if the subscription changes what the target gets. */
  public targetIn(region: string, delivery: SubscriptionDelivery): IRuleTarget | undefined {
    if (delivery.input) {
      throw invalidProp(this.owner, 'input', 'given', 'nothing, because a workflow is started with the whole event');
    }
    const queue = this.queues.in(region);
    if (!queue) return undefined;
    DeadLetters.of(this.owner)._allowSending(region, queue.queueArn);
    return new QueueTarget(queue.admission, queue.queueArn, delivery);
  }

  /** Has the items of the trigger's table, if it has one, start the workflow as well. */
  public feedItems(): void {
    const { owner, layout, tableTrigger, queues, props: { workflowName, plan, logRetention } } = this;
    tableTrigger?.table._feedInsertions({
      owner,
      name: layout.localName,
      physicalName: workflowName,
      logRetention,
      consequence: `what no event starts either waits, and ${workflowName} is late`,
      messageTemplate: tableTrigger.messageTemplate,
      filtersIn: region => tableTrigger.filtersIn(region, plan),
      queueArnIn: (region, isLocal) => {
        const { admission, queueArn } = queues.in(region)!;
        return isLocal ? admission.queue.queueArn : queueArn;
      },
    });
  }

  private makeStarter(): MultiRegionFunction {
    const { workflowName, trigger: { idempotencyKeyPath, correlationIdPath }, logRetention } = this.props;
    return new MultiRegionFunction(this.owner, 'Starter', {
      description: `starts ${workflowName}, once per idempotency key`,
      codePath: handlerBundle('replicated-workflow/starter'),
      environment: { [IDEMPOTENCY_KEY_PATH]: idempotencyKeyPath, ...(correlationIdPath && { [CORRELATION_ID_PATH]: correlationIdPath }) },
      timeout: STARTER_TIMEOUT,
      logRetention,
    });
  }
}
