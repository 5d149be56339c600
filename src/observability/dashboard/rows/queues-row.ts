import { IWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { Canvas } from '../canvas';
import { Inventory } from '../inventory';

/** What somebody has to mend and redrive. */
export function queuesRow(canvas: Canvas, { deadLetters, queues, workflows }: Inventory): IWidget[] {
  const visible = 'ApproximateNumberOfMessagesVisible';
  return canvas.row(
    'What waits for somebody?',
    'Look at a message for the cause, mend it, then redrive: nothing here is lost for 14 days.',
    canvas.beside([
      ...deadLetters ? [canvas.byRegion('Dead letters: events and invocations', { unit: 'messages', alarms: [[deadLetters, visible]] }, region => (
        deadLetters.metricApproximateNumberOfMessagesVisible(region)
      ))] : [],
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
