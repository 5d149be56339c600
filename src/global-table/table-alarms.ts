import { Duration } from 'aws-cdk-lib';
import { IMetric, MathExpression } from 'aws-cdk-lib/aws-cloudwatch';
import { Replica } from './replica';
import { tableMetricIn } from './table-metrics';
import { watch } from '../system/legacy';

/**
 * The alarms of a replica: changes that reach one of its peers late, throttled requests, and errors of DynamoDB.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html
 */
export function watchReplica(replica: Replica, peers: string[]): void {
  peers.forEach(peer => watchReplication(replica, peer));
  watchThrottling(replica);
  watchErrors(replica);
}

function watchReplication({ share, region, shape: { tableName } }: Replica, peer: string): void {
  watch(share, `ReplicationLatency-${peer}`, {
    description: `Changes to ${tableName} reach ${peer} from ${region} late. What ${region} has not sent is missing there until it has: `
      + 'look at the health of both regions before moving traffic.',
    metric: tableMetricIn(share, tableName, region, 'ReplicationLatency', undefined, { ReceivingRegion: peer }),
    threshold: Duration.minutes(1).toMilliseconds(),
    evaluationPeriods: 5,
    tellsOfPeer: true,
  });
}

/** The table and each index have metrics of their own: a write that an index throttles is not among the table's. */
function watchThrottling({ share, region, shape: { tableName, globalIndexes } }: Replica): void {
  const parts = [
    { name: tableName, suffix: '', dimensions: undefined },
    ...globalIndexes.map(index => ({ name: `the index ${index} of ${tableName}`, suffix: `-${index}`, dimensions: { GlobalSecondaryIndexName: index } })),
  ];
  for (const { name, suffix, dimensions } of parts) {
    for (const kind of ['Read', 'Write']) {
      watch(share, `${kind}Throttling${suffix}`, {
        description: `DynamoDB throttles ${kind.toLowerCase()}s of ${name} in ${region}. Requests fail or are slow: `
          + 'see whether a few keys take most of the traffic, then raise the table\'s capacity or maximum.',
        metric: tableMetricIn(share, tableName, region, `${kind}ThrottleEvents`, undefined, dimensions),
        threshold: 1,
        evaluationPeriods: 5,
        datapointsToAlarm: 3,
        isDetail: true,
      });
    }
  }
}

function watchErrors({ share, region, shape: { tableName } }: Replica): void {
  watch(share, 'SystemErrors', {
    description: `DynamoDB itself fails at requests to ${tableName} in ${region}. `
      + 'Look at the AWS Health Dashboard, and consider evacuating the region.',
    // The metric exists per operation only, and DynamoDB has more operations than an alarm may add up: a query takes those that there are
    metric: query(`SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", Operation, TableName) WHERE TableName = '${tableName}'`),
    threshold: 1,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
  });
}

function query(expression: string): IMetric {
  return new MathExpression({ expression, usingMetrics: {}, period: Duration.minutes(1) });
}
