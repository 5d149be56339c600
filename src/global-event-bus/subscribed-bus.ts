import { IEventBus } from 'aws-cdk-lib/aws-events';
import { BusAlarmOverrides } from './rule-alarms';
import { DeadLetters } from '../dead-letters/dead-letters';

/** The bus of a subscription. */
export interface SubscribedBus {
  readonly eventBusName: string;
  readonly deadLetters: DeadLetters;
  readonly alarms: BusAlarmOverrides;
  /** Returns the name of the rule of a subscription. */
  ruleNameOf(id: string): string;
  /** Returns the bus of a region, for rules of the same stack. */
  busIn(region: string): IEventBus;
}
