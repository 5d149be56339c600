import { Duration } from 'aws-cdk-lib';
import { Replica } from './replica';
import { TableAlarmSettings } from './table-alarm-settings';
import { tableMetric } from './table-metrics';
import { AlarmSet } from '../system/alarm-set';
import { metricsQuery } from '../system/metrics';

type Alarms = AlarmSet<keyof TableAlarmSettings>;

/**
 * Adds the alarms of a replica: throttled requests, errors of DynamoDB, and, in the mesh stack, changes that reach a peer late.
 *
 * @param peers the regions that get the replica's changes some time later
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
 */
export function addReplicaAlarms(replica: Replica, alarms: Alarms, peers: string[]): void {
  addThrottlingAlarms(replica, alarms);
  addErrorAlarm(replica, alarms);
  peers.forEach(peer => addReplicationAlarm(replica, alarms, peer));
}

function addReplicationAlarm({ scope, region, tableName }: Replica, alarms: Alarms, peer: string): void {
  alarms.add(scope.mesh, 'replicationLatency', {
    description: `Changes to ${tableName} reach ${peer} from ${region} late. What ${region} has not sent is missing there until it has: `
      + 'look at the health of both regions before moving traffic.',
    metric: scope.metric(tableMetric(tableName, 'ReplicationLatency', { ReceivingRegion: peer })),
    threshold: Duration.minutes(1).toMilliseconds(),
    evaluationPeriods: 5,
    isAboutPeer: true,
  }, peer);
}

/** Adds alarms on throttling. The table and each index have metrics of their own: a write that an index throttles is not among the table's. */
function addThrottlingAlarms({ scope, region, tableName, shape: { globalIndexes } }: Replica, alarms: Alarms): void {
  const indexes = globalIndexes.map(index => ({ index, name: `the index ${index} of ${tableName}`, dimensions: { GlobalSecondaryIndexName: index } }));
  const kinds = [
    { key: 'readThrottling', requests: 'reads', metricName: 'ReadThrottleEvents' },
    { key: 'writeThrottling', requests: 'writes', metricName: 'WriteThrottleEvents' },
  ] as const;
  for (const { index, name, dimensions } of [{ index: undefined, name: tableName, dimensions: undefined }, ...indexes]) {
    for (const { key, requests, metricName } of kinds) {
      alarms.add(scope.regional, key, {
        description: `DynamoDB throttles ${requests} of ${name} in ${region}. Requests fail or are slow: `
          + 'see whether a few keys take most of the traffic, then raise the table\'s capacity or maximum.',
        metric: scope.metric(tableMetric(tableName, metricName, dimensions)),
        threshold: 1,
        evaluationPeriods: 5,
        datapointsToAlarm: 3,
        isDetail: true,
      }, index);
    }
  }
}

function addErrorAlarm({ scope, region, tableName }: Replica, alarms: Alarms): void {
  alarms.add(scope.regional, 'systemErrors', {
    description: `DynamoDB itself fails at requests to ${tableName} in ${region}. `
      + 'Look at the AWS Health Dashboard, and consider evacuating the region.',
    // The metric exists per operation only, and DynamoDB has more operations than an alarm may add up: a query takes those that there are
    metric: metricsQuery(`SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", Operation, TableName) WHERE TableName = '${tableName}'`),
    threshold: 1,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
  });
}
