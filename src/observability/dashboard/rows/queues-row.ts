import { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Canvas } from '../canvas';
import { Inventory } from '../inventory';

/** Creates the row with the messages that a person has to fix and redrive. */
export function queuesRow(canvas: Canvas, { system, deadLetters, queues, workflows }: Inventory): IWidget[] {
  const visible = 'ApproximateNumberOfMessagesVisible';
  return canvas.row(
    'What waits for a person?',
    'Check a message for the cause, fix it, then redrive: nothing here is lost for 14 days.',
    canvas.beside([
      ...deadLetters.map(each => canvas.byRegion(
        `Dead letters: events and invocations${each.node.scope === system ? '' : ` of ${each.node.scope!.node.id}`}`,
        { unit: 'messages', alarms: [[each, visible]] },
        region => each.metricApproximateNumberOfMessagesVisible(region),
      )),
      ...workflows.filter(({ ownScope }) => ownScope).map(workflow => canvas.byRegion(
        `${workflow.stateMachineName}: not started`, { unit: 'messages', alarms: [[workflow, visible]] }, region => workflow.metricDeadLettersVisible(region),
      )),
      ...queues.flatMap(queue => [
        canvas.byRegion(`${queue.queueName}: poison`, { unit: 'messages', alarms: [[queue, visible]] }, region => queue.metricDeadLettersVisible(region)),
        canvas.byRegion(`${queue.queueName}: oldest message`, { unit: 's', alarms: [[queue, 'ApproximateAgeOfOldestMessage']] }, region => (
          queue.metricApproximateAgeOfOldestMessage(region)
        )),
      ]),
    ]),
  );
}
