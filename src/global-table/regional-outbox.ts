import { Stack } from 'aws-cdk-lib';
import { CfnPipeProps } from 'aws-cdk-lib/aws-pipes';
import { PublishSettings } from './publish-settings';
import { Replica } from './replica';
import { StreamPipe } from './stream-pipe';
import { TableAlarmSettings } from './table-alarm-settings';
import { TableStream } from './table-stream';
import { DeadLetters } from '../dead-letters/dead-letters';
import { IGlobalEventBus } from '../global-event-bus/i-global-event-bus';
import { IMultiRegionFunction } from '../multi-region-function/i-multi-region-function';
import { AlarmSet } from '../system/alarm-set';

export interface RegionalOutboxProps {
  readonly replica: Replica;
  readonly stream: TableStream;
  readonly settings: PublishSettings;
  readonly bus: IGlobalEventBus;
  readonly enrichment?: IMultiRegionFunction;
  readonly deadLetters: DeadLetters;
  /** Indicates whether all that the pipe uses is in the table's own unit. Otherwise the pipe is in the mesh stack, and names things literally. */
  readonly isLocal: boolean;
  readonly logGroupName: string;
  readonly alarms: AlarmSet<keyof TableAlarmSettings>;
}

/** Makes the pipe that publishes the changes which a region's replica streams to that region's bus. */
export function publishFrom({ settings, bus, enrichment, ...props }: RegionalOutboxProps): void {
  const { replica: { scope, region, tableName }, isLocal } = props;
  const { source, detailType } = settings;
  const part = isLocal ? scope.regional : scope.mesh;
  const busArn = isLocal ? bus.inRegion(region).eventBusArn : scope.arn({ service: 'events', resource: 'event-bus', resourceName: bus.eventBusName });
  const enrichmentArn = enrichment?._liveFor(region).arnIn(Stack.of(part));
  new StreamPipe({
    ...props,
    id: `Outbox-${settings.slug}`,
    logRetention: settings.logRetention,
    purpose: `publishes changes to ${tableName} in ${region}`,
    description: `publishes changes to ${tableName} in ${region} as ${detailType}`,
    filters: settings.filtersIn(region),
    retryAttempts: settings.retryAttempts,
    maxRecordAge: settings.maxRecordAge,
    delivery: deliveryOf(tableName, busArn, { source, detailType }, enrichmentArn),
    calls: [
      { action: 'events:PutEvents', resource: busArn },
      ...(enrichmentArn ? [{ action: 'lambda:InvokeFunction', resource: enrichmentArn }] : []),
    ],
    alarmDescription: `Changes to ${tableName} are not published as ${detailType} in ${region}, and those behind them wait. `
      + 'Look at the pipe\'s log for the error: an event may be too large, or a permission or the enrichment broken.',
  });
}

/** Returns the template of the delivery, which is applied once: what an enrichment returns is the detail. */
function deliveryOf(
  tableName: string, busArn: string, event: { source: string; detailType: string }, enrichmentArn?: string,
): Pick<CfnPipeProps, 'target' | 'targetParameters' | 'enrichment' | 'enrichmentParameters'> {
  const inputTemplate = detailTemplate(tableName);
  return {
    ...(enrichmentArn && { enrichment: enrichmentArn, enrichmentParameters: { inputTemplate } }),
    target: busArn,
    targetParameters: { eventBridgeEventBusParameters: event, ...(!enrichmentArn && { inputTemplate }) },
  };
}

/**
 * Returns the detail of an event. The change goes as a whole: what Pipes make of a path that leads nowhere, as that to the old image of a new item, is not
 * documented. Strings in quotes, objects without, as Pipes want them.
 */
function detailTemplate(tableName: string): string {
  return `{${['"idempotencyKey": "<$.eventID>"', '"change": "<$.eventName>"', `"table": "${tableName}"`, '"dynamodb": <$.dynamodb>'].join(', ')}}`;
}
