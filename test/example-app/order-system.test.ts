import { readFileSync } from 'fs';
import { orderSystem } from '../support/order-system';
import { resources, templates, testApp } from '../support/synth';

const system = orderSystem(testApp(), 2);
const all = templates(system);

/** A dashboard's body is one long string, in which nobody would find what changed. */
function readable(key: string, value: any): unknown {
  if (key !== 'DashboardBody') return value;
  const text = typeof value === 'string' ? value : value['Fn::Join'][1].map((part: any) => (typeof part === 'string' ? part : `\${${part.Ref}}`)).join('');
  return JSON.parse(text);
}

describe('the example-app', () => {
  test('is described in at most 120 lines of CDK code', () => {
    const lines = ['app.ts', 'order-system.ts'].flatMap(file => readFileSync(`example-app/${file}`, 'utf8').split('\n'))
      .filter(line => line.trim() !== '' && !/^\s*(\/\/|\/\*\*|\*)/.test(line));
    expect(lines.length).toBeLessThanOrEqual(120);
  });

  test('keeps the identities of what holds state', () => {
    const stateful = [
      'AWS::DynamoDB::GlobalTable', 'AWS::Events::EventBus', 'AWS::Events::Archive', 'AWS::SQS::Queue', 'AWS::StepFunctions::StateMachine',
      'AWS::Logs::LogGroup', 'AWS::ApiGateway::RestApi', 'AWS::S3::Bucket',
    ];
    const ids = (stack: string) => Object.entries<any>(all[stack].Resources)
      .filter(([, resource]) => stateful.includes(resource.Type)).map(([id]) => id).sort();
    expect(ids('global')).toEqual([
      'AuditTrailNotificationDlq82582E07', 'AuditTrailStoreAccessLogs3BD2E72E', 'AuditTrailStoreBucketE50131BA', 'ControlTable25B7F266',
      'FulfilmentLedgerTableAC1FFE7E', 'OrdersTableD407578C',
    ]);
    for (const region of system.regions) {
      expect(ids(`${region}-mesh`)).toEqual(['BusCanaryHeartbeats707E35AA']);
      expect(ids(region)).toEqual([
        'ApiAccessLogs50B185DB', 'ApiHealthLogsFDCC04C5', 'ApiRestApiE35FEAFE', 'Bus95A03305', 'BusArchiveF8E22C1B',
        'BusLogLogs68CA256E', 'BusRedriveBusC5623AD6', 'ChargeLogs9061DBC5', 'ControlEvacuationLogsF95B2D33', 'DeadLettersRedriveA020EA7E',
        'DeadLettersRedriverLogsF4D6E2E9', 'DeadLettersUndeliveredQueue769A9E1B', 'FulfilmentEvents46BD7E4C',
        'FulfilmentLedgerRecorderLogsE0545EBE', 'FulfilmentLedgerSweeperLogs063347D4', 'FulfilmentLogs08B68234', 'FulfilmentStarterLogs7BFDD087',
        'FulfilmentStateMachineE22F1BA6', 'FulfilmentUnstartedQueueC6BAD73D', 'GetOrderLogs2AC4D36A', 'IndexOrderLogs85BE1012',
        'LostWritesPoisonQueue883CC5D0', 'LostWritesQueueBC831273', 'NotifyLogsB4CE6B4B', 'OrdersTableConflictsLogsEE2FD957',
        'OrdersTableFeedFulfilmentLogsD1B42F88', 'OrdersTableOutboxOrderChangedLogs4E1632B9', 'PlaceOrderLogsBBE262A4', 'RefundLogs45285EED', 'ReleaseLogsB9EA69B0', 'ReserveLogs4AF40CA8',
        'ShipLogs65A71FF0', 'StreamArnLogsA9EE7009',
      ]);
    }
  });

  test('has a picture of what it deploys', () => {
    // Asset hashes, and the ids made from them, change with every dependency: what they stand for is built by esbuild, not here.
    const stable = (template: object) => JSON.parse(JSON.stringify(template, readable)
      .replace(/"S3Key":"[0-9a-f]{64}\.(zip|json)"/g, '"S3Key":"ASSET.$1"')
      .replace(/(CurrentVersion[0-9A-F]{8})[0-9a-f]{32}/g, '$1VERSION')
      .replace(/(RestApiDeployment[0-9A-F]{8})[0-9a-f]{32}/g, '$1DEPLOYMENT'));
    expect(stable(all.global)).toMatchSnapshot('global');
    expect(stable(all['us-west-2'])).toMatchSnapshot('us-west-2');
    expect(stable(all['us-west-2-mesh'])).toMatchSnapshot('us-west-2-mesh');
  });

  test('shows the events that start its workflow to every region, so that peers can take over', () => {
    for (const region of system.regions) {
      const [trigger] = resources(all[region], 'AWS::Events::Rule').filter(rule => rule.Properties.Name === 'Fulfilment');
      expect(trigger.Properties.EventPattern).toEqual({ 'source': ['orders'], 'detail-type': ['OrderPlaced'] });
    }
  });

  test('starts its workflow from the table in every region, whatever region wrote the order', () => {
    for (const region of system.regions) {
      const pipes = resources(all[region], 'AWS::Pipes::Pipe').filter(({ Properties }) => /^FulfilmentEvents/.test(Properties.Target['Fn::GetAtt'][0]));
      const filters = pipes.flatMap(({ Properties }) => Properties.SourceParameters.FilterCriteria.Filters);
      expect(filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([{ eventName: ['INSERT'], dynamodb: { NewImage: { sk: { S: ['order'] } } } }]);
    }
  });
});
