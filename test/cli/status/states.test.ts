/** States that local regions do not get into, as the real SDK reads them from a server. */
import pc from 'picocolors';
import { Answers, AnsweringRegion, refusal, stacks } from './answering-region';
import { askedSystem } from '../../../cli/operate/asked-system';
import { concernsOf } from '../../../cli/status/concerns';
import { renderStatus } from '../../../cli/status/render';
import { statusOf, SystemStatus } from '../../../cli/status/system-status';
import { regionNames, testApp } from '../../support/synth';
import { wholeSystem } from '../../support/whole-system';

const names = regionNames(2);
const [home, west] = names;
const regions = names.map(() => new AnsweringRegion());
let assembly: string;

beforeAll(async () => {
  const app = testApp();
  wholeSystem(2, {}, app);
  assembly = app.synth().directory;
  await Promise.all(regions.map(region => region.start()));
});
afterAll(() => Promise.all(regions.map(region => region.stop())));
beforeEach(() => regions.forEach(region => {
  region.answers = {};
  region.calls = [];
}));

async function look(atWest: Answers, described = true): Promise<SystemStatus> {
  regions[1].answers = atWest;
  const options = { endpoint: Object.fromEntries(names.map((name, i) => [name, regions[i].url])), timeout: 60, ...described ? { assembly } : { system: 'Shop', regions: names } };
  return statusOf(askedSystem(options), options);
}

async function screen(atWest: Answers, described = true) {
  const status = await look(atWest, described);
  const concerns = concernsOf(status);
  const text = renderStatus(status, concerns, pc.createColors(false));
  const row = text.split('\n').find(line => line.startsWith(`${west} `))!.split(/ {2,}/);
  return { text, row, concerns: concerns.map(({ region, what, help }) => `${region}: ${what} -> ${help}`) };
}

const refused = (type: string, message = 'no') => () => ({ __type: type, message });
const heartbeats = (seconds: number): Answers => ({
  Query: ({ IndexName }) => (IndexName === undefined
    ? { Items: names.map(name => ({ pk: { S: 'Shop-Workflow#beat#' }, region: { S: name }, beatAt: { N: String(Date.now() - 1000 * (name === home ? seconds : 5)) } })) }
    : { Items: [], Count: 0 }),
});

describe('status', () => {
  test('of a system that is well is short, and needs nobody', async () => {
    const { text, row, concerns } = await screen({});
    expect(row).toEqual([west, 'yes', '-', '0', '0/0', '0', '0']);
    expect(concerns).toEqual([]);
    expect(text.trimEnd().split('\n').slice(2)).toEqual([
      'REGION          SERVES  LAG  DEAD  OPEN/OVERDUE  DEPLOYING  ALARMS',
      'ap-southeast-2  yes     -    0     0/0           0          0',
      'us-west-2       yes     -    0     0/0           0          0',
    ]);
  });

  test('asks no aliases unless a stack is being deployed, and then shows canaries', async () => {
    await look({});
    expect(regions[1].calls.filter(call => call.includes('/aliases/'))).toEqual([]);
    const canary = { '/2015-03-31/functions/Shop-Handler/aliases/live': () => ({ RoutingConfig: { AdditionalVersionWeights: { 7: 0.1 } } }) };
    const { text, row, concerns } = await screen({ ListStacks: () => stacks({ 'Shop-us-west-2': 'UPDATE_IN_PROGRESS', 'Other-us-west-2': 'UPDATE_FAILED' }), ...canary });
    expect([row[5], concerns]).toEqual(['1, canary', []]);
    expect(text).toContain(`${west}: the stack Shop-us-west-2 is in UPDATE_IN_PROGRESS\n  ${west}: 10 % of Shop-Handler goes to its version 7\n`);
  });

  test.each(['UPDATE_ROLLBACK_FAILED', 'UPDATE_ROLLBACK_IN_PROGRESS', 'UPDATE_ROLLBACK_COMPLETE', 'ROLLBACK_COMPLETE', 'CREATE_FAILED'])('a stack in %s needs a person', async state => {
    const { row, concerns } = await screen({ ListStacks: () => stacks({ 'Shop-us-west-2': state }) });
    expect([row[5], concerns]).toEqual(['1 failed', [
      `${west}: the stack Shop-us-west-2 is in ${state} -> aws cloudformation describe-stack-events --region ${west} --stack-name Shop-us-west-2`,
    ]]);
  });

  test('counts what is open and overdue as far as one page goes, and names the oldest', async () => {
    const { row, concerns } = await screen({
      Query: ({ IndexName, Select, ExpressionAttributeValues: { ':shard': shard, ':before': before } }) => {
        if (IndexName === undefined) return { Items: [] };
        const [, , number] = shard.S.split('#');
        if (Select === 'COUNT') return number === '0' ? { Count: before ? 3 : 1000, ...!before && { LastEvaluatedKey: { pk: { S: 'x' } } } } : { Count: 1 };
        return { Items: [{ pk: { S: `Shop-Workflow#order-${number}` }, dueAt: { N: number === '5' ? '1' : '2' } }] };
      },
    });
    expect([row[4], concerns]).toEqual(['1007+/10', [`${west}: 10 of Shop-Workflow overdue: nobody sees to them -> cdk-multi-region takeover show order-5`]]);
  });

  test('a denied service costs its own cell', async () => {
    const { row, concerns } = await screen({ GetQueueUrl: refused('AccessDeniedException'), DescribeAlarms: refused('ThrottlingException') });
    expect(row).toEqual([west, 'yes', '-', 'denied', '0/0', '0', 'unknown']);
    expect(concerns).toEqual([
      `${west}: dead letters unknown: access is denied: no -> cdk-multi-region status --help`,
      `${west}: alarms unknown: AWS takes no more requests at the moment: try again -> cdk-multi-region status`,
    ]);
  });

  test('shows dead letters, and those on their way back', async () => {
    const { text, row, concerns } = await screen({
      GetQueueAttributes: ({ QueueUrl }) => ({ Attributes: { ApproximateNumberOfMessages: '2', ApproximateNumberOfMessagesNotVisible: /[Rr]edrive/.test(QueueUrl) ? '1' : '0' } }),
    });
    expect(Number(row[3])).toBe(2 * concerns.length);
    expect(concerns).toContain(`${west}: 2 dead letters in Shop-DeadLetters -> cdk-multi-region redrive Shop-DeadLetters --region ${west}`);
    expect(text).toMatch(new RegExp(`${west}: 3 messages to be sent again in Shop-\\S+\n`));
  });

  test('lists alarms, and the composite ones only where there are no others', async () => {
    const alarms = (count: number) => ({ MetricAlarms: Array.from({ length: count }, (_, i) => ({ AlarmName: `Shop-us-west-2-A${i}` })), CompositeAlarms: [{ AlarmName: 'Shop-us-west-2-unhealthy' }] });
    const many = await screen({ DescribeAlarms: () => alarms(7) });
    expect([many.row[6], many.concerns.length]).toEqual(['7', 1]);
    expect(many.text).toContain(`In ALARM:\n  ${west}: Shop-us-west-2-A0\n`);
    expect(many.text).toContain(`  ${west}: and 2 more\n`);
    expect(many.text).not.toContain('unhealthy');
    expect((await screen({ DescribeAlarms: () => alarms(0) })).text).toContain(`In ALARM:\n  ${west}: Shop-us-west-2-unhealthy\n`);
  });

  test.each([[30, '0 s', 0], [90, '30 s', 0], [300, '4 min', 1]])('of a peer whose last heartbeat is %d s old shows a lag of %s', async (seconds, lag, count) => {
    const { row, concerns } = await screen(heartbeats(seconds));
    expect([row[2], concerns.length]).toEqual([lag, count]);
    if (count > 0) expect(concerns[0]).toMatch(new RegExp(`^${home}: no heartbeat of it for 30\\d s in ${west} -> cdk-multi-region evacuate ${home} --reason '...'$`));
  });

  test('of metrics takes the newest value', async () => {
    const { text, row, concerns } = await screen({
      GetMetricData: ({ MetricDataQueries }) => ({
        MetricDataResults: MetricDataQueries.map(({ Id, MetricStat: { Metric: { MetricName } } }: any) => ({
          Id,
          Timestamps: [Date.now() - 60_000, Date.now() - 545_000].map(at => at / 1000),
          Values: MetricName === 'Invocations' ? [0, 1] : [90_000, 200],
        })),
      }),
    });
    expect(row[2]).toBe('5 min');
    expect(text).toMatch(new RegExp(`${west} +${home} +90 s +- +-`));
    expect(text).toMatch(new RegExp(`${home} +${west} +- +- +9 min ago`));
    expect(concerns).toEqual([
      `${west}: its writes take 90 s to ${home} -> cdk-multi-region doctor`,
      `${home}: no event of it has come to ${west} for 9 minutes -> cdk-multi-region doctor`,
    ]);
  });

  test('without an assembly knows evacuations, stacks and alarms, and says what one would add', async () => {
    const { text, row } = await screen({ BatchGetItem: () => ({ Responses: { 'Shop-Control-Table': [{ pk: { S: `evacuation#${home}` }, by: { S: 'alice' } }] } }) }, false);
    expect(row).toEqual([west, '-', '-', '-', '-', '0', '0']);
    expect(text).toContain(`${home}: evacuated by alice -> cdk-multi-region restore ${home}\n`);
    expect(text).toContain('One (--assembly) adds health, replication, dead letters and workflows.');
  });

  test('of a region without the table that peers of it write to is not well', async () => {
    const { concerns } = await screen({ BatchGetItem: refused('com.amazonaws.dynamodb.v20120810#ResourceNotFoundException') });
    expect(concerns).toEqual([`${west}: nobody can evacuate it by itself: there is no table Shop-Control-Table -> cdk deploy`]);
  });

  test('throws if no region has the table', async () => {
    const missing = { BatchGetItem: refused('com.amazonaws.dynamodb.v20120810#ResourceNotFoundException') };
    regions[0].answers = missing;
    await expect(look(missing, false)).rejects.toThrow('Shop is not deployed in ap-southeast-2, us-west-2, or has no evacuation switch: there is no table Shop-Control-Table');
  });

  test('throws one line if credentials are refused everywhere, and not if a single region refuses them', async () => {
    const refuses = { GetCallerIdentity: () => refusal('GetCallerIdentity', 'InvalidClientTokenId') };
    const { row, concerns } = await screen(refuses);
    expect([row[1], concerns]).toEqual(['yes', [`${west}: account unknown: AWS does not know these credentials -> cdk-multi-region status`]]);
    regions[0].answers = refuses;
    await expect(look(refuses)).rejects.toThrow(/^AWS does not know these credentials$/);
  });
});
