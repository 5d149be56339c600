import { Argument, Command } from 'commander';
import { askedSystem, SystemOptions, withSystem } from '../operate/asked-system';
import { RegionAccess } from '../operate/region-access';
import { Output } from '../output';

const EXAMPLES = `
Examples:
  # what does each region know of an order's workflow, and where does it run?
  cdk-multi-region takeover show o-1

  # it failed because of its region: another one, which has kept the event, runs it
  cdk-multi-region takeover force o-1 --region ap-southeast-2

  # a region must not take it over; and may again
  cdk-multi-region takeover forbid o-1 --region us-west-2
  cdk-multi-region takeover forbid o-1 --region us-west-2 --undo

It needs what ReplicatedWorkflow.grantTakeoverControl gives on the ledger, dynamodb:Query and dynamodb:UpdateItem, and states:DescribeExecution on the executions of the workflow.
It writes to a region's own entry, in that region, whose sweeper acts on it within about a minute. Only data planes take part.`;

const WHAT = ['show', 'force', 'forbid'] as const;

interface TakeoverOptions extends SystemOptions {
  readonly workflow?: string;
  readonly region?: string;
  readonly undo?: boolean;
  readonly really?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

/** Adds the command by which an operator decides who runs a workflow. */
export function addTakeover(program: Command, output: Output): Command {
  return withSystem(program.command('takeover'))
    .description('Shows which region runs the workflow of a key, and makes a region take it over, or keeps it from doing so.')
    .addArgument(new Argument('<what>', 'show what regions know, force a region to run it, or forbid that').choices(WHAT))
    .argument('<key>', 'the idempotency key of the event, such as an order\'s id, or the name of the execution')
    .option('--workflow <name>', 'which workflow, if the system has several (Fulfilment, Orders-Fulfilment)')
    .option('--region <name>', 'which region is forced or forbidden (default: the only one for which that means something)')
    .option('--undo', 'take back what was forced or forbidden')
    .option('--really', 'force it even though it would run twice')
    .option('--yes', 'do not ask')
    .option('--json', 'write what is known, or what was done, as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (what: typeof WHAT[number], key: string, options: TakeoverOptions, command: Command) => {
      const { workflow, region, undo = false, really = false, yes = false, json = false, timeout } = options;
      if (what === 'show' && (undo || really || region !== undefined)) command.error('error: show takes none of --region, --undo and --really');
      if (really && (what !== 'force' || undo)) command.error('error: --really is for "force" only');
      const system = askedSystem(options);
      const accesses = system.regions.map(name => new RegionAccess(name, options));
      const props = { key, workflow, region, undo, really, yes, json, timeout };
      // the client of Step Functions is this command's only
      const { show, say } = await import('../takeover/takeover.js');
      return what === 'show' ? show(system, accesses, props, output) : say(what, system, accesses, props, output);
    });
}
