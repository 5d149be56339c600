import { ITopicSubscription, SubscriptionProtocol } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription, UrlSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { IConstruct } from 'constructs';
import { requireLiteral } from './errors';

/** A subscriber of the topics that alarms and pipelines notify. */
export class AlarmSubscription {
  /** Subscribes a mailbox. SNS sends it one message per region to confirm, and nothing before that. */
  public static email(address: string): AlarmSubscription {
    return new AlarmSubscription((owner, prop) => {
      requireLiteral(owner, `${prop}: email`, address, /^[^@\s]+@[^@\s]+$/, 'an e-mail address');
      return new EmailSubscription(address);
    });
  }

  /**
   * Subscribes an HTTPS endpoint, such as that of an on-call service. It must confirm each region's subscription.
   *
   * A chat channel cannot be subscribed, it subscribes from its own side: by `AlarmChat`.
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-http-https-endpoint-as-subscriber.html
   */
  public static https(url: string): AlarmSubscription {
    return new AlarmSubscription((owner, prop) => {
      requireLiteral(owner, `${prop}: https`, url, /^https:\/\/[^\s/]+/, 'a URL that begins with https://');
      return new UrlSubscription(url);
    });
  }

  /**
   * Subscribes an SQS queue or a Lambda function, of any region and account, by its ARN: one for the alarms of all regions. SNS tries for 23 days to reach it, so that
   * nothing is lost while its region is down.
   *
   * Its own policy must let `sns.amazonaws.com` send or invoke, with each region's topic, `<system name>-alarms`, as `aws:SourceArn`, or that of a
   * pipeline, `<pipeline name>-notifications`; so must the key of a queue that has one. A subscription in another account is confirmed by that account.
   *
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-cross-region-delivery.html
   * @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html
   */
  public static arn(endpointArn: string): AlarmSubscription {
    return new AlarmSubscription((owner, prop) => {
      requireLiteral(owner, `${prop}: arn`, endpointArn, /^arn:[a-z-]+:(sqs:[a-z0-9-]+:\d{12}:[\w-]+|lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(:[\w-]+)?)$/,
        'the literal ARN of a standard SQS queue or of a Lambda function');
      const protocol = endpointArn.split(':')[2] === 'sqs' ? SubscriptionProtocol.SQS : SubscriptionProtocol.LAMBDA;
      return { bind: () => ({ subscriberId: endpointArn, endpoint: endpointArn, protocol }) };
    });
  }

  private constructor(private readonly make: (owner: IConstruct, prop: string) => ITopicSubscription) {}

  /**
   * @param prop the one that gives the subscription, for errors
   * @internal
   */
  public _bind(owner: IConstruct, prop: string): ITopicSubscription {
    return this.make(owner, prop);
  }
}
