import { IEventBus } from 'aws-cdk-lib/aws-events';
import { IConstruct } from 'constructs';
import { EventSubscription, EventSubscriptionProps } from './event-subscription';
import { IMultiRegionGrantable } from '../system/grantable';

/** An EventBridge bus in every region of a system, made by it (`GlobalEventBus`) or known to it (`GlobalEventBus.fromEventBusName`). */
export interface IGlobalEventBus extends IConstruct {
  /** The name, equal in every region: a plain string for environment variables. */
  readonly eventBusName: string;

  /** Returns the bus of one region; throws if it is not a region of the system. */
  inRegion(region: string): IEventBus;

  /** Grants each region's principal of the grantee to publish to the bus of its own region. */
  grantPutEvents(grantee: IMultiRegionGrantable): void;

  /** Gives events to a function, a queue or a workflow, in each region to that region's own. */
  subscribe(id: string, props: EventSubscriptionProps): EventSubscription;
}
