import { Duration } from 'aws-cdk-lib';
import { CfnRule } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { busArn, replicationRuleName, TARGETS_PER_RULE } from './constants';
import { RenderedPattern } from './event-pattern';
import { addRuleAlarms, BusAlarmOverrides } from './rule-alarms';
import { redriveBusName } from '../dead-letters/constants';
import { DeadLetters } from '../dead-letters/dead-letters';
import { inlineRole } from '../system/inline-role';
import { RegionalScope } from '../system/regional-scope';

/** EventBridge's own maxima, spelled out because the CDK renders none for bus targets. */
const RETRY_POLICY = { maximumEventAgeInSeconds: Duration.hours(24).toSeconds(), maximumRetryAttempts: 185 };

export interface ReplicationProps {
  readonly eventBusName: string;
  /** The pattern of the events. */
  readonly pattern: RenderedPattern;
  /** The dead-letter queues for what a peer did not take. They admit the rules already. */
  readonly deadLetters: DeadLetters;
  readonly alarms: BusAlarmOverrides;
}

/**
 * Forwards each event that was published in a region to all peers, and each that is redriven to the one peer that did not take it.
 *
 * All of it is in the mesh stack, which is deployed when every region has its bus, and names all buses by literal names. So no rule has a target that is not there yet.
 *
 * Two conditions keep it from looping, whatever the topology: only the region that an event was published in forwards it (`region` stays
 * the origin's when EventBridge sends an event on), and replayed events stay where they are replayed.
 *
 * What is published on the redrive bus has this region as its origin, as it had at first, and is seen by one peer only.
 */
export function replicate(scope: RegionalScope, { eventBusName, pattern, deadLetters, alarms }: ReplicationProps): void {
  const { mesh, region, peers, system } = scope;
  const peerBusArn = (peer: string) => scope.arn(busArn(eventBusName, peer));
  const role = inlineRole(mesh, 'ReplicationRole', {
    assumedBy: new ServicePrincipal('events.amazonaws.com', { conditions: { StringEquals: { 'aws:SourceAccount': scope.stack.account } } }),
    description: `sends events of ${region} to its peers`,
  });
  // A retiring peer's bus, too: CloudFormation changes the role before the rules, which send to that bus until then, and EventBridge does not try an event again that it may not send.
  // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html ("NO_PERMISSIONS")
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['events:PutEvents'], resources: system.peersOf(region).map(peerBusArn) }));
  const undelivered = deadLetters._fromMesh(region);
  const target = (peer: string): CfnRule.TargetProperty => ({
    id: peer,
    arn: peerBusArn(peer),
    roleArn: role.roleArn,
    retryPolicy: RETRY_POLICY,
    deadLetterConfig: { arn: undelivered.queueArn },
  });

  chunks(peers, TARGETS_PER_RULE).forEach((some, i) => {
    const ruleName = replicationRuleName(i);
    new CfnRule(mesh, ruleName, {
      name: ruleName,
      description: `sends events published in ${region} to ${some.join(', ')}`,
      eventBusName,
      eventPattern: {
        ...pattern,
        'region': [region],
        'replay-name': [{ exists: false }],
      },
      targets: some.map(target),
    });
    addRuleAlarms(mesh, scope, alarms, { eventBusName, ruleName, toPeers: true, activity: `sending events of ${eventBusName} to ${some.join(', ')}` });
  });
  peers.forEach(peer => new CfnRule(mesh, `redrive-${peer}`, {
    name: `redrive-${peer}`,
    description: `sends events to ${peer} again`,
    eventBusName: redriveBusName(eventBusName),
    eventPattern: { resources: [peerBusArn(peer)] },
    targets: [target(peer)],
  }));
}

function chunks<T>(items: T[], size: number): T[][] {
  return items.length === 0 ? [] : [items.slice(0, size), ...chunks(items.slice(size), size)];
}
