import { Command, InvalidArgumentError } from 'commander';
import { parseFollowedId } from '../follow/followed-id';
import { MAX_LINES } from '../follow/query';
import { askedSystem, SystemOptions, withSystem } from '../operate/asked-system';
import { dateOf, Moment, parseMoment } from '../operate/moments';
import { RegionAccess } from '../operate/region-access';
import { Output } from '../output';

const HOUR_SECONDS = 3600;

const EXAMPLES = `
Examples:
  # all that was done for an order, in whichever region
  cdk-multi-region follow o-1

  # by the correlation id that an answer's header told, since yesterday, with fields of the application
  cdk-multi-region follow 7f1c9a52 --since 1d --fields status,reason

  # without the app, as on a machine that has nothing but this command
  cdk-multi-region follow o-1 --system Orders --regions ap-southeast-2,us-west-2

It looks for lines that hold the id, and then for all lines of the requests that those are about, in the log groups of functions, APIs and state machines. It shows what handlers say, no events and no items.
It needs logs:DescribeLogGroups, logs:StartQuery and logs:GetQueryResults in each region. CloudWatch charges by what is scanned, which is shown: twice all lines of those log groups in the time that is asked for.`;

interface FollowOptions extends SystemOptions {
  readonly since: Moment;
  readonly until?: Moment;
  readonly fields: string[];
  readonly limit: number;
  readonly json?: boolean;
}

/** Adds the command that reads what all regions did for one request. */
export function addFollow(program: Command, output: Output): Command {
  return withSystem(program.command('follow'))
    .description('Follows one request through the logs of all regions, in the order of time.')
    .argument('<id>', 'a correlation id, or a key of the business, such as an order\'s id', parseFollowedId)
    .option('--since <time>', 'from when on: how long ago (15m, 1h, 2d), or a time with its zone (2026-11-22T10:00:00Z)', parseMoment, { secondsAgo: HOUR_SECONDS })
    .option('--until <time>', 'until when, likewise (default: now)', parseMoment)
    .option('--fields <names>', 'fields of the application\'s lines to show as well, separated by commas', parseFields, [])
    .option('--limit <lines>', 'the most lines', parseLimit, 1000)
    .option('--json', 'write the lines as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (id: string, options: FollowOptions, command: Command) => {
      const { fields: moreFields, limit, json = false } = options;
      const now = new Date();
      const [since, until] = [dateOf(options.since, now), options.until ? dateOf(options.until, now) : now];
      if (since >= until) command.error(`error: --since is ${since.toISOString()}, which is not before --until, ${until.toISOString()}`);
      const system = askedSystem(options);
      const accesses = system.regions.map(region => new RegionAccess(region, options));
      // the client of CloudWatch Logs is this command's only
      const { follow } = await import('../follow/follow.js');
      await follow(system, accesses, { id, period: { since, until }, moreFields, limit, json }, output);
    });
}

function parseFields(value: string): string[] {
  const names = value.split(',').map(name => name.trim());
  const wrong = names.find(name => !/^[A-Za-z_][A-Za-z0-9_.]{0,127}$/.test(name));
  if (wrong !== undefined) throw new InvalidArgumentError(`${JSON.stringify(wrong)} is not the name of a field: letters, digits, underscores and dots.`);
  return names;
}

function parseLimit(value: string): number {
  if (!/^[1-9]\d*$/.test(value) || Number(value) > MAX_LINES) throw new InvalidArgumentError(`Allowed: a whole number from 1 to ${MAX_LINES}.`);
  return Number(value);
}
