import { Duration } from 'aws-cdk-lib';
import { IRuleRef, IRuleTarget, RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { IQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CustomNotification, customNotification } from './custom-notification';
import { acknowledge } from '../system/acknowledge';
import { RuleAdmission } from '../system/rule-admission';

/**
 * A topic to which rules of the default bus send messages for people. It must let EventBridge publish.
 *
 * What the topic does not take, because it is gone or its policy does not allow it, is kept in a queue, whose policy is there before the rules.
 */
export class NotificationTarget {
  /** The dead-letter queue for notifications that the topic did not take. */
  public readonly deadLetterQueue: IQueue;

  constructor(scope: Construct, private readonly topic: ITopic) {
    const queue = new Queue(scope, 'NotificationDlq', { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) });
    const isTheEnd = 'this is the dead-letter queue itself, of messages for people: they are late already';
    acknowledge(queue, { id: 'AwsSolutions-SQS3', reason: isTheEnd }, { id: 'Serverless-SQSRedrivePolicy', reason: isTheEnd });
    // rules of the default bus, whose names CloudFormation makes: the L2's target would admit each by its ARN, and so after it is there
    new RuleAdmission(queue).admit('*');
    this.deadLetterQueue = queue;
  }

  /** Returns the target of a rule that sends the notification. */
  public of(notification: CustomNotification): IRuleTarget {
    return { bind: rule => this.bind(rule, notification) };
  }

  private bind(rule: IRuleRef, notification: CustomNotification): RuleTargetConfig {
    rule.node.addDependency(this.deadLetterQueue, this.topic);
    return {
      arn: this.topic.topicArn,
      deadLetterConfig: { arn: this.deadLetterQueue.queueArn },
      input: customNotification(notification),
    };
  }
}
