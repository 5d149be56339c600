import { Stack } from 'aws-cdk-lib';
import { Alarm, IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import { DeadLetters, EvacuationSwitch, GlobalTable } from '../../src';
import { expectOwnReferencesOnly } from '../support/references';
import { expectPropError, resources, templates } from '../support/synth';
import { wholeSystem, WholeSystem } from '../support/whole-system';

const HERE = 'ap-southeast-2';
const PEER = 'us-west-2';
const STATE_MACHINE = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:states:${HERE}:111122223333:stateMachine:Shop-Workflow`]] };

type Expected = [(all: WholeSystem, region: string) => IMetric, namespace: string, name: string, statistic: string, dimensions: object];

/** By method: what AWS, or a handler, sends, by the documentation that the methods name. */
const METRICS: Record<string, Expected> = {
  ...forEach('MultiRegionFunction', ({ fn }) => fn, 'AWS/Lambda', { FunctionName: 'Shop-Handler', Resource: 'Shop-Handler:live' }, {
    metricInvocations: ['Invocations', 'Sum'],
    metricErrors: ['Errors', 'Sum'],
    metricThrottles: ['Throttles', 'Sum'],
    metricDuration: ['Duration', 'Average'],
  }),
  ...forEach('GlobalTable', ({ table }) => table, 'AWS/DynamoDB', { TableName: 'Shop-Table' }, {
    metricConsumedReadCapacityUnits: ['ConsumedReadCapacityUnits', 'Sum'],
    metricConsumedWriteCapacityUnits: ['ConsumedWriteCapacityUnits', 'Sum'],
    metricReadThrottleEvents: ['ReadThrottleEvents', 'Sum'],
    metricWriteThrottleEvents: ['WriteThrottleEvents', 'Sum'],
  }),
  ...forEach('GlobalTable', ({ table }) => table, 'AWS/DynamoDB', { TableName: 'Shop-Table', Operation: 'GetItem' }, {
    metricThrottledRequests: ['ThrottledRequests', 'Sum'],
    metricSystemErrors: ['SystemErrors', 'Sum'],
    metricSuccessfulRequestLatency: ['SuccessfulRequestLatency', 'Average'],
  }, Operation.GET_ITEM),
  ...forEach('GlobalTable', ({ table }) => table, 'AWS/DynamoDB', { TableName: 'Shop-Table', ReceivingRegion: PEER }, {
    metricReplicationLatency: ['ReplicationLatency', 'Average'],
  }, PEER),
  ...forEach('GlobalTable', ({ table }) => table, 'cdk-multi-region', { TableName: 'Shop-Table' }, { metricLostWrites: ['LostWrites', 'Sum'] }),
  ...forEach('GlobalEventBus', ({ bus }) => bus, 'AWS/Events', { EventBusName: 'Shop-Bus', RuleName: 'replication-0' }, {
    metricMatchedEvents: ['MatchedEvents', 'Sum'],
    metricInvocations: ['Invocations', 'Sum'],
    metricFailedInvocations: ['FailedInvocations', 'Sum'],
    metricIngestionToInvocationSuccessLatency: ['IngestionToInvocationSuccessLatency', 'p99'],
  }),
  ...forEach('GlobalEventBus', ({ bus }) => bus, 'AWS/Events', { EventBusName: 'Shop-Bus', RuleName: `heartbeats-from-${PEER}` }, {
    metricHeartbeats: ['Invocations', 'Sum'],
  }, PEER),
  ...forEach('EventSubscription', ({ subscription }) => subscription, 'AWS/Events', { EventBusName: 'Shop-Bus', RuleName: 'ToQueue' }, {
    metricMatchedEvents: ['MatchedEvents', 'Sum'],
    metricInvocations: ['Invocations', 'Sum'],
    metricFailedInvocations: ['FailedInvocations', 'Sum'],
    metricIngestionToInvocationSuccessLatency: ['IngestionToInvocationSuccessLatency', 'p99'],
  }),
  ...forEach('MultiRegionQueue', ({ queue }) => queue, 'AWS/SQS', { QueueName: 'Shop-Queue' }, {
    metricApproximateNumberOfMessagesVisible: ['ApproximateNumberOfMessagesVisible', 'Maximum'],
    metricApproximateAgeOfOldestMessage: ['ApproximateAgeOfOldestMessage', 'Maximum'],
  }),
  ...forEach('MultiRegionQueue', ({ queue }) => queue, 'AWS/SQS', { QueueName: 'Shop-Queue-poison' }, {
    metricDeadLettersVisible: ['ApproximateNumberOfMessagesVisible', 'Maximum'],
  }),
  ...forEach('DeadLetters', ({ system }) => DeadLetters.of(system), 'AWS/SQS', { QueueName: 'Shop-DeadLetters' }, {
    metricApproximateNumberOfMessagesVisible: ['ApproximateNumberOfMessagesVisible', 'Maximum'],
    metricApproximateAgeOfOldestMessage: ['ApproximateAgeOfOldestMessage', 'Maximum'],
  }),
  ...forEach('ReplicatedWorkflow', ({ workflow }) => workflow, 'AWS/States', { StateMachineArn: STATE_MACHINE }, {
    metricStarted: ['ExecutionsStarted', 'Sum'],
    metricSucceeded: ['ExecutionsSucceeded', 'Sum'],
    metricFailed: ['ExecutionsFailed', 'Sum'],
    metricTimedOut: ['ExecutionsTimedOut', 'Sum'],
    metricAborted: ['ExecutionsAborted', 'Sum'],
    metricThrottled: ['ExecutionThrottled', 'Sum'],
    metricTime: ['ExecutionTime', 'Average'],
  }),
  ...forEach('ReplicatedWorkflow', ({ workflow }) => workflow, 'cdk-multi-region', { StateMachineName: 'Shop-Workflow' }, {
    metricTakeovers: ['Takeovers', 'Sum'],
    metricOldestUnresolvedSeconds: ['OldestUnresolvedSeconds', 'Maximum'],
    metricSweepLatenessSeconds: ['SweepLatenessSeconds', 'Maximum'],
    metricMissingIdempotencyKey: ['MissingIdempotencyKey', 'Sum'],
    metricOldestRetriedSeconds: ['OldestRetriedSeconds', 'Maximum'],
  }),
  ...forEach('ReplicatedWorkflow', ({ workflow }) => workflow, 'AWS/SQS', { QueueName: 'Shop-Workflow-events' }, {
    metricApproximateAgeOfOldestEvent: ['ApproximateAgeOfOldestMessage', 'Maximum'],
  }),
  ...forEach('ReplicatedWorkflow', ({ workflow }) => workflow, 'AWS/SQS', { QueueName: 'Shop-Workflow-unstarted' }, {
    metricDeadLettersVisible: ['ApproximateNumberOfMessagesVisible', 'Maximum'],
  }),
  ...forEach('MultiRegionApi', ({ api }) => api, 'AWS/ApiGateway', { ApiName: 'Shop-Api', Stage: 'live' }, {
    metricCount: ['Count', 'Sum'],
    metricClientError: ['4XXError', 'Sum'],
    metricServerError: ['5XXError', 'Sum'],
    metricLatency: ['Latency', 'Average'],
    metricIntegrationLatency: ['IntegrationLatency', 'Average'],
  }),
  ...forEach('EvacuationSwitch', ({ system }) => EvacuationSwitch.of(system), 'cdk-multi-region',
    { ControlTableName: 'Shop-Control-Table', EvacuatedRegion: PEER }, { metricEvacuated: ['Evacuated', 'Maximum'] }, PEER),
};

function forEach(
  owner: string, of: (all: WholeSystem) => any, namespace: string, dimensions: object, methods: Record<string, [string, string]>, argument?: string,
): typeof METRICS {
  return Object.fromEntries(Object.entries(methods).map(([method, [name, statistic]]) => [`${owner}.${method}`, [
    (all: WholeSystem, region: string) => (argument === undefined ? of(all)[method](region) : of(all)[method](region, argument)),
    namespace, name, statistic, dimensions,
  ]]));
}

const all = wholeSystem(2, { account: '111122223333' });

describe.each(Object.entries(METRICS))('%s', (_, [of, namespace, metricName, statistic, dimensions]) => {
  test('is what AWS sends, over a minute, of the region that it is asked of', () => {
    const { metricStat } = Stack.of(all.fn.inRegion(HERE)).resolve(of(all, HERE).toMetricConfig());
    expect({ ...metricStat, period: metricStat.period.amount }).toMatchObject({
      namespace,
      metricName,
      statistic,
      region: HERE,
      period: 1,
      dimensions: Object.entries(dimensions).map(([name, value]) => ({ name, value })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    });
  });

  test('throws for a region that is not of the system', () => {
    expect(() => of(all, 'eu-west-1')).toThrow('region is "eu-west-1"; allowed: a region of this system: ap-southeast-2, us-west-2 [Shop]');
  });
});

describe('The metrics', () => {
  test('are those that the constructs\' own alarms look at', () => {
    const ours = Object.values(METRICS).map(([of]) => shape(Stack.of(all.fn.inRegion(HERE)).resolve(of(all, HERE).toMetricConfig()).metricStat));
    const stacks = templates(all.system);
    const watched = [HERE, `${HERE}-mesh`].flatMap(stack => resources(stacks[stack] ?? {}, 'AWS::CloudWatch::Alarm')).map(({ Properties: alarm }) => alarm)
      .filter(alarm => alarm.Namespace && ['AWS/DynamoDB', 'AWS/Events', 'AWS/ApiGateway', 'cdk-multi-region'].includes(alarm.Namespace))
      // other constructs' and other tables'
      .filter(alarm => !/Control|Ledger|"Workflow"/.test(JSON.stringify(alarm.Dimensions)));
    expect(watched.length).toBeGreaterThan(10);
    for (const alarm of watched) {
      expect(ours).toContain(shape({ namespace: alarm.Namespace, metricName: alarm.MetricName, dimensions: alarm.Dimensions }));
    }
  });

  function shape({ namespace, metricName, dimensions }: any): string {
    return [namespace, metricName, ...dimensions.map((one: any) => `${one.name ?? one.Name}=${one.value ?? one.Value}`).sort()].join(' ');
  }

  test('can be watched in their own region, without naming it', () => {
    const { system, workflow } = wholeSystem(2);
    new Alarm(system.stackIn(HERE), 'Mine', { metric: workflow.metricFailed(HERE), threshold: 1, evaluationPeriods: 1 });
    expectOwnReferencesOnly(system);
    const [alarm] = Object.entries<any>(templates(system)[HERE].Resources).filter(([id]) => id.startsWith('Mine')).map(([, { Properties }]) => Properties);
    expect(alarm).toMatchObject({ Namespace: 'AWS/States', MetricName: 'ExecutionsFailed' });
    expect(JSON.stringify(alarm)).not.toContain('"Region"');
  });

  test('take options, but not another region', () => {
    const metric = all.api.metricLatency(HERE, { statistic: 'p99', label: 'slow', region: PEER });
    expect([metric.statistic, metric.label, metric.region]).toEqual(['p99', 'slow', HERE]);
  });

  test('of a direction need two different regions', () => {
    const allowed = 'a region of this system other than ap-southeast-2: us-west-2';
    expectPropError(() => all.table.metricReplicationLatency(HERE, HERE), 'receivingRegion', HERE, allowed, 'Shop/Table');
    expectPropError(() => all.bus.metricHeartbeats(HERE, 'eu-west-1'), 'peer', 'eu-west-1', allowed, 'Shop/Bus');
    expectPropError(() => EvacuationSwitch.of(all.system).metricEvacuated(HERE, HERE), 'evacuatedRegion', HERE, allowed, 'Shop/Control');
  });

  test('of an imported table are the same', () => {
    const table = GlobalTable.fromTableAttributes(wholeSystem(2).system, 'Theirs', { tableName: 'theirs' });
    const metric = table.metricReplicationLatency(HERE, PEER);
    expect([metric.region, metric.dimensions]).toEqual([HERE, { TableName: 'theirs', ReceivingRegion: PEER }]);
  });

  test('of a bus with more than five peers are of all its rules together', () => {
    const { system, bus } = wholeSystem(7);
    const { mathExpression } = bus.metricFailedInvocations(HERE, { label: 'failed', color: '#123456' }).toMetricConfig();
    expect(mathExpression!.expression).toMatch(/^SUM\(\[r[0-9a-f]{8}_FailedInvocations_ap_southeast_2_0, r[0-9a-f]{8}_FailedInvocations_ap_southeast_2_1\]\)$/);
    expect(Object.values(mathExpression!.usingMetrics).map(metric => (metric as Metric).dimensions!.RuleName)).toEqual(['replication-0', 'replication-1']);
    expect(mathExpression!.period).toBe(60);
    expect(bus.metricIngestionToInvocationSuccessLatency(HERE).toMetricConfig().mathExpression!.expression).toMatch(/^MAX/);
    expect(() => new Alarm(system.stackIn(HERE), 'Mine', { metric: bus.metricFailedInvocations(HERE), threshold: 1, evaluationPeriods: 1 })).not.toThrow();
  });
});
