import { Stack } from 'aws-cdk-lib';
import { IRule, IRuleTarget, RuleTargetConfig } from 'aws-cdk-lib/aws-events';
import { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { DeadLetters } from '../dead-letters/dead-letters';
import { permitInvocation } from '../regional-function/invocation';
import { deliveringRules, deliverTo } from '../system/rule-delivery';
import { SubscriptionDelivery } from '../system/subscription-target';

/** A live alias, or an existing function or alias, as what invokes it sees it. */
export interface LiveReference {
  readonly alias: Construct & IFunction;
  /** The name that distinguishes it from others, in ids. */
  readonly functionName: string;
  /** The literal ARN, for any stack of the same region. */
  readonly functionArn: string;
  /** Its ARN, as a stack of the same region may name it. */
  arnIn(stack: Stack): string;
}

/**
 * A live alias as the target of rules. All rules of one bus invoke it by one permission, which is there before they are.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 */
export class LiveAliasTarget implements IRuleTarget {
  constructor(private readonly live: LiveReference, private readonly delivery: SubscriptionDelivery) {}

  public bind(rule: IRule): RuleTargetConfig {
    const { alias, functionName } = this.live;
    const stack = Stack.of(rule);
    const isLocal = stack === Stack.of(alias);
    const functionArn = this.live.arnIn(stack);
    const rules = deliveringRules(rule, this.delivery);
    const permission = permitInvocation(isLocal ? alias : stack, `Events-${isLocal ? '' : `${functionName}-`}${rules.replace('/*', '')}`, {
      functionArn, principal: 'events.amazonaws.com', sourceArn: stack.formatArn({ service: 'events', resource: 'rule', resourceName: rules }),
    });
    rule.node.addDependency(permission);
    // the rule may be of another unit, whose dead letters do not know the function yet
    DeadLetters.of(rule)._allowInvoking(stack.region, this.live.functionArn);
    return deliverTo(functionArn, this.delivery);
  }
}
