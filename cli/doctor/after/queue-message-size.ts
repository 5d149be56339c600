import { GetQueueAttributesCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import { examineDescribed, inEachRegion, nothingToLookAt } from './looking';
import { DoctorCheck, Finding } from '../check';

/** 1 MiB. */
const COUNTED_ON = 1024 * 1024;

export const QUEUE_MESSAGE_SIZE: DoctorCheck = {
  name: 'queue-message-size',
  claim: 'Queues of events take messages of 1 MiB, although they do not ask for it.',
  when: 'after deployment',
  source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html',
  isTrial: true,
  examine: examineDescribed('which queues there are', async (patient, { workflows }) => {
    const queues = workflows.flatMap(({ trigger }) => trigger?.queue ?? []);
    if (queues.length === 0) return nothingToLookAt('no queue of events');
    return inEachRegion(patient, async access => {
      const client = await access.client(SQSClient);
      return Promise.all(queues.map(async QueueName => {
        const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName }));
        const { Attributes } = await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['MaximumMessageSize'] }));
        return sizeFinding(access.region, QueueName, Number(Attributes?.MaximumMessageSize));
      }));
    });
  }),
};

/** Judges the size of messages that a queue takes. */
export function sizeFinding(region: string, queue: string, bytes: number): Finding {
  const says = `${queue} takes messages of ${bytes} bytes`;
  if (bytes >= COUNTED_ON) return { region, verdict: 'ok', says };
  return { region, verdict: 'warning', says, advice: 'larger items of a table are in the dead letters of its pipe instead: do not publish items that are larger than about 200 KB' };
}
