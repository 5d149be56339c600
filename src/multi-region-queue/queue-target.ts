import { Stack } from 'aws-cdk-lib';
import { IRule, IRuleTarget, RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import { DeadLetters } from '../dead-letters/dead-letters';
import { RuleAdmission } from '../system/rule-admission';
import { deliveringRules, deliverTo } from '../system/rule-delivery';
import { SubscriptionDelivery } from '../system/subscription-target';

/** A queue as the target of rules. The policy that lets them send is there before they are. */
export class QueueTarget implements IRuleTarget {
  /** @param queueArn the ARN, of literals, for rules of other stacks */
  constructor(private readonly admission: RuleAdmission, private readonly queueArn: string, private readonly delivery: SubscriptionDelivery) {}

  public bind(rule: IRule): RuleTargetConfig {
    const { queue } = this.admission;
    this.admission.admit(deliveringRules(rule, this.delivery));
    const isLocal = Stack.of(rule) === Stack.of(queue);
    if (isLocal) rule.node.addDependency(queue);
    // the rule may be of another unit, whose dead letters do not know the queue
    DeadLetters.of(rule)._allowSending(Stack.of(rule).region, this.queueArn);
    return deliverTo(isLocal ? queue.queueArn : this.queueArn, this.delivery);
  }
}
