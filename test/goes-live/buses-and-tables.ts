import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, Billing, Capacity, ProjectionType, TableClass } from 'aws-cdk-lib/aws-dynamodb';
import { Level, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, StarPrincipal } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { byRegion, keyArns, Subject, thresholds, With } from './subject';
import { EventReplication, GlobalEventBus, GlobalTable, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, SubscriptionScope, TableChange, TableConsistency } from '../../src';
import { allTemplates, CODE, testApp } from '../support/synth';

const PK = { name: 'pk', type: AttributeType.STRING };
const OTHER = { name: 'other', type: AttributeType.STRING };
const INDEX = { indexName: 'byOther', partitionKey: OTHER };

/** An imported table whose stream is read, and that a function may read. */
function useImported(system: MultiRegionSystem, attributes: any): void {
  const table = GlobalTable.fromTableAttributes(system, 'Table', attributes);
  table.publishChangesTo(new GlobalEventBus(system, 'Bus'), { detailType: 'Changed' });
  table.grantReadWriteData(new MultiRegionFunction(system, 'Reader', { codePath: CODE }));
}

export const BUSES_AND_TABLES: Subject[] = [
  {
    of: 'GlobalEventBusProps',
    make: (system, props) => void new GlobalEventBus(system, 'Bus', props),
    changes: {
      alarmSettings: { failedInvocations: { threshold: 7 } },
      archiveRetention: Duration.days(7),
      encryptionKeyArns: keyArns,
      eventBusName: 'other',
      logLevel: Level.INFO,
      logRetention: RetentionDays.ONE_WEEK,
      organizationId: 'o-a1b2c3d4e5',
      publisherAccounts: ['444455556666'],
      replication: EventReplication.none(),
      replicationCanary: false,
      schemaDiscovery: true,
    },
  },
  {
    of: 'GlobalEventBusProps',
    when: 'replicating what matches',
    base: () => ({ replication: EventReplication.matching({ source: ['a'] }) }),
    make: (system, props) => void new GlobalEventBus(system, 'Bus', props),
    changes: { replication: EventReplication.matching({ source: ['b'] }) },
  },
  {
    of: 'EventBusAlarmSettings',
    make: (system, alarmSettings) => void new GlobalEventBus(system, 'Bus', { alarmSettings })
      .subscribe('Handler', { eventPattern: { source: ['a'] }, target: new MultiRegionFunction(system, 'Handler', { codePath: CODE }) }),
    changes: thresholds('deliveryLatency', 'failedInvocations', 'heartbeatsMissing', 'lostEvents'),
  },
  {
    of: 'EventSubscriptionProps',
    base: system => ({ eventPattern: { source: ['a'] }, target: new MultiRegionFunction(system, 'Handler', { codePath: CODE }) }),
    make: (system, props) => void new GlobalEventBus(system, 'Bus').subscribe('Handler', props),
    changes: {
      eventPattern: { source: ['b'] },
      target: (system: MultiRegionSystem) => new MultiRegionQueue(system, 'Jobs'),
      input: RuleTargetInput.fromObject({ own: true }),
      maxEventAge: Duration.hours(7),
      retryAttempts: 7,
      scope: SubscriptionScope.EVERY_REGION,
    },
  },
  {
    of: 'GlobalTableProps',
    base: () => ({ partitionKey: PK, sortKey: { name: 'sk', type: AttributeType.STRING } }),
    make: (system, props) => void new GlobalTable(system, 'Table', props),
    changes: {
      partitionKey: OTHER,
      sortKey: OTHER,
      alarms: false,
      alarmSettings: { systemErrors: { threshold: 7 } },
      billing: Billing.provisioned({ readCapacity: Capacity.fixed(7), writeCapacity: Capacity.autoscaled({ maxCapacity: 7 }) }),
      contributorInsightsSpecification: { enabled: true },
      deletionProtection: false,
      encryptionKeyArns: keyArns,
      globalSecondaryIndexes: [INDEX],
      localSecondaryIndexes: [{ indexName: 'local', sortKey: OTHER, projectionType: ProjectionType.KEYS_ONLY }],
      recoveryPeriod: Duration.days(7),
      removalPolicy: RemovalPolicy.DESTROY,
      resourcePolicies: (system: MultiRegionSystem) => byRegion(system, () => new PolicyDocument({
        statements: [new PolicyStatement({ actions: ['dynamodb:GetItem'], principals: [new StarPrincipal()], resources: ['*'], conditions: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } })],
      })),
      tableClass: TableClass.STANDARD_INFREQUENT_ACCESS,
      tableName: 'other',
      tags: { team: 'a' },
      timeToLiveAttribute: 'expires',
      warmThroughput: { readUnitsPerSecond: 13_000, writeUnitsPerSecond: 5_000 },
    },
  },
  {
    of: 'GlobalTableProps',
    when: 'with an outbox',
    base: () => ({ partitionKey: PK }),
    make: (system, props) => void new GlobalTable(system, 'Table', props).publishChangesTo(new GlobalEventBus(system, 'Bus'), { detailType: 'Changed' }),
    changes: { streamRevision: 2 },
  },
  {
    of: 'GlobalTableProps',
    when: 'in regions that can be strongly consistent',
    base: () => ({ partitionKey: PK }),
    make: (_, props) => {
      const system = new MultiRegionSystem(testApp(), 'Shop', { primaryRegion: 'us-east-1', secondaryRegions: ['us-east-2'] });
      new GlobalTable(system, 'Table', props);
      return allTemplates(system);
    },
    changes: {
      consistency: new With({ consistency: TableConsistency.STRONG, witnessRegion: 'us-west-2' }),
      witnessRegion: new With({ consistency: TableConsistency.STRONG, witnessRegion: 'us-west-2' }),
    },
  },
  {
    of: 'TableAlarmSettings',
    make: (system, alarmSettings) => {
      const table = new GlobalTable(system, 'Table', { partitionKey: PK, alarmSettings });
      table.publishChangesTo(new GlobalEventBus(system, 'Bus'), { detailType: 'Changed' });
      table.detectConflicts();
    },
    changes: thresholds('conflictsAge', 'executionFailed', 'executionPartiallyFailed', 'lostWrites', 'readThrottling', 'replicationLatency', 'systemErrors', 'writeThrottling'),
  },
  {
    of: 'GlobalTableAttributes',
    base: () => ({ tableName: 'orders', alarms: true }),
    make: useImported,
    changes: {
      tableName: 'other',
      alarms: false,
      alarmSettings: { systemErrors: { threshold: 7 } },
      consistency: TableConsistency.STRONG,
      encryptionKeyArns: keyArns,
      globalIndexes: ['byOther'],
      localIndexes: ['local'],
      streamArns: (system: MultiRegionSystem) => byRegion(system, region => `arn:aws:dynamodb:${region}:111122223333:table/orders/stream/2026-01-01T00:00:00.000`),
      streamRevision: 2,
    },
  },
  {
    of: 'PublishChangesOptions',
    base: () => ({ detailType: 'Changed' }),
    make: (system, options) => void new GlobalTable(system, 'Table', { partitionKey: PK }).publishChangesTo(new GlobalEventBus(system, 'Bus'), options),
    changes: {
      detailType: 'Other',
      changes: [TableChange.INSERT],
      enrichment: (system: MultiRegionSystem) => new MultiRegionFunction(system, 'Enricher', { codePath: CODE }),
      itemFilter: { pk: ['a'] },
      logRetention: RetentionDays.ONE_WEEK,
      maxRecordAge: Duration.hours(7),
      regionAttribute: 'writtenIn',
      retryAttempts: 7,
      source: 'other',
    },
  },
  {
    of: 'DetectConflictsOptions',
    make: (system, options) => void new GlobalTable(system, 'Table', { partitionKey: PK }).detectConflicts(options),
    changes: { losingImages: (system: MultiRegionSystem) => new MultiRegionQueue(system, 'Lost'), regionAttribute: 'writtenIn', versionAttribute: 'revision' },
  },
];
