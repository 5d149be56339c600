import { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Canvas } from '../canvas';
import { Inventory } from '../inventory';

/** Creates the rows that show whether work that was begun comes to its end. */
export function workflowRows(canvas: Canvas, { workflows }: Inventory): IWidget[] {
  return workflows.flatMap(workflow => canvas.row(
    `Does ${workflow.stateMachineName} run to its end?`,
    'Waiting events: look at the starter. Unresolved: no region has started them, look at the sweeper. Failed executions are redriven in their own region.',
    canvas.beside([
      canvas.byRegion('Started', { unit: 'per minute' }, region => workflow.metricStarted(region)),
      canvas.byRegion('Succeeded', { unit: 'per minute' }, region => workflow.metricSucceeded(region)),
      canvas.byRegion(
        'Failed, timed out or stopped',
        { unit: 'per minute', alarms: ['ExecutionsFailed', 'ExecutionsTimedOut', 'ExecutionsAborted'].map(metricName => [workflow, metricName]) },
        region => canvas.together('SUM', [workflow.metricFailed(region), workflow.metricTimedOut(region), workflow.metricAborted(region)]),
      ),
      ...!workflow.ownScope ? [] : [
        canvas.byRegion('Oldest event that waits to start', { unit: 's', alarms: [[workflow, 'ApproximateAgeOfOldestMessage']] }, region => (
          workflow.metricApproximateAgeOfOldestEvent(region)
        )),
      ],
      ...!workflow.node.tryFindChild('Ledger') ? [] : [
        canvas.byRegion('Oldest event that no region started', { unit: 's', alarms: [[workflow, 'OldestUnresolvedSeconds']] }, region => (
          workflow.metricOldestUnresolvedSeconds(region)
        )),
      ],
    ]),
  ));
}
