import { Command, InvalidArgumentError } from 'commander';
import { withSystem } from '../operate/asked-system';
import { Output } from '../output';
import type { RedriveOptions } from '../redrive/redrive';

const EXAMPLES = `
Examples:
  # what is there, and why? Nothing is changed
  cdk-multi-region redrive --dry-run

  # send all dead letters again, in all regions, once the cause is fixed
  cdk-multi-region redrive

  # those of one queue in one region, ten a second, and wait longer for what comes back
  cdk-multi-region redrive Orders-DeadLetters --region us-west-2 --max-per-second 10 --wait 300

What fails again comes back, after as many tries as its queue allows: in minutes for some, and in hours for others. SQS counts messages about right, and a minute late,
so what seems to be back is believed when the time of --wait is up.
It needs, on each dead-letter queue, sqs:GetQueueUrl, sqs:GetQueueAttributes, sqs:ReceiveMessage, sqs:DeleteMessage, sqs:ListMessageMoveTasks and sqs:StartMessageMoveTask;
and on the queue that messages are moved to, sqs:GetQueueUrl, sqs:GetQueueAttributes and sqs:SendMessage.
Only SQS takes part, in the region of the messages. Without an assembly it knows the queue <system>-DeadLetters only.`;

/** The most that SQS moves. @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html */
const MOST_PER_SECOND = 500;

/** Adds the command that sends dead letters again. */
export function addRedrive(program: Command, output: Output): Command {
  return withSystem(program.command('redrive'))
    .description('Sends dead letters again, to what they were meant for, and says how many come back. Shows how many there are and why, and asks first.')
    .argument('[queue]', 'the dead-letter queue, or the queue that it belongs to (default: all)')
    .option('--region <name>', 'only in this region (default: in all)')
    .option('--dry-run', 'only show what is there')
    .option('--max-per-second <n>', 'how many messages of a queue are moved in a second, at most (default: as SQS decides)', parsePerSecond)
    .option('--wait <seconds>', 'how long to follow what is moved', parseWait, 60)
    .option('--yes', 'do not ask')
    .option('--json', 'write what is there and what was done as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (queue: string | undefined, options: RedriveOptions) => {
      const { redrive } = await import('../redrive/redrive.js');
      await redrive(queue, options, output);
    });
}

function parsePerSecond(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > MOST_PER_SECOND) throw new InvalidArgumentError(`Allowed: a whole number from 1 to ${MOST_PER_SECOND}.`);
  return number;
}

/** Parses how long to follow what was begun. */
export function parseWait(value: string): number {
  const seconds = Number(value);
  if (value.trim() === '' || !(seconds >= 0 && seconds <= 86_400)) throw new InvalidArgumentError('Allowed: a number of seconds, at most 86400.');
  return seconds;
}
