import { Command } from 'commander';
import { askGate } from '../../src/multi-region-pipeline/gate-question.lambda';
import { Output } from '../output';
import { askedDeployment, withSystemOptions } from '../system-options';

const EXAMPLES = `
Examples:
  # may us-west-2 be deployed to?
  cdk-multi-region gate --system Orders --regions ap-southeast-2,us-west-2 --target us-west-2

  # ap-southeast-2 is lost: it is neither asked nor in the way
  cdk-multi-region gate --system Orders --regions ap-southeast-2,us-west-2 --target us-west-2 --lost ap-southeast-2

  # in another account, by the role that "cdk bootstrap" made for reading
  cdk-multi-region gate --system Orders --regions ap-southeast-2,us-west-2 --target us-west-2 \\
    --role-arn 'arn:aws:iam::111122223333:role/cdk-hnb659fds-lookup-role-111122223333-{region}'

It needs dynamodb:GetItem on the table <system>-Control-Table of each region, and cloudwatch:DescribeAlarms on *.`;

/** Adds the command that asks the regions of a system whether some of them may be deployed to, as the gate of a pipeline does. */
export function addGate(program: Command, { out }: Output): Command {
  return withSystemOptions(program.command('gate'))
    .description('Asks all regions whether a region may be deployed to: not while another one is evacuated, an alarm is in ALARM, or a region does not answer.')
    .addHelpText('after', EXAMPLES)
    .action(async (_, command: Command) => {
      const { system, targets, named } = askedDeployment(command);
      const answer = await askGate(system, targets, named);
      if ('fails' in answer) throw new Error(`${targets.join(', ')} must not be deployed to: ${answer.fails}`);
      out(`${targets.join(', ')}: ${answer.succeeds}\n`);
    });
}
