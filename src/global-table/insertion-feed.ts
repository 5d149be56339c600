import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { RecordPattern } from './change-filter';
import { MAX_RECORD_AGE, RETRY_ATTEMPTS, StreamPipe } from './stream-pipe';
import { TableParts } from './table-parts';
import { DeadLetters } from '../dead-letters/dead-letters';

/** The target of the items that are inserted into a table: a queue in each region, which is another construct's. */
export interface InsertionTarget {
  /** The construct that has the queues. */
  readonly owner: Construct;
  /** Its name within the system, as a part of ids. */
  readonly name: string;
  /** Its name in AWS, equal in every region. */
  readonly physicalName: string;
  readonly logRetention: RetentionDays;
  /** The consequence for an item that does not arrive, for the alarms. */
  readonly consequence: string;
  /** The message that the queue gets of a record. */
  readonly messageTemplate: string;
  /** Returns the records of a region's stream that the region's queue gets; none if it has no queue. */
  filtersIn(region: string): RecordPattern[];
  /** Returns the ARN of a region's queue: of literals, unless it is for the stack that the queue is in. */
  queueArnIn(region: string, isLocal: boolean): string;
}

/** Sends what is inserted into each region's replica to the region's queue, whatever region wrote it. */
export function feedInsertions({ table, tableName, layout, replicas, stream, overrides }: TableParts, target: InsertionTarget): void {
  const { owner, name, physicalName, logRetention, consequence, messageTemplate: inputTemplate } = target;
  stream.addReader();
  const deadLetters = DeadLetters.of(table);
  // what connects two units is made when both are there
  const isLocal = layout.isSameUnit(owner);
  replicas.forEach((replica, region) => {
    const filters = target.filtersIn(region);
    if (filters.length === 0) return;
    const queueArn = target.queueArnIn(region, isLocal);
    new StreamPipe({
      id: `Feed-${name}`,
      replica,
      stream,
      deadLetters,
      isLocal,
      // a folder of its own, so that no detail type gives the same name
      logGroupName: `/aws/vendedlogs/pipes/to/${physicalName}`,
      logRetention,
      purpose: `sends new items of ${tableName} to ${physicalName} in ${region}`,
      description: `sends new items of ${tableName} to ${physicalName} in ${region}`,
      filters,
      retryAttempts: RETRY_ATTEMPTS,
      maxRecordAge: MAX_RECORD_AGE,
      delivery: { target: queueArn, targetParameters: { inputTemplate } },
      calls: [{ action: 'sqs:SendMessage', resource: queueArn }],
      alarms: replica.scope.alarms(overrides),
      alarmDescription: `New items of ${tableName} do not reach ${physicalName} in ${region}, and those behind them wait: ${consequence}. `
        + 'Look at the pipe\'s log for the error: an item may be too large for a message, or a permission missing.',
    });
  });
}
