import { Command, Option } from 'commander';
import { Output } from '../output';
import { port, PYTHON, scale, seconds, SEED } from '../rehearsal/telling/options';

const EXAMPLES = `
Examples:
  # what cdk.json runs: deploy it to a local AWS per region, freeze a region, evacuate one, cut the network
  cdk-multi-region rehearse

  # with customers of your own, and faults at the same time
  cdk-multi-region rehearse --workload rehearsal.ts --drills freeze,partition+lag,random:3

  # look at it while it runs, and take regions away by hand
  cdk-multi-region rehearse --workload rehearsal.ts --ui --keep

  # in CI
  cdk-multi-region rehearse --workload rehearsal.ts --drills all --report rehearsal.html --report rehearsal.xml

It needs Python 3.10 or newer, no AWS account and no Docker. The first run downloads MiniStack from PyPI.
All times that it tells are this machine's, and never those of AWS.
Exit codes: 0 all checks passed; 1 one failed, or it could not be done; 2 wrong usage; 3 none failed, but this machine was too slow to tell all`;

/** The options of the command. */
export interface RehearseOptions {
  readonly app?: string;
  readonly context: string[];
  readonly regions?: string;
  readonly system?: string;
  readonly drills?: string;
  readonly workload?: string;
  readonly keep?: boolean;
  readonly ui?: boolean;
  readonly uiPort?: number;
  readonly report?: string[];
  readonly json?: boolean;
  readonly verbose?: boolean;
  readonly replicationLag: number;
  readonly timeScale: number;
  readonly seed: number;
  readonly python?: string;
}

/** Adds the command that brings the regions of an app up on this machine and takes them away. */
export function addRehearse(program: Command, { out }: Output): Command {
  return program.command('rehearse')
    .description('Runs an app in all its regions on this machine, without an AWS account, and takes regions away from its customers.')
    .option('--app <command>', 'how to run the app, or a folder that "cdk synth" wrote (default: what cdk.json says)')
    .option('--context <key=value>', 'a context value for the app; may be repeated', collect, [])
    .option('--regions <names>', 'only these regions of the system, separated by commas, the primary one among them (default: all)')
    .option('--system <name>', 'which system, if the app has several')
    .option('--drills <names>', 'what goes wrong: names separated by commas, joined by + for faults at the same time, random:<n>, all, or none (default: freeze,evacuate,partition)')
    .option('--workload <file>', 'what customers do and what must hold: a module with a workload (default: requests that need no knowledge of the app)')
    .option('--keep', 'leave the regions up until Ctrl-C, and say how to call them')
    .option('--ui', 'show the regions live in a browser, with buttons for what can go wrong, and leave them up until Ctrl-C')
    .option('--ui-port <number>', 'the same, at this port of 127.0.0.1', port)
    .option('--report <file>', 'where to write all that happened, by its extension: .html a page, .json, .xml the checks as JUnit; may be repeated (default: .rehearsal/report.html)', collect)
    .option('--json', 'write .rehearsal/report.json as well')
    .option('--verbose', 'tell every step and every check')
    .option('--replication-lag <seconds>', 'how long data takes from one region to another', seconds, 0.2)
    .option('--time-scale <n>', 'by how much what the constructs declare, and the times of Route 53, are shorter than on AWS', scale, 10)
    .addOption(SEED)
    .addOption(PYTHON)
    .addOption(new Option('--show-drills', 'list what can go wrong, and end'))
    .allowExcessArguments(false)
    .addHelpText('after', EXAMPLES)
    .action(async (options: RehearseOptions & { readonly showDrills?: boolean }, command: Command) => {
      // the other commands do without all that this one loads
      const { rehearse, describeDrills, usageProblem } = await import('../rehearsal/rehearse.js');
      if (options.showDrills) return out(describeDrills());
      const problem = usageProblem(options);
      if (problem !== undefined) command.error(`error: ${problem}`);
      const code = await rehearse(options);
      // all that it started is stopped, and what a workload leaves open must not keep it
      process.exit(code);
    });
}

const collect = (value: string, previous: string[] = []): string[] => [...previous, value];
