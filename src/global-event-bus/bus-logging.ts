import { Names } from 'aws-cdk-lib';
import { IEventBus, Level } from 'aws-cdk-lib/aws-events';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { CfnDelivery, CfnDeliveryDestination, CfnDeliverySource, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { removalPolicyOf } from '../system/removal';

/** The log types of each level: a level has all that the one before it has. */
const LOG_TYPES: Record<Level, string[]> = {
  [Level.OFF]: [],
  [Level.ERROR]: ['ERROR_LOGS'],
  [Level.INFO]: ['ERROR_LOGS', 'INFO_LOGS'],
  [Level.TRACE]: ['ERROR_LOGS', 'INFO_LOGS', 'TRACE_LOGS'],
};

export interface BusLoggingProps {
  readonly bus: IEventBus;
  readonly eventBusName: string;
  readonly level: Level;
  readonly retention: RetentionDays;
  /** Encrypts the log. */
  readonly key?: IKey;
}

/**
 * Delivers the log of a bus to a log group of its own.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-logs.html
 */
export function deliverLogs(scope: Construct, { bus, eventBusName, level, retention, key }: BusLoggingProps): void {
  const logs = new LogGroup(scope, 'Logs', {
    // The prefix keeps CloudWatch Logs from adding this log group to the account's one log resource policy, which is limited in size
    logGroupName: `/aws/vendedlogs/events/event-bus/${eventBusName}`,
    encryptionKey: key,
    retention,
    removalPolicy: removalPolicyOf(scope),
  });
  const name = Names.uniqueResourceName(scope, { maxLength: 45, separator: '-' });
  const destination = new CfnDeliveryDestination(scope, 'LogDestination', { name, destinationResourceArn: logs.logGroupArn });
  LOG_TYPES[level].forEach(logType => {
    const source = new CfnDeliverySource(scope, `Source-${logType}`, { name: `${name}-${logType}`, logType, resourceArn: bus.eventBusArn });
    const delivery = new CfnDelivery(scope, `Delivery-${logType}`, { deliverySourceName: source.name, deliveryDestinationArn: destination.attrArn });
    delivery.node.addDependency(source);
  });
}
