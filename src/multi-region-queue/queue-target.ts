import { Stack } from 'aws-cdk-lib';
import { CfnRule, IRule, IRuleTarget, RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import { DeadLetters } from '../dead-letters/dead-letters';
import { RuleAdmission } from '../system/rule-admission';
import { SubscriptionDelivery } from '../system/subscription-target';

/** A queue as the target of rules. The policy that lets them send is there before they are. */
export class QueueTarget implements IRuleTarget {
  /** @param queueArn the ARN, of literals, for rules of other stacks */
  constructor(private readonly admission: RuleAdmission, private readonly queueArn: string, private readonly delivery: SubscriptionDelivery) {}

  public bind(rule: IRule): RuleTargetConfig {
    const { queue } = this.admission;
    const { deadLetterQueue, maxEventAge, retryAttempts, input, eventBusName } = this.delivery;
    this.admission.admit(eventBusName === undefined ? (rule.node.defaultChild as CfnRule).name ?? '*' : `${eventBusName}/*`);
    const isLocal = Stack.of(rule) === Stack.of(queue);
    if (isLocal) rule.node.addDependency(queue);
    // the rule may be of another unit, whose dead letters do not know the queue
    DeadLetters.of(rule)._allowSending(Stack.of(rule).region, this.queueArn);
    return {
      arn: isLocal ? queue.queueArn : this.queueArn,
      deadLetterConfig: { arn: deadLetterQueue.queueArn },
      retryPolicy: { maximumEventAgeInSeconds: maxEventAge.toSeconds(), maximumRetryAttempts: retryAttempts },
      input,
    };
  }
}
