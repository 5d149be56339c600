import { Command } from 'commander';
import { parseWait } from './redrive';
import { withSystem } from '../operate/asked-system';
import { Moment, parseMoment } from '../operate/moments';
import { Output } from '../output';
import type { ReplayOptions } from '../replay/replay';
import { rangeOf, rangeProblem } from '../replay/times';

const EXAMPLES = `
Examples:
  # what was published in the last two hours reaches all consumers once more, in every region
  cdk-multi-region replay --from 2h

  # one consumer in one region lost what it had got in a quarter of an hour
  cdk-multi-region replay --from 2026-03-01T10:00:00Z --to 2026-03-01T10:15:00Z --region us-west-2 --rule IndexOrder

  # it was a mistake
  cdk-multi-region replay --cancel cdk-multi-region-20260301T110203456Z

Replayed events stay in the region where they are replayed, whose archive has those of all regions that reached it. A subscription gets those that it gets in any case: of its own region, or of all.
It needs events:DescribeArchive and events:StartReplay on the archive of the bus, events:ListReplays on *, events:DescribeReplay and, for --cancel, events:CancelReplay on replay/cdk-multi-region-*.
Only EventBridge takes part, in each region by itself. Without an assembly, name the bus by --bus.`;

interface CommandOptions extends ReplayOptions {
  readonly from?: Moment;
  readonly to?: Moment;
  readonly cancel?: string;
}

/** Adds the command that gives archived events to their consumers once more. */
export function addReplay(program: Command, output: Output): Command {
  return withSystem(program.command('replay'))
    .description('Gives the archived events of a bus to its consumers once more, in all regions or in one. Shows who gets them, and asks first.')
    .option('--from <time>', 'the first events: how long ago (15m, 2h, 3d), or a time with its zone (2026-11-22T10:00:00Z)', parseMoment)
    .option('--to <time>', 'the last events, likewise (default: now)', parseMoment)
    .option('--bus <name>', 'which bus, if the system has several')
    .option('--region <name>', 'only in this region (default: in all)')
    .option('--rule <names...>', 'only to these rules (default: to all of the bus)')
    .option('--wait <seconds>', 'how long to follow the replays, which go on afterwards', parseWait, 300)
    .option('--cancel <name>', 'cancel the replay of this name instead, wherever it runs')
    .option('--yes', 'do not ask')
    .option('--json', 'write what was done as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async ({ from, to, cancel: name, ...options }: CommandOptions, command: Command) => {
      if ((from === undefined) === (name === undefined)) command.error('error: say either --from or --cancel');
      const now = new Date();
      const range = from && rangeOf(from, to, now);
      const problem = range && rangeProblem(range, now);
      if (problem !== undefined) command.error(`error: ${problem}`);
      const { cancel, replay } = await import('../replay/replay.js');
      await (range ? replay(range, now, options, output) : cancel(name!, options, output));
    });
}
