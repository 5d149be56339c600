import { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { heartbeatRuleName } from '../../../global-event-bus/constants';
import { GlobalEventBus } from '../../../global-event-bus/global-event-bus';
import { replicationMetricsIn } from '../../../global-event-bus/replication-metrics';
import { Canvas } from '../canvas';
import { Inventory } from '../inventory';
import { anyOf, search } from '../search';

/** Creates the rows that show whether each bus gives its events to peers and to subscribers. */
export function eventRows(canvas: Canvas, inventory: Inventory): IWidget[] {
  const { system, buses } = inventory;
  return buses.flatMap(bus => {
    const { eventBusName } = bus;
    const subscriptions = inventory.subscriptionsTo(bus);
    const replicated = bus instanceof GlobalEventBus && bus._isReplicated ? bus : undefined;
    const toPeers = (region: string, metricName: string) => (replicated ? replicationMetricsIn(replicated, region, metricName) : []);
    if (!replicated && subscriptions.length === 0) return [];

    const published = replicated ? [
      canvas.byRegion('Published, heartbeats included', { unit: 'per minute' }, region => replicated.metricMatchedEvents(region)),
      canvas.byRegion('Sent to peers, heartbeats included', { unit: 'per minute' }, region => canvas.together('SUM', toPeers(region, 'Invocations'))),
    ] : [
      canvas.byRegion('Given to subscribers', { unit: 'per minute' }, region => canvas.together('SUM', subscriptions.map(one => one.metricInvocations(region)))),
    ];
    const heartbeats = replicated?._hasHeartbeats ? [
      canvas.byDirection(
        'Heartbeats that arrive',
        { unit: 'per minute' },
        (from, to) => replicated.metricHeartbeats(to, from),
        {
          title: 'of all peers together',
          reference: { value: system._receiversOf(system.primaryRegion).length, label: 'all peers' },
          expressionIn: region => `SUM(${search('AWS/Events', ['EventBusName', 'RuleName'], 'Invocations',
            { EventBusName: eventBusName, RuleName: anyOf(system._receiversOf(region).map(heartbeatRuleName)) }, 'Sum')})`,
        },
      ),
    ] : [];
    return canvas.row(
      `Do events of ${eventBusName} flow?`,
      'No heartbeat of a region anywhere: it is lost, or its replication stopped. What failed for good is in the dead letters of the sending region.',
      canvas.beside([
        ...published,
        canvas.byRegion('Failed for good', { unit: 'per minute', alarms: [[bus, 'FailedInvocations']] }, region => (
          canvas.together('SUM', [...toPeers(region, 'FailedInvocations'), ...subscriptions.map(one => one.metricFailedInvocations(region))])
        )),
        canvas.byRegion('Delivery, p99, slowest rule', { unit: 'ms', alarms: [[bus, 'IngestionToInvocationSuccessLatency']] }, region => (
          canvas.together('MAX', [
            ...toPeers(region, 'IngestionToInvocationSuccessLatency'), ...subscriptions.map(one => one.metricIngestionToInvocationSuccessLatency(region)),
          ])
        )),
        ...heartbeats,
      ]),
    );
  });
}
