import { Lazy, Stack } from 'aws-cdk-lib';
import { CfnCompositeAlarm, IAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { AlarmSubscription } from './alarm-subscription';
import { acknowledge } from '../private/acknowledge';

/** A composite alarm takes at most 100 others. */
const MAX_CHILDREN = 90;

export interface RegionAlarmsProps {
  /** The name of the topic, equal in every region. */
  readonly topicName: string;
  /** The name of the alarm that says that the region is not well. */
  readonly unhealthyAlarmName: string;
  readonly subscriptions: AlarmSubscription[];
}

/** The alarms of one region: whom they call, and what they say of the region all together. */
export class RegionAlarms extends Construct {
  public readonly topic: ITopic;

  /** Alarms that count against the region, as many as one composite takes; each further list has a composite of its own. */
  private readonly parts: IAlarm[][] = [];

  constructor(stack: Stack, props: RegionAlarmsProps) {
    super(stack, 'Alarms');
    const key = new Key(this, 'Key', { enableKeyRotation: true, description: `encrypts what ${props.topicName} sends in ${stack.region}` });
    // an AWS managed key could not be opened to services that publish
    const publishers = [
      new ServicePrincipal('cloudwatch.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
      // EventBridge tells neither SNS nor KMS which account it acts for: with a condition, nothing would be delivered
      new ServicePrincipal('events.amazonaws.com'),
    ];
    publishers.forEach(service => key.grantEncryptDecrypt(service));
    const topic = new Topic(this, 'Topic', { topicName: props.topicName, masterKey: key, enforceSSL: true });
    publishers.forEach(service => topic.grantPublish(service));
    props.subscriptions.forEach(subscription => acknowledge(topic.addSubscription(subscription._bind(this)), {
      id: 'Serverless-SNSRedrivePolicy',
      reason: 'SNS has no other way to tell of an alarm message that it could not deliver than an alarm, which would go the same way; the alarm itself still shows its state',
    }));
    this.topic = topic;

    this.composite('Unhealthy', () => [...this.parts[0] ?? [], ...this.parts.slice(1).map((_, i) => this.node.findChild(`Unhealthy${i + 1}`) as CfnCompositeAlarm)], {
      alarmName: props.unhealthyAlarmName,
      alarmDescription: `Something is wrong in ${stack.region}: the alarms that are red below say what, and what to do first. If customers suffer, evacuate the region.`,
    });
  }

  /** Has an alarm call whoever is subscribed, and, if so wanted, count against the region. */
  public add(alarm: IAlarm & { addAlarmAction(action: SnsAction): void }, countsAgainstRegion: boolean): void {
    alarm.addAlarmAction(new SnsAction(this.topic));
    if (!countsAgainstRegion) return;
    if (this.parts.length === 0 || this.parts.at(-1)!.length === MAX_CHILDREN) {
      this.parts.push([]);
      const part = this.parts.length - 1;
      if (part > 0) {
        this.composite(`Unhealthy${part}`, () => this.parts[part], { alarmDescription: `a part of what is wrong in ${Stack.of(this).region}` });
      }
    }
    this.parts.at(-1)!.push(alarm);
  }

  private composite(id: string, children: () => (IAlarm | CfnCompositeAlarm)[], props: { alarmName?: string; alarmDescription: string }): void {
    const nameOf = (alarm: IAlarm | CfnCompositeAlarm) => (alarm instanceof CfnCompositeAlarm ? alarm.ref : alarm.alarmName);
    new CfnCompositeAlarm(this, id, {
      ...props,
      alarmRule: Lazy.string({ produce: () => children().map(alarm => `ALARM("${nameOf(alarm)}")`).join(' OR ') || 'FALSE' }),
    });
  }
}
