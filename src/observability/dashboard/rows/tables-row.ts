import { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Canvas } from '../canvas';
import { Inventory } from '../inventory';
import { anyOf, search } from '../search';

/** Creates the row that shows whether data gets where it belongs. */
export function tablesRow(canvas: Canvas, { tables }: Inventory): IWidget[] {
  if (tables.length === 0) return [];
  const names = tables.map(({ tableName }) => tableName);
  const detecting = tables.filter(table => table.node.tryFindChild('Conflicts'));
  return canvas.row(
    'Is data replicated?',
    'What a late region has not sent is missing elsewhere until it does: mind that before you evacuate it. A lost region sends nothing until it is back.',
    canvas.beside(tables.filter(table => table._replicatesLater).map(table => canvas.byDirection(
      `${table.tableName}: lag`,
      { unit: 'ms', alarms: [[table, 'ReplicationLatency']] },
      (from, to) => table.metricReplicationLatency(from, to),
      {
        title: 'slowest peer of each region',
        expressionIn: () => `MAX(${search('AWS/DynamoDB', ['ReceivingRegion', 'TableName'], 'ReplicationLatency', { TableName: table.tableName }, 'Average')})`,
      },
    ))),
    canvas.beside([
      canvas.byRegion('Throttled reads and writes, all tables', { unit: 'per minute' }, region => canvas.together('SUM', tables.flatMap(table => [
        table.metricReadThrottleEvents(region), table.metricWriteThrottleEvents(region),
      ]))),
      canvas.byRegion('Errors of DynamoDB itself, all tables', { unit: 'per minute' }, region => canvas.searched(region,
        `SUM(${search('AWS/DynamoDB', ['Operation', 'TableName'], 'SystemErrors', { TableName: anyOf(names) }, 'Sum')})`)),
      ...detecting.length === 0 ? [] : [
        canvas.byRegion('Writes lost to another region', { unit: 'per minute', alarms: detecting.map(table => [table, 'LostWrites']) }, region => (
          canvas.together('SUM', detecting.map(table => table.metricLostWrites(region)))
        )),
      ],
    ]),
  );
}
