import { Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { InsightType, ReadWriteType } from 'aws-cdk-lib/aws-cloudtrail';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Subject } from './subject';
import { AlarmChat, AuditTrail, ChatChannel, DashboardRow, GlobalTable, MultiRegionDashboard, MultiRegionFunction, MultiRegionSystem } from '../../src';
import { CODE, regions } from '../support/synth';

const CHAT = 'Chat';
const topic = (system: MultiRegionSystem) => Topic.fromTopicArn(chatStack(system), 'Own', 'arn:aws:sns:us-east-2:111122223333:own');
const tableOf = (system: MultiRegionSystem, id: string) => new GlobalTable(system, id, { partitionKey: { name: 'pk', type: AttributeType.STRING } });

function chatStack(system: MultiRegionSystem): Stack {
  const app = system.node.root;
  return app.node.tryFindChild(CHAT) as Stack | undefined ?? new Stack(app, CHAT, { env: { region: 'us-east-2', account: '111122223333' } });
}

export const OBSERVABILITY: Subject[] = [
  {
    of: 'AlarmChatProps',
    base: system => ({ channel: ChatChannel.slack('T0123ABCD', 'C0456EFGH'), systems: [system] }),
    make: (system, props) => {
      new AlarmChat(chatStack(system), 'Alarms', props);
      return { [CHAT]: Template.fromStack(chatStack(system)).toJSON() };
    },
    changes: {
      channel: ChatChannel.slack('T0123ABCD', 'C9999EFGH'),
      systems: (system: MultiRegionSystem) => [new MultiRegionSystem(system.node.root as any, 'Other', { ...regions(2), account: '111122223333' })],
      topics: (system: MultiRegionSystem) => [topic(system)],
    },
  },
  {
    of: 'AuditTrailProps',
    base: system => ({ dataEvents: [tableOf(system, 'Table')] }),
    make: (system, props) => void new AuditTrail(system, 'Audit', props),
    changes: {
      accessLogRetention: Duration.days(17),
      archiveAfter: Duration.days(117),
      cloudWatchLogsRetention: RetentionDays.ONE_WEEK,
      dataEvents: (system: MultiRegionSystem, { dataEvents }: any) => [...dataEvents, tableOf(system, 'Other')],
      dataEventsType: ReadWriteType.READ_ONLY,
      encryptionKeyArn: 'arn:aws:kms:ap-southeast-2:111122223333:key/11111111-1111-1111-1111-111111111111',
      insightTypes: [InsightType.API_ERROR_RATE],
      managementEvents: ReadWriteType.WRITE_ONLY,
      retention: Duration.days(1000),
      tellOfChanges: false,
    },
  },
  {
    of: 'MultiRegionDashboardProps',
    base: system => void new MultiRegionFunction(system, 'Handler', { codePath: CODE }),
    make: (system, props) => void new MultiRegionDashboard(system, 'Dashboard', props),
    changes: { dashboardName: 'other', defaultInterval: Duration.hours(7), notes: 'Call us.', rows: [DashboardRow.FUNCTIONS], title: 'Other' },
  },
];
