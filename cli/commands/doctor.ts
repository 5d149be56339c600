import { Command, InvalidArgumentError } from 'commander';
import { version } from '../../package.json';
import type { DoctorOptions } from '../doctor/doctor';
import { withSystem } from '../operate/asked-system';
import { Output } from '../output';

const EXAMPLES = `
Examples:
  # may it be deployed? accounts, bootstrapping, services, quotas, names, domain
  cdk-multi-region doctor --before

  # is it well? it does before and after, since it is deployed
  cdk-multi-region doctor

  # evidence for an audit, in the repository
  cdk-multi-region doctor --report docs/examination.md

  # only some, in CI, where what nobody could look at counts as well
  cdk-multi-region doctor --only bootstrap,quotas --strict

It only reads, unless --probe is given. Where access is denied, or a region does not answer, the verdict is unknown, and all else is examined.
It reads by control planes: it is for quiet days.
Before a deployment it needs account:GetRegionOptStatus, cloudformation:DescribeStacks and ListStacks, servicequotas:ListServiceQuotas and ListAWSDefaultServiceQuotas,
lambda:GetAccountSettings and GetFunction, dynamodb:ListTables and DescribeTable, events:ListEventBuses and DescribeEventBus, sqs:ListQueues and GetQueueUrl,
states:ListStateMachines and DescribeStateMachine, logs:DescribeLogGroups, cloudwatch:DescribeAlarms, apigateway:GET, acm:ListCertificates and DescribeCertificate,
route53:ListHostedZones, GetHostedZone, GetAccountLimit and GetHostedZoneLimit. The AWS managed policy ReadOnlyAccess has all of them.
After it, it needs cloudformation:GetTemplate and ListStackResources, cloudwatch:GetMetricData and ListMetrics, sns:GetTopicAttributes, dynamodb:BatchGetItem, GetItem and Query,
sqs:GetQueueAttributes, route53:GetHealthCheckStatus, states:ListExecutions and DescribeExecution besides. --probe needs events:PutEvents and ListTargetsByRule, sqs:ReceiveMessage,
and dynamodb:PutItem and DeleteItem on <system>-Control-Table, of items that EvacuationSwitch.grantEvacuate does not allow.`;

/** Adds the command that examines a system before and after it is deployed. */
export function addDoctor(program: Command, { out }: Output): Command {
  return withSystem(program.command('doctor'))
    .description('Examines whether a system can be deployed, and whether it is well once it is: accounts, regions, quotas, names, domain, and what was deployed.')
    .option('--before', 'only what must hold before a deployment')
    .option('--after', 'only what must hold after it')
    .option('--probe', 'also the checks that do something, such as to send an event')
    .option('--only <names>', 'only these checks, separated by commas', (value: string) => value.split(',').map(name => name.trim()))
    .option('--workload <file>', 'a module with a workload, for the probes')
    .option('--strict', 'fail also where nobody could look')
    .option('--json', 'write what was found as JSON')
    .option('--report <file.md>', 'write what was found to a document in Markdown', parseReport)
    .addHelpText('after', EXAMPLES)
    .action(async (options: DoctorOptions, command: Command) => {
      // the other commands do without all that this one loads
      const { doctor, usageProblem } = await import('../doctor/doctor.js');
      const problem = usageProblem(options);
      if (problem !== undefined) command.error(`error: ${problem}`);
      await doctor(options, version, out);
    });
}

function parseReport(value: string): string {
  if (!value.endsWith('.md')) throw new InvalidArgumentError('Allowed: a file that ends in .md.');
  return value;
}
