import { Command, InvalidArgumentError } from 'commander';
import { withSystem } from '../operate/asked-system';
import { Output } from '../output';
import type { StatusOptions } from '../status/status';

/** The interval of --watch, in seconds. */
const WATCH_SECONDS = 5;

const EXAMPLES = `
Examples:
  # the app in this folder, as it was deployed
  cdk-multi-region status

  # every 10 seconds, until Ctrl-C
  cdk-multi-region status --watch 10

  # without the app: evacuations, stacks and alarms only
  cdk-multi-region status --system Orders --regions ap-southeast-2,us-west-2

  # in a script
  cdk-multi-region status --json | jq '.concerns[].help'

SERVES is what Route 53's health checks ask, asked from here: the health of a region's API, and whether a peer says that it is evacuated.
LAG is the worst of what comes to a region: DynamoDB's latency of the last 10 minutes, and by how much heartbeats are late.
DEAD are dead letters. OPEN are workflows that have not ended, OVERDUE those of them that no region has looked at for two minutes after it should have.
- is what the system does not have; silent, denied and unknown are what a region did not tell, which counts as something that needs a person.

It changes nothing. It needs, each for its own column only: dynamodb:BatchGetItem on <system>-Control-Table; cloudwatch:DescribeAlarms and cloudwatch:GetMetricData;
sqs:GetQueueUrl and sqs:GetQueueAttributes on the system's queues; dynamodb:Query on the ledgers of workflows and their indexes; states:ListExecutions;
cloudformation:ListStacks; and, while a stack is being deployed, lambda:GetAlias.
It asks data planes and monitoring for all but DEPLOYING, which is of control planes.
The exit code is 0 if all regions serve and nothing needs a person, and 1 otherwise. Without health to ask for, it is 0 if nothing else is wrong.`;

/** Adds the command that shows the state of a system. */
export function addStatus(program: Command, output: Output): Command {
  return withSystem(program.command('status'))
    .description('Shows the state of a system in all its regions on one screen, and what needs a person.')
    .option('--watch [seconds]', `look again every few seconds until Ctrl-C (default: ${WATCH_SECONDS})`, parseSeconds)
    .option('--json', 'write it as JSON; with --watch, a line for each look')
    .addHelpText('after', EXAMPLES)
    .action(async ({ watch, ...options }: Omit<StatusOptions, 'watch'> & { readonly watch?: number | true }) => {
      const { status } = await import('../status/status.js');
      await status({ ...options, ...watch !== undefined && { watch: watch === true ? WATCH_SECONDS : watch } }, output);
    });
}

function parseSeconds(value: string): number {
  const seconds = Number(value);
  if (value.trim() === '' || !(seconds >= 1 && seconds <= 3600)) throw new InvalidArgumentError('Allowed: a number from 1 to 3600.');
  return seconds;
}
