import { Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { EventPattern, IRuleTarget } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { IGrantable, Policy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { CfnStateMachine, DefinitionBody, IStateMachine, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { BATCH_SIZE, IDEMPOTENCY_KEY_PATH, STATE_MACHINE_ARN } from './constants';
import { KEY_PATH } from './idempotency-key';
import { WorkflowDefinition } from './workflow-definition';
import { WorkflowOwnership } from './workflow-ownership';
import { DeadLetters } from '../dead-letters';
import { GlobalEventBus, ISubscriptionTarget, SubscriptionDelivery, SubscriptionScope } from '../global-event-bus';
import { MultiRegionFunction } from '../multi-region-function';
import { acknowledge } from '../private/acknowledge';
import { DeadLetterQueue } from '../private/dead-letter-queue';
import { invalidProp, requireLiteral } from '../private/errors';
import { handlerBundle } from '../private/handler-bundle';
import { Layout, PerRegion } from '../private/layout';
import { consume } from '../private/queue-consumer';
import { allowTracing } from '../private/tracing';
import { IMultiRegionGrantable } from '../system';
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
   * are one workflow, for the 90 days that Step Functions remembers a name. An event without its key goes to the dead-letter queue.
   */
  readonly idempotencyKeyPath: string;
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
   * How long logs are kept, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
}

/**
 * A Step Functions workflow in every region, started by events, exactly once per idempotency key in the region that owns the event.
 *
 * Per region: a standard state machine with a role of its own, all transitions logged without payloads, and X-Ray. With a trigger: a
 * rule on the region's bus, an encrypted queue, and a function that starts the execution named by the idempotency key, so that a redelivered event
 * cannot start it twice. What cannot be started goes to an encrypted dead-letter queue, whose alarm calls you.
 *
 * Throws if the definition is not a state machine, if its placeholders and what is given for them differ, if the trigger's pattern names
 * regions, or if the id gives names longer than Step Functions and Lambda accept.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export class ReplicatedWorkflow extends Construct implements IMultiRegionGrantable, ISubscriptionTarget {
  /** The name of the state machine, equal in every region. */
  public readonly stateMachineName: string;

  /** Its ownership decides where an event is handled. */
  public readonly ownScope?: SubscriptionScope;

  private readonly layout: Layout;
  private readonly stateMachines: PerRegion<StateMachine>;
  /** What starts it in each region that takes events. */
  private readonly queues?: PerRegion<IQueue | undefined>;

  constructor(scope: Construct, id: string, props: ReplicatedWorkflowProps) {
    super(scope, id);
    this.layout = Layout.of(this);
    this.stateMachineName = this.layout.physicalName(NameRule.STATE_MACHINE);
    const definition = props.definition._read(this);
    Object.entries(props.definition._functions).forEach(([name, fn]) => this.layout.requireSameSystem(`functions.${name}`, fn));

    this.stateMachines = this.layout.perRegion((share, region) => this.stateMachineIn(share, region, definition, props));
    if (props.trigger) {
      const ownership = props.ownership ?? WorkflowOwnership.originRegion();
      this.ownScope = ownership._scope;
      this.queues = this.startOnEvents(props.trigger, ownership, props.logRetention);
      props.trigger.bus.subscribe(this.layout.localName, { eventPattern: props.trigger.eventPattern, target: this });
    }
  }

  /** The state machine of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IStateMachine {
    return this.stateMachines.in(region);
  }

  /** The principal of the state machine's role in one region; throws if it is not a region of the system. */
  public grantableIn(region: string): IGrantable {
    return this.stateMachines.in(region);
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
    DeadLetters.of(this.layout.system)._allowSending(region, queue);
    return new SqsQueue(queue, delivery);
  }

  private stateMachineIn(share: Construct, region: string, definition: string, props: ReplicatedWorkflowProps): StateMachine {
    const role = new Role(share, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(share).account } } }),
      description: `${this.stateMachineName} in ${region}`,
    });
    const stateMachine = new StateMachine(share, 'StateMachine', {
      stateMachineName: this.stateMachineName,
      definitionBody: DefinitionBody.fromString(definition),
      definitionSubstitutions: props.definition._substitutionsIn(region),
      role,
    });
    const functions = Object.values(props.definition._functions).map(fn => fn.inRegion(region).functionArn);
    if (functions.length > 0) {
      role.addToPolicy(new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: functions }));
    }

    const logs = new LogGroup(share, 'Logs', {
      // The prefix keeps Step Functions from adding this log group to the account's one log resource policy, which is limited in size
      logGroupName: `/aws/vendedlogs/states/${this.stateMachineName}`,
      retention: props.logRetention ?? RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // Logging and tracing are set at the L1, so that their wildcards stay in policies of their own: see allowTracing.
    const cfn = stateMachine.node.defaultChild as CfnStateMachine;
    cfn.loggingConfiguration = {
      level: 'ALL',
      includeExecutionData: false,
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: logs.logGroupArn } }],
    };
    cfn.tracingConfiguration = { enabled: true };
    // Step Functions checks both permissions when it creates the state machine
    stateMachine.node.addDependency(allowTracing(share, role), this.allowLogDelivery(share, role));
    return stateMachine;
  }

  private allowLogDelivery(share: Construct, role: Role): Policy {
    const policy = new Policy(share, 'LogDelivery', {
      roles: [role],
      statements: [new PolicyStatement({
        actions: [
          'logs:CreateLogDelivery', 'logs:GetLogDelivery', 'logs:UpdateLogDelivery', 'logs:DeleteLogDelivery', 'logs:ListLogDeliveries',
          'logs:PutResourcePolicy', 'logs:DescribeResourcePolicies', 'logs:DescribeLogGroups',
        ],
        resources: ['*'],
      })],
    });
    acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason: 'CloudWatch Logs\' actions for log delivery know no resources' });
    return policy;
  }

  private startOnEvents(trigger: WorkflowTrigger, ownership: WorkflowOwnership, logRetention?: RetentionDays): PerRegion<IQueue | undefined> {
    this.layout.requireSameSystem('trigger.bus', trigger.bus);
    requireLiteral(this, 'trigger.idempotencyKeyPath', trigger.idempotencyKeyPath, KEY_PATH, 'a path of names into the event, such as $.detail.orderId');
    if (trigger.eventPattern.region) {
      throw invalidProp(this, 'trigger.eventPattern.region', trigger.eventPattern.region, 'nothing, because ownership says which region runs the workflow');
    }
    const starter = new MultiRegionFunction(this, 'Starter', {
      description: `starts ${this.stateMachineName}, once per idempotency key`,
      codePath: handlerBundle('replicated-workflow/starter'),
      environment: { [IDEMPOTENCY_KEY_PATH]: trigger.idempotencyKeyPath },
      timeout: STARTER_TIMEOUT,
      logRetention,
    });
    return this.layout.perRegion((share, region) => (
      ownership._takesEventsIn(region, this.layout.system) ? this.startQueueIn(share, region, starter) : undefined
    ));
  }

  private startQueueIn(share: Construct, region: string, starter: MultiRegionFunction): IQueue {
    const stateMachine = this.stateMachines.in(region);
    const unstarted = new DeadLetterQueue(share, 'Unstarted', { holds: `Events for which ${this.stateMachineName} was not started` });
    const queue = new Queue(share, 'Events', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      // AWS's advice for event sources: 6 times the function's timeout
      visibilityTimeout: Duration.seconds(6 * STARTER_TIMEOUT.toSeconds()),
      retentionPeriod: Duration.days(14),
      deadLetterQueue: { queue: unstarted.queue, maxReceiveCount: 5 },
    });
    starter._addEnvironmentIn(region, STATE_MACHINE_ARN, stateMachine.stateMachineArn);
    const fn = starter.inRegion(region);
    stateMachine.grantStartExecution(fn);
    consume(queue, fn, BATCH_SIZE);
    return queue;
  }
}
