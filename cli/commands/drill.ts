import { Command, InvalidArgumentError, Option } from 'commander';
import { SystemOptions, withSystem } from '../operate/asked-system';
import { Output } from '../output';
import { scale, wholeNumber } from '../rehearsal/telling/options';
import { parseRegionNames } from '../system/names';

const EXAMPLES = `
Examples:
  # customers of this machine are led to a region: evacuate it, see where they are served, come back, and judge what is left
  cdk-multi-region drill --on aws --workload rehearsal/workload.ts

  # DynamoDB replicates nothing for a while: print a template, create it, and run it
  cdk-multi-region drill --print-fis pause-replication --target us-west-2 --fis-role arn:aws:iam::111122223333:role/fis > pause.json
  aws fis create-experiment-template --region us-west-2 --cli-input-json file://pause.json
  cdk-multi-region drill --on aws --workload rehearsal/workload.ts --drills none --fis EXT1a2b3c4d5e6f7@us-west-2

  # the same as on AWS, on regions that "rehearse --keep" left up, with the options that it printed
  cdk-multi-region drill --on local --workload rehearsal/workload.ts $LOCAL

Templates for --print-fis:
  pause-replication  DynamoDB replicates nothing to and from the region --target: tables of the application, and ledgers of workflows
  cut-off            what is in subnets of the region with the tag cdk-multi-region:drill=allowed reaches no other region

It begins only if all regions are healthy, none is evacuated, no composite alarm <system>-<region>-unhealthy is in ALARM and no stack is being deployed. It wants --i-know <system> if
the system's name has prod, production, prd or live as a word, or a region had more than 1 request a second in the last 15 minutes, an earlier drill's included.
It ends by restoring everything: when it is over, on Ctrl-C, and when more than --abort-after of the requests fail for longer than the failover time. If that fails, it says the command that does it.
Requests come from this machine, at most 20 operations a second of all customers; writes that fail are sent again. The workload's prepare is not called: what it would start is deployed already.

It needs dynamodb:BatchGetItem, GetItem, PutItem and DeleteItem on <system>-Control-Table, cloudwatch:DescribeAlarms, cloudwatch:GetMetricData, cloudformation:DescribeStacks, and for --fis
fis:StartExperiment, fis:TagResource, fis:GetExperiment and fis:StopExperiment. What else it may read decides what it judges, and the report says what it could not: dynamodb:Scan on tables (up to 10,000
items), states:ListExecutions, sqs:GetQueueUrl and sqs:GetQueueAttributes.
Data planes restore: DynamoDB's. Those of FIS are its control plane in the region of the experiment.
Exit codes: 0 all checks passed; 1 one failed, or it could not be done; 2 wrong usage; 3 none failed, but this machine was too slow to tell all`;

/** The options of the command. */
export interface DrillOptions extends SystemOptions {
  readonly on: 'aws' | 'local';
  readonly workload?: string;
  readonly drills: 'evacuate' | 'none';
  readonly target?: string;
  readonly fis?: readonly { readonly template: string; readonly region?: string }[];
  readonly printFis?: 'pause-replication' | 'cut-off';
  readonly fisRole?: string;
  readonly hold: number;
  readonly rate?: number;
  readonly abortAfter: number;
  readonly iKnow?: string;
  readonly yes?: boolean;
  readonly seed: number;
  readonly timeScale: number;
  readonly report?: string[];
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Adds the command that holds a game day on a deployed system. */
export function addDrill(program: Command, output: Output): Command {
  return withSystem(program.command('drill'))
    .description('Holds a game day on a deployed system: customers send requests, a region is evacuated or FIS does worse, all is taken back, and a report as of "rehearse" tells what came of it.')
    .addOption(new Option('--on <where>', 'where the system is deployed').choices(['aws', 'local']).default('aws'))
    .option('--workload <file>', 'what customers do and what must hold: a module with a workload; required')
    .addOption(new Option('--drills <name>', 'what goes wrong besides --fis').choices(['evacuate', 'none']).default('evacuate'))
    .option('--target <region>', 'the region to evacuate (default: the one that customers on this machine are led to), or of --print-fis (default: the primary one)', oneRegion)
    .option('--fis <template[@region]>', 'an experiment template of AWS Fault Injection Service to start and to stop (default: in the primary region); may be repeated', parseTemplate)
    .addOption(new Option('--print-fis <fault>', 'print an experiment template for this system, and end').choices(['pause-replication', 'cut-off']))
    .option('--fis-role <arn>', 'the role that FIS does it as, for --print-fis')
    .option('--hold <seconds>', 'how long a fault lasts at least', from(0, 3600), 30)
    .option('--rate <n>', 'operations a second of all customers together (default: what the workload says)', from(0.1, 20))
    .option('--abort-after <share>', 'stop when more than this share of the requests fails for longer than the failover time', from(0, 1), 0.5)
    .option('--i-know <system>', 'that customers may depend on it: the name of the system')
    .option('--yes', 'do not ask')
    .addOption(new Option('--seed <n>', 'makes customers do what they did in an earlier drill').argParser(wholeNumber).default(Math.floor(Math.random() * 2 ** 32), 'a random one'))
    .option('--time-scale <n>', 'of local regions: the --time-scale of "rehearse"', scale, 10)
    .option('--report <file>', 'where to write all that happened, by its extension: .html a page, .json, .xml the checks as JUnit; may be repeated (default: .rehearsal/game-day.html)', collect)
    .option('--json', 'write .rehearsal/game-day.json as well')
    .option('--verbose', 'tell every step and every check')
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(async (options: DrillOptions, command: Command) => {
      // the other commands do without all that this one loads
      const { drill, printFisTemplate } = await import('../game-day/drill.js');
      const { reportFileProblem } = await import('../rehearsal/report/write-report.js');
      if (options.printFis !== undefined) return printFisTemplate(options.printFis, options, output);
      const problem = options.report?.map(reportFileProblem).find(found => found !== undefined);
      if (problem !== undefined) command.error(`error: ${problem}`);
      if (options.workload === undefined) command.error("error: required option '--workload <file>' not specified");
      if (options.drills === 'none' && options.fis === undefined) command.error('error: nothing is to go wrong: name --drills evacuate or --fis');
      const code = await drill(options, process.argv.slice(2));
      // what a workload leaves open must not keep it
      process.exit(code);
    });
}

const collect = (value: string, previous: string[] = []): string[] => [...previous, value];

function oneRegion(value: string): string {
  const [region, ...others] = parseRegionNames(value);
  if (others.length > 0) throw new InvalidArgumentError('Allowed: one region.');
  return region;
}

function parseTemplate(value: string, previous: NonNullable<DrillOptions['fis']> = []): NonNullable<DrillOptions['fis']> {
  const [, template, region] = /^(EXT\w+)(?:@(.+))?$/.exec(value) ?? [];
  if (template === undefined) throw new InvalidArgumentError('Allowed: the id of an experiment template, and its region behind @, such as EXT1a2b3c4d5e6f7@us-west-2.');
  return [...previous, { template, ...region !== undefined && { region: oneRegion(region) } }];
}

function from(least: number, most: number): (value: string) => number {
  return value => {
    const number = Number(value);
    if (value.trim() === '' || !(number >= least && number <= most)) throw new InvalidArgumentError(`Allowed: a number from ${least} to ${most}.`);
    return number;
  };
}
