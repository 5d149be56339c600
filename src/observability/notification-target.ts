import { Duration } from 'aws-cdk-lib';
import { IRuleRef, IRuleTarget, RuleTargetConfig, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { ITopic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../system/acknowledge';
import { RuleAdmission } from '../system/rule-admission';

/**
 * A topic to which rules of the default bus send messages for people.
 *
 * What the topic does not take, because it is gone or its policy does not allow it, is kept in a queue, whose policy is there before the rules. There is no alarm on its depth, which could notify only that topic.
 */
export class NotificationTarget {
  private readonly queue: Queue;

  constructor(scope: Construct, private readonly topic: ITopic) {
    this.queue = new Queue(scope, 'NotificationDlq', { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) });
    const isTheEnd = 'this is the dead-letter queue itself, of messages for people: they are late already';
    acknowledge(this.queue, { id: 'AwsSolutions-SQS3', reason: isTheEnd }, { id: 'Serverless-SQSRedrivePolicy', reason: isTheEnd });
    // rules of the default bus, whose names CloudFormation makes: the L2's target would admit each by its ARN, and so after it is there
    new RuleAdmission(this.queue).admit('*');
    topic.grantPublish(new ServicePrincipal('events.amazonaws.com'));
  }

  /** What a rule sends. */
  public of(message: string): IRuleTarget {
    return { bind: rule => this.bind(rule, message) };
  }

  private bind(rule: IRuleRef, message: string): RuleTargetConfig {
    rule.node.addDependency(this.queue, this.topic);
    return {
      arn: this.topic.topicArn,
      deadLetterConfig: { arn: this.queue.queueArn },
      input: RuleTargetInput.fromText(message),
    };
  }
}
