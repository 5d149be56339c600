import { ITopicSubscription } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { IConstruct } from 'constructs';
import { requireLiteral } from '../private/errors';

/** Who is called by the alarms of every region. */
export class AlarmSubscription {
  /** A mailbox. SNS sends it one message per region to confirm, and nothing before that. */
  public static email(address: string): AlarmSubscription {
    return new AlarmSubscription(owner => {
      requireLiteral(owner, 'alarmSubscriptions: email', address, /^[^@\s]+@[^@\s]+$/, 'an e-mail address');
      return new EmailSubscription(address);
    });
  }

  /**
   * An HTTPS endpoint, such as that of an on-call service. It must confirm each region's subscription.
   *
   * A chat channel subscribes from its own side: name the ARN of each region's topic, `<system name>-alarms`, in the configuration of Amazon Q Developer in chat applications.
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
   */
  public static https(url: string): AlarmSubscription {
    return new AlarmSubscription(owner => {
      requireLiteral(owner, 'alarmSubscriptions: https', url, /^https:\/\/[^\s/]+/, 'a URL that begins with https://');
      return new UrlSubscription(url);
    });
  }

  private constructor(private readonly make: (owner: IConstruct) => ITopicSubscription) {}

  /** @internal */
  public _bind(owner: IConstruct): ITopicSubscription {
    return this.make(owner);
  }
}
