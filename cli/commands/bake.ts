import { setTimeout as sleep } from 'timers/promises';
import { Command, InvalidArgumentError } from 'commander';
import { BakeProgress, watch } from '../../src/multi-region-pipeline/bake-watch.lambda';
import { Output } from '../output';
import { askedDeployment, withSystemOptions } from '../system-options';

const EXAMPLES = `
Examples:
  # watch us-west-2 for ten minutes
  cdk-multi-region bake --system Orders --regions ap-southeast-2,us-west-2 --target us-west-2 --minutes 10

  # by alarms of your own, which must exist
  cdk-multi-region bake --system Orders --regions ap-southeast-2,us-west-2 --target us-west-2 --alarm Checkout --alarm 'Latency-{region}'

  # after a rollback: wait until no alarm is in ALARM
  cdk-multi-region bake --system Orders --regions ap-southeast-2,us-west-2 --target us-west-2 --rollback

It needs cloudwatch:DescribeAlarms on *. Credentials must last as long as the bake.`;

interface BakeOptions {
  readonly minutes: number;
  readonly interval: number;
  readonly rollback?: boolean;
}

/** Adds the command that watches regions after a deployment, as the bake of a pipeline does. */
export function addBake(program: Command, { out }: Output): Command {
  return withSystemOptions(program.command('bake'))
    .description('Watches the alarms of a region after a deployment. It fails as soon as one is in ALARM, or when the region has not answered for 5 minutes.')
    .option('--minutes <number>', 'how long to watch', parseNumber, 10)
    .option('--interval <seconds>', 'how often to ask', parseNumber, 30)
    .option('--rollback', 'the deployment was a rollback: ends when no alarm is in ALARM, at the latest after --minutes, and never fails')
    .addHelpText('after', EXAMPLES)
    .action(async ({ minutes, interval, rollback: isRollback = false }: BakeOptions, command: Command) => {
      const { system, targets, named, areAlarmsNamed: areNamed } = askedDeployment(command);
      let progress: BakeProgress | undefined;
      for (;;) {
        const begin = Date.now();
        const looked = await watch(system, { targets, minutes, areNamed, isRollback, named }, progress);
        const { verdict } = looked;
        if ('fails' in verdict) throw new Error(`${targets.join(', ')}: ${verdict.fails}`);
        out(`${targets.join(', ')}: ${'succeeds' in verdict ? verdict.succeeds : verdict.goesOn}\n`);
        if ('succeeds' in verdict) return;
        progress = looked.progress;
        const [next, end] = [begin + interval * 1000, progress.since + minutes * 60_000];
        // the last look is at the end, not behind it
        await sleep(Math.max((begin < end ? Math.min(next, end) : next) - Date.now(), 0));
      }
    });
}

function parseNumber(value: string): number {
  const number = Number(value);
  if (!(number > 0) || value.trim() === '') throw new InvalidArgumentError('Allowed: a number greater than 0.');
  return number;
}
