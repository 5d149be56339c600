import { ArnFormat, Lazy, Stack } from 'aws-cdk-lib';
import { CfnAlarm, CfnCompositeAlarm, IAlarm, IAlarmAction } from 'aws-cdk-lib/aws-cloudwatch';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct, IConstruct } from 'constructs';
import { AlarmSubscription } from './alarm-subscription';
import { messageTopic } from './message-topic';

/** A composite alarm takes at most 100 others. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html */
const MAX_CHILDREN = 90;
/** The first one has the others as children, and those of units. */
const MAX_CHILDREN_OF_FIRST = 75;
/** And a rule of at most 10,240 characters. */
const MAX_RULE_LENGTH = 10_240;
/** The first one leaves room for 20 units, each at most 99 characters in the rule, and for its further parts: at most 13, since a stack has 500 resources, each at most 128. */
const MAX_RULE_LENGTH_OF_FIRST = 6_500;
/** `ALARM("")` and ` OR `. */
const RULE_WORDS = 14;
/** The length of what CloudFormation adds to a name that it makes: hyphens and a random part. */
const NAME_SUFFIX = 14;
const MAX_ALARM_NAME = 255;

export interface RegionAlarmsProps {
  readonly region: string;
  /** The stack of what the alarms are about; made when it is first asked for. */
  readonly stack: () => Stack;
  /** The name of the topic, equal in every region and shared by all units. */
  readonly topicName: string;
  /** The name of the alarm on the region as a whole. */
  readonly unhealthyAlarmName: string;
  /** The subscribers of the topic; undefined if the topic is in another unit's stack. */
  readonly subscriptions?: AlarmSubscription[];
  /** The user's key for the topic. */
  readonly key: () => IKey | undefined;
  /** Composite alarms of other stacks, deployed before, that count as well. */
  readonly others: () => string[];
}

type Notifier = IAlarm & Construct & { addAlarmAction(action: IAlarmAction): void };

/** The alarms of one region: the topic that they notify, and the composite alarm that they feed. */
export class RegionAlarms {
  /** Alarms that count against the region, as many as one composite takes; each further list has a composite of its own. */
  private readonly parts: CfnAlarm[][] = [[]];
  /** All alarms, each with the construct whose it is. */
  private readonly all: { readonly alarm: CfnAlarm; readonly owner: IConstruct }[] = [];
  private made?: { readonly scope: Construct; readonly topic?: ITopic };
  private partLength = 0;

  constructor(private readonly props: RegionAlarmsProps) {}

  /** The topic; made, with the composite alarm, when it is first asked for. */
  public get topic(): ITopic | undefined {
    return this.make().topic;
  }

  /** Indicates whether there are any alarms. */
  public get exist(): boolean {
    return this.made !== undefined;
  }

  public get unhealthyAlarmName(): string {
    return this.props.unhealthyAlarmName;
  }

  /** Returns the alarms of a construct, and of the constructs in it. */
  public of(owner: IConstruct): CfnAlarm[] {
    return this.all.filter(each => each.owner.node.scopes.includes(owner)).map(({ alarm }) => alarm);
  }

  /** Routes an alarm to the topic and, if so wanted, into the composite alarm. */
  public add(alarm: Notifier, { owner, countsAgainstRegion }: { readonly owner: IConstruct; readonly countsAgainstRegion: boolean }): void {
    const { topic } = this.make();
    this.all.push({ owner, alarm: alarm.node.defaultChild as CfnAlarm });
    const isOurs = topic && Stack.of(topic) === Stack.of(alarm);
    // in another stack by its name: CloudWatch looks for the topic when the alarm has something to say
    alarm.addAlarmAction({ bind: () => ({ alarmActionArn: isOurs ? topic.topicArn : this.topicArn(Stack.of(alarm)) }) });
    if (countsAgainstRegion) this.count(alarm.node.defaultChild as CfnAlarm);
  }

  private topicArn(stack: Stack): string {
    return stack.formatArn({ service: 'sns', resource: this.props.topicName, arnFormat: ArnFormat.NO_RESOURCE_NAME });
  }

  private count(alarm: CfnAlarm): void {
    const { scope } = this.make();
    const length = RULE_WORDS + Math.min(MAX_ALARM_NAME, alarm.stack.stackName.length + alarm.stack.getLogicalId(alarm).length + NAME_SUFFIX);
    if (this.parts.at(-1)!.length === (this.parts.length === 1 ? MAX_CHILDREN_OF_FIRST : MAX_CHILDREN) || this.partLength + length > this.room) {
      const part = this.parts.push([]) - 1;
      this.partLength = 0;
      this.composite(scope, `Unhealthy${part}`, () => this.namesOf(part), { alarmDescription: `A part of the alarms of ${this.props.region}.` });
    }
    this.partLength += length;
    this.parts.at(-1)!.push(alarm);
  }

  /** The first composite names the others as well. */
  private get room(): number {
    return this.parts.length === 1 ? MAX_RULE_LENGTH_OF_FIRST : MAX_RULE_LENGTH;
  }

  private namesOf(part: number): string[] {
    return this.parts[part].map(({ ref }) => ref);
  }

  private make(): { readonly scope: Construct; readonly topic?: ITopic } {
    if (this.made) return this.made;
    const scope = new Construct(this.props.stack(), 'Alarms');
    const { region, unhealthyAlarmName, topicName, subscriptions, key } = this.props;
    this.made = { scope, topic: subscriptions && messageTopic(scope, { topicName, region, subscriptions, key: key(), prop: 'alarmSubscriptions' }) };
    this.composite(scope, 'Unhealthy', () => {
      const further = this.parts.slice(1).map((_, i) => (scope.node.findChild(`Unhealthy${i + 1}`) as CfnCompositeAlarm).ref);
      return [...this.namesOf(0), ...further, ...this.props.others()];
    }, {
      alarmName: unhealthyAlarmName,
      alarmDescription: `${region} is unhealthy. The child alarms in ALARM state give the cause and the first step. If customers are affected, evacuate the region.`,
    });
    return this.made;
  }

  /** Creates a composite alarm that is in ALARM state while one of its children is. */
  private composite(scope: Construct, id: string, children: () => string[], props: { alarmName?: string; alarmDescription: string }): void {
    new CfnCompositeAlarm(scope, id, { ...props, alarmRule: Lazy.string({ produce: () => children().map(name => `ALARM("${name}")`).join(' OR ') || 'FALSE' }) });
  }
}
