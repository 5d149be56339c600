import { Duration } from 'aws-cdk-lib';
import { IRuleTarget, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { IQueue } from 'aws-cdk-lib/aws-sqs';

/** The regions that handle an event, which reaches every region. */
export enum SubscriptionScope {
  /** The region where it was published, and no other: for what must be done once. While that region is down, it waits for it. */
  ORIGIN = 'ORIGIN',
  /** Every region, each for itself: for what each region must know, such as a cache or a local index. */
  EVERY_REGION = 'EVERY_REGION',
}

/** The settings for the delivery of events to a target. */
export interface SubscriptionDelivery {
  /** Dead-letter queue for undeliverable events. It admits the rules of the bus already. */
  readonly deadLetterQueue: IQueue;
  /**
   * The bus whose rules deliver.
   *
   * @default - the account's default bus
   */
  readonly eventBusName?: string;
  /** The time during which delivery is tried. */
  readonly maxEventAge: Duration;
  /** The number of times that delivery is tried again. */
  readonly retryAttempts: number;
  /**
   * The input of the target.
   *
   * @default - the whole event
   */
  readonly input?: RuleTargetInput;
}

/**
 * Something that takes events in every region: a `MultiRegionFunction`, a `MultiRegionQueue`, a `ReplicatedWorkflow`, or a class of yours around any of the CDK's event
 * targets.
 */
export interface ISubscriptionTarget {
  /**
   * The scope of all subscriptions with this target, if it decides by itself in which region it handles an event.
   *
   * @default - each subscription's own
   */
  readonly ownScope?: SubscriptionScope;

  /**
   * Returns the target in one region, with what the delivery says. Returns nothing where events are not to be handled.
   */
  targetIn(region: string, delivery: SubscriptionDelivery): IRuleTarget | undefined;
}
