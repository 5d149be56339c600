import { Lazy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * The rules that may send to a queue, in one statement of its policy: the policy takes at most 20 statements and 8,192 bytes, and a rule for each subscription would fill it.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
export class RuleAdmission {
  private readonly ruleArns = new Set<string>();

  constructor(public readonly queue: Queue) {}

  /** Lets rules send: `<bus>/*` is all rules of a bus, and a name is a rule of the default bus. */
  public admit(rules: string): void {
    const stack = Stack.of(this.queue);
    if (this.ruleArns.size === 0) {
      this.queue.addToResourcePolicy(new PolicyStatement({
        sid: 'Rules',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: {
          ArnLike: { 'aws:SourceArn': Lazy.list({ produce: () => [...this.ruleArns] }) },
          StringEquals: { 'aws:SourceAccount': stack.account },
        },
      }));
    }
    this.ruleArns.add(stack.formatArn({ service: 'events', resource: 'rule', resourceName: rules }));
  }
}
