import { IEventBus } from 'aws-cdk-lib/aws-events';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { busArn } from './constants';
import { EventSubscription, EventSubscriptionProps } from './event-subscription';
import { IGlobalEventBus } from './i-global-event-bus';
import { SubscribedBus } from './subscribed-bus';
import { SubscriptionDescription } from '../system/description';
import { IMultiRegionGrantable, principalsOf } from '../system/grantable';
import { Layout } from '../system/layout';

/**
 * The operations on a bus in every region, whoever made it.
 * @internal
 */
export abstract class GlobalEventBusBase extends Construct implements IGlobalEventBus {
  /** The name, equal in every region: a plain string for environment variables. */
  public abstract readonly eventBusName: string;

  /** The parts of it that subscriptions need. @internal */
  protected abstract readonly _subscribed: SubscribedBus;

  /** Returns the bus of one region; throws if it is not a region of the system. */
  public abstract inRegion(region: string): IEventBus;

  /** Grants each region's principal of the grantee to publish to the bus of its own region. */
  public grantPutEvents(grantee: IMultiRegionGrantable): void {
    const principalIn = principalsOf(this, grantee);
    // by literal ARNs, because the grantee may be of another unit
    Layout.of(this).perRegion(scope => Grant.addToPrincipal({
      grantee: principalIn(scope.region),
      actions: ['events:PutEvents'],
      resourceArns: [scope.arn(busArn(this.eventBusName))],
    }));
  }

  /**
   * Gives events to a function, a queue or a workflow, in each region to that region's own.
   *
   * With `SubscriptionScope.ORIGIN`, the default, an event is handled in the region where it was published; with `EVERY_REGION`, in all of them. Delivery is at least once.
   *
   * Throws if the id is not a name that EventBridge accepts for a rule, if the pattern is empty or names a region, or if a number is out of EventBridge's range.
   */
  public subscribe(id: string, props: EventSubscriptionProps): EventSubscription {
    return EventSubscription._to(this._subscribed, this, id, props);
  }

  /** @internal */
  protected _describeSubscriptions(): SubscriptionDescription[] {
    return this.node.children.filter(child => child instanceof EventSubscription).map(subscription => subscription._describe());
  }
}
