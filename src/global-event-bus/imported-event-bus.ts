import { EventBus, IEventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { requireBusName } from './bus-name';
import { EventBusAlarmSettings } from './event-bus-alarm-settings';
import { GlobalEventBusBase } from './global-event-bus-base';
import { SubscribedBus } from './subscribed-bus';
import { DeadLetters } from '../dead-letters/dead-letters';
import { AlarmOverrides } from '../system/alarm-set';
import { describe } from '../system/describe';
import { Layout } from '../system/layout';

/** A bus of every region that something else made. */
export class ImportedEventBus extends GlobalEventBusBase {
  public readonly eventBusName: string;

  /** @internal */
  protected readonly _subscribed: SubscribedBus;

  private readonly layout: Layout;

  constructor(scope: Construct, id: string, eventBusName: string) {
    super(scope, id);
    requireBusName(this, eventBusName);
    this.eventBusName = eventBusName;
    this.layout = Layout.of(this);
    const { layout } = this;
    const { namePrefix, alarmProfile } = layout.system;
    const alarms = new AlarmOverrides<keyof EventBusAlarmSettings>(this, undefined, alarmProfile);
    this._subscribed = {
      eventBusName,
      alarms,
      // made with the first subscription: a bus that is only published to needs none
      get deadLetters() {
        return DeadLetters.of(layout.host);
      },
      // others have rules on the bus as well, and a rule of the same name would be one of theirs
      ruleNameOf: subscription => `${namePrefix}-${subscription}`,
      busIn: region => this.inRegion(region),
    };
    describe(this, 'imported-bus', () => ({ name: eventBusName, subscriptions: this._describeSubscriptions() }));
  }

  public inRegion(region: string): IEventBus {
    const { regional } = this.layout.in(region);
    return regional.node.tryFindChild('Bus') as IEventBus | undefined ?? EventBus.fromEventBusName(regional, 'Bus', this.eventBusName);
  }
}
