import { join } from 'path';
import { Command } from 'commander';
import pc from 'picocolors';
import { EvacuateDrill } from './drill-evacuate';
import { FreezeDrill } from './drill-freeze';
import { HealthDrill } from './drill-health';
import { OrdersDrill } from './drill-orders';
import { PartitionDrill } from './drill-partition';
import { PoisonDrill } from './drill-poison';
import { PublishDrill } from './drill-publish';
import { ReplayDrill } from './drill-replay';
import { ShallowHealthDrill } from './drill-shallow-health';
import { TakeoverDrill } from './drill-takeover';
import { DrillsSideBySide } from './drills-side-by-side';
import { howToTry, tellWhereTheNameLeads } from './keep';
import { Rehearsal } from './rehearsal';
import { runCommand, say } from '../../cli/rehearsal/telling/command';
import { PYTHON, scale, seconds, SEED } from '../../cli/rehearsal/telling/options';

const APP_FOLDER = join(__dirname, '..');
const SCRATCH = join(APP_FOLDER, '.rehearsal');

interface Options {
  readonly all?: boolean;
  readonly keep?: boolean;
  readonly replicationLag: number;
  readonly timeScale: number;
  readonly seed: number;
  readonly python?: string;
}

const options = new Command('npm start --')
  .description('Runs the example-app in all its regions on this machine, without an AWS account, and tries it.')
  .option('--all', 'run the longer drills as well: a health function is deleted, and orders are stored whose events are not published')
  .option('--keep', 'leave the regions up until Ctrl-C, and print how to call them')
  .option('--replication-lag <seconds>', 'how long data takes from one region to another', seconds, 0.2)
  .option('--time-scale <n>', 'by how much the times of Route 53 (probes, caches) and of takeovers are divided', scale, 10)
  .addOption(SEED)
  .addOption(PYTHON)
  .allowExcessArguments(false)
  .parse()
  .opts<Options>();

let rehearsal: Rehearsal;
runCommand({
  title: 'Rehearsal',
  scratch: SCRATCH,
  work: async run => {
    rehearsal = new Rehearsal({
      ...options,
      ...run,
      appFolder: APP_FOLDER,
      scratch: SCRATCH,
      drills: [
        new OrdersDrill(), new PoisonDrill(), new PartitionDrill(), new FreezeDrill(), new EvacuateDrill(), new TakeoverDrill(),
        ...(options.all ? [new HealthDrill(), new PublishDrill()] : []),
        // One looks at what is written, the other at what is read
        new DrillsSideBySide('Replay an archive, and meanwhile break what health does not look at', [new ReplayDrill(), new ShallowHealthDrill()]),
      ],
    });
    await rehearsal.run();
  },
  keep: options.keep ? ({ account, signal }) => {
    say(`\n${howToTry(rehearsal.regions, rehearsal.route53, pc)}\n\n${account.countLine()}\n`);
    void tellWhereTheNameLeads(rehearsal.regions, rehearsal.route53, say, signal);
  } : undefined,
});
