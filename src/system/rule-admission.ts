import { Lazy, Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Queue } from 'aws-cdk-lib/aws-sqs';

/**
 * The rules that may send to a queue, in one statement of its policy: the policy takes at most 20 statements and 8,192 bytes, and a statement for each subscription would fill it.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-policies.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 */
export class RuleAdmission {
  private readonly sourceArns = new Set<string>();

  constructor(public readonly queue: Queue) {}

  /** Lets rules send: `<bus>/*` is all rules of a bus, and a name is a rule of the default bus. */
  public admit(rules: string): void {
    this.admitSource('rule', rules);
  }

  /**
   * Lets a bus itself send, whose dead-letter queue this is. That EventBridge then names the bus as the source is in no documentation: its page on dead-letter queues shows rules only.
   *
   * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-event-bus-dlq.html
   */
  public admitBus(eventBusName: string): void {
    this.admitSource('event-bus', eventBusName);
  }

  private admitSource(resource: string, resourceName: string): void {
    const stack = Stack.of(this.queue);
    if (this.sourceArns.size === 0) {
      this.queue.addToResourcePolicy(new PolicyStatement({
        sid: 'Rules',
        principals: [new ServicePrincipal('events.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.queue.queueArn],
        conditions: {
          ArnLike: { 'aws:SourceArn': Lazy.list({ produce: () => [...this.sourceArns] }) },
          StringEquals: { 'aws:SourceAccount': stack.account },
        },
      }));
    }
    this.sourceArns.add(stack.formatArn({ service: 'events', resource, resourceName }));
  }
}
