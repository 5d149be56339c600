import { Duration, Stack } from 'aws-cdk-lib';
import { CfnRule, IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { DeadLetterQueue } from '../private/dead-letter-queue';

/** A rule carries at most 5 targets. */
const TARGETS_PER_RULE = 5;

/** EventBridge's own maxima, spelled out because the CDK renders none for bus targets. */
const RETRY_POLICY = { maximumEventAgeInSeconds: Duration.hours(24).toSeconds(), maximumRetryAttempts: 185 };

/**
 * Forwards each event that was published in a region to all peers.
 *
 * Two conditions keep it from looping, whatever the topology: only the region that an event was published in forwards it (`region` stays
 * the origin's when EventBridge sends an event on), and replayed events stay where they are replayed.
 */
export function replicate(scope: Construct, bus: IEventBus, eventBusName: string, region: string, peers: string[]): void {
  const stack = Stack.of(scope);
  const peerBusArn = (peer: string) => stack.formatArn({ service: 'events', region: peer, resource: 'event-bus', resourceName: eventBusName });

  const undelivered = new DeadLetterQueue(scope, 'Undelivered', {
    holds: `Events of ${eventBusName} that a peer region did not take for 24 hours`,
  });
  const role = new Role(scope, 'ReplicationRole', {
    assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
    description: `sends events of ${region} to its peers`,
  });
  role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: peers.map(peerBusArn) }));

  const rules = chunks(peers, TARGETS_PER_RULE).map((some, i) => new CfnRule(scope, `Replication${i}`, {
    description: `sends events published in ${region} to ${some.join(', ')}`,
    eventBusName: bus.eventBusName,
    eventPattern: {
      'region': [region],
      'replay-name': [{ exists: false }],
      'source': [{ 'anything-but': { prefix: 'aws.' } }],
    },
    targets: some.map(peer => ({
      id: peer,
      arn: peerBusArn(peer),
      roleArn: role.roleArn,
      retryPolicy: RETRY_POLICY,
      deadLetterConfig: { arn: undelivered.queue.queueArn },
    })),
  }));

  undelivered.queue.addToResourcePolicy(new PolicyStatement({
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [undelivered.queue.queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': rules.map(rule => rule.attrArn) } },
  }));
  // without its permission, the first events after a deployment would be refused
  rules.forEach(rule => rule.node.addDependency(role));
}

function chunks<T>(items: T[], size: number): T[][] {
  return items.length === 0 ? [] : [items.slice(0, size), ...chunks(items.slice(size), size)];
}
