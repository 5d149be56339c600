import { Duration, Stack } from 'aws-cdk-lib';
import { CfnRule, EventBus, IEventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { IQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { replicationRuleName, TARGETS_PER_RULE } from './constants';
import { redriveBusName } from '../dead-letters/constants';
import { acknowledgeInlinePolicies } from '../system/acknowledge';
import { RenderedPattern } from './event-pattern';
import { watchRule } from './rule-alarms';

/** EventBridge's own maxima, spelled out because the CDK renders none for bus targets. */
const RETRY_POLICY = { maximumEventAgeInSeconds: Duration.hours(24).toSeconds(), maximumRetryAttempts: 185 };

export interface ReplicationProps {
  readonly bus: IEventBus;
  readonly eventBusName: string;
  readonly region: string;
  readonly peers: string[];
  /** Which events. */
  readonly pattern: RenderedPattern;
  /** Where what a peer did not take ends up. */
  readonly undelivered: IQueue;
  readonly key?: IKey;
}

/**
 * Forwards each event that was published in a region to all peers.
 *
 * Two conditions keep it from looping, whatever the topology: only the region that an event was published in forwards it (`region` stays
 * the origin's when EventBridge sends an event on), and replayed events stay where they are replayed.
 *
 * Returns the bus by which an event is sent to a single peer once more: what is published there has this region as its origin, as it had at first, and is
 * seen by that peer only.
 */
export function replicate(scope: Construct, props: ReplicationProps): IEventBus {
  const { bus, eventBusName, region, peers, pattern, undelivered } = props;
  const stack = Stack.of(scope);
  const peerBusArn = (peer: string) => stack.formatArn({ service: 'events', region: peer, resource: 'event-bus', resourceName: eventBusName });

  const role = new Role(scope, 'ReplicationRole', {
    assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': stack.account } } }),
    description: `sends events of ${region} to its peers`,
  });
  acknowledgeInlinePolicies(role);
  role.addToPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: peers.map(peerBusArn) }));
  const target = (peer: string): CfnRule.TargetProperty => ({
    id: peer,
    arn: peerBusArn(peer),
    roleArn: role.roleArn,
    retryPolicy: RETRY_POLICY,
    deadLetterConfig: { arn: undelivered.queueArn },
  });

  const rules = chunks(peers, TARGETS_PER_RULE).map((some, i) => {
    const ruleName = replicationRuleName(i);
    const rule = new CfnRule(scope, ruleName, {
      name: ruleName,
      description: `sends events published in ${region} to ${some.join(', ')}`,
      eventBusName: bus.eventBusName,
      eventPattern: {
        ...pattern,
        'region': [region],
        'replay-name': [{ exists: false }],
      },
      targets: some.map(target),
    });
    watchRule(new Construct(scope, `${ruleName}-watched`), {
      eventBusName, ruleName, toPeers: true, activity: `sending events of ${eventBusName} to ${some.join(', ')}`,
    });
    return rule;
  });

  const redriveBus = new EventBus(scope, 'RedriveBus', {
    eventBusName: redriveBusName(eventBusName),
    description: `sends events of ${region} that a peer did not take to that peer again`,
    kmsKey: props.key,
    deadLetterQueue: props.key && undelivered,
  });
  const redriveRules = peers.map(peer => new CfnRule(scope, `redrive-${peer}`, {
    name: `redrive-${peer}`,
    description: `sends events to ${peer} again`,
    eventBusName: redriveBus.eventBusName,
    eventPattern: { resources: [peerBusArn(peer)] },
    targets: [target(peer)],
  }));

  undelivered.addToResourcePolicy(new PolicyStatement({
    principals: [new ServicePrincipal('events.amazonaws.com')],
    actions: ['sqs:SendMessage'],
    resources: [undelivered.queueArn],
    conditions: { ArnEquals: { 'aws:SourceArn': [...rules, ...redriveRules].map(rule => rule.attrArn) } },
  }));
  // without its permission, the first events after a deployment would be refused
  [...rules, ...redriveRules].forEach(rule => rule.node.addDependency(role));
  return redriveBus;
}

function chunks<T>(items: T[], size: number): T[][] {
  return items.length === 0 ? [] : [items.slice(0, size), ...chunks(items.slice(size), size)];
}
