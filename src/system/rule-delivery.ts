import { CfnRule, IRule, RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import { SubscriptionDelivery } from './subscription-target';

/** Returns the rules that a target of this delivery must admit: all of a bus of ours, and of the account's default bus only the rule itself. */
export function deliveringRules(rule: IRule, { eventBusName }: SubscriptionDelivery): string {
  return eventBusName === undefined ? (rule.node.defaultChild as CfnRule).name ?? '*' : `${eventBusName}/*`;
}

/** Returns a target as its rule has it. */
export function deliverTo(arn: string, { deadLetterQueue, maxEventAge, retryAttempts, input }: SubscriptionDelivery): RuleTargetConfig {
  return {
    arn,
    deadLetterConfig: { arn: deadLetterQueue.queueArn },
    retryPolicy: { maximumEventAgeInSeconds: maxEventAge.toSeconds(), maximumRetryAttempts: retryAttempts },
    input,
  };
}
