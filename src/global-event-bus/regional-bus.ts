import { Duration } from 'aws-cdk-lib';
import { CfnArchive, EventBus, IEventBus, IncludeDetail, Level } from 'aws-cdk-lib/aws-events';
import { CfnDiscoverer } from 'aws-cdk-lib/aws-eventschemas';
import { AccountPrincipal, AccountRootPrincipal, AnyPrincipal, IPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { deliverLogs } from './bus-logging';
import { archiveName, busArn } from './constants';
import { addLossAlarm, BusAlarmOverrides } from './rule-alarms';
import { HEARTBEAT_SOURCE, redriveBusName } from '../dead-letters/constants';
import { DeadLetters } from '../dead-letters/dead-letters';
import { keyIn } from '../system/encryption-keys';
import { RegionalScope } from '../system/regional-scope';
import { removalPolicyOf } from '../system/removal';

export interface RegionalBusProps {
  readonly eventBusName: string;
  /** The subject of the bus, for its description. */
  readonly title: string;
  /** Indicates whether its events go to peers, as soon as there are any. */
  readonly isReplicated: boolean;
  /** Indicates whether there are heartbeats among its events, as soon as there are peers. */
  readonly hasHeartbeats: boolean;
  readonly deadLetters: DeadLetters;
  readonly alarms: BusAlarmOverrides;
  readonly archiveRetention: Duration;
  readonly logLevel: Level;
  readonly logRetention: RetentionDays;
  readonly schemaDiscovery?: boolean;
  readonly organizationId?: string;
  readonly publisherAccounts?: string[];
  readonly encryptionKeyArns?: { [region: string]: string };
}

/**
 * The bus of one region, with all of it that works without any other region: the archive, the log, and the redrive bus, whose rules are in the mesh stack. It is the same however many peers there are.
 */
export class RegionalBus {
  public readonly bus: IEventBus;

  constructor(scope: RegionalScope, props: RegionalBusProps) {
    const { regional, region } = scope;
    const { eventBusName, deadLetters, encryptionKeyArns } = props;
    const key = keyIn(regional, region, encryptionKeyArns);
    const names = props.isReplicated ? [eventBusName, redriveBusName(eventBusName)] : [eventBusName];
    // an event that EventBridge cannot encrypt or decrypt is kept there
    const deadLetterQueue = key && deadLetters.inRegion(region);
    if (key) names.forEach(name => deadLetters._admitBus(region, name));

    const bus = new EventBus(regional, 'Bus', {
      eventBusName,
      description: `${props.title} in ${region}${props.isReplicated ? ', replicated to its peers' : ''}`,
      kmsKey: key,
      deadLetterQueue,
      logConfig: { level: props.logLevel, includeDetail: IncludeDetail.NONE },
    });
    this.bus = bus;
    admitPublishers(bus, props);
    // the L1, because the L2 wants a pattern, and here every event counts
    const archive = new CfnArchive(regional, 'Archive', {
      archiveName: archiveName(eventBusName),
      sourceArn: bus.eventBusArn,
      description: `every event that reached ${eventBusName} in ${region}`,
      eventPattern: props.hasHeartbeats ? { source: [{ 'anything-but': [HEARTBEAT_SOURCE] }] } : undefined,
      retentionDays: props.archiveRetention.toDays(),
      kmsKeyIdentifier: key?.keyArn,
    });
    // EventBridge deletes no bus that has rules, and each archive has one of its own there
    [bus, archive].forEach(resource => resource.applyRemovalPolicy(removalPolicyOf(regional)));
    addLossAlarm(scope, props.alarms, eventBusName);
    if (props.schemaDiscovery) {
      new CfnDiscoverer(regional, 'Discoverer', { sourceArn: bus.eventBusArn, crossAccount: false, description: `schemas of ${eventBusName}` });
    }
    if (props.logLevel !== Level.OFF) {
      deliverLogs(new Construct(regional, 'Log'), { bus, eventBusName, level: props.logLevel, retention: props.logRetention, key: scope.key });
    }
    if (props.isReplicated) {
      new EventBus(regional, 'RedriveBus', {
        eventBusName: redriveBusName(eventBusName),
        description: `sends events of ${region} that a peer did not take to that peer again`,
        kmsKey: key,
        deadLetterQueue,
      });
      names.forEach(name => deadLetters._admitRules(region, `${name}/*`));
      deadLetters._allowPublishing(region, scope.arn(busArn(redriveBusName(eventBusName))));
    }
  }
}

function admitPublishers(bus: EventBus, { publisherAccounts = [], organizationId }: RegionalBusProps): void {
  const admit = (sid: string, principals: IPrincipal[], conditions?: { [operator: string]: any }) => bus.addToResourcePolicy(new PolicyStatement({
    sid, principals, actions: ['events:PutEvents'], resources: [bus.eventBusArn], conditions,
  }));
  admit('OwnAccountOnly', [new AccountRootPrincipal()]);
  publisherAccounts.forEach(account => admit(`Account${account}`, [new AccountPrincipal(account)]));
  if (organizationId !== undefined) {
    admit('Organization', [new AnyPrincipal()], { StringEquals: { 'aws:PrincipalOrgID': organizationId } });
  }
}
