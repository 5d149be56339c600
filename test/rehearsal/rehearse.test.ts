import { failedClaims, rehearse } from './rehearsed';

const APP = 'test/rehearsal/deliveries';
const TIMEOUT_MS = 300_000;

// by npm run test:long: each brings up local regions, and has them for half a minute or more
const proof = process.env.LONG ? test : test.skip;

const TWO_REGIONS = ['--regions', 'eu-west-1,us-east-1'];

describe('the rehearsal of an app of another shape than the example', () => {
  proof('finds nothing wrong with it, in three regions, with customers of its own', async () => {
    const { code, output, report } = await rehearse(APP, '--workload', 'rehearsal.ts', '--drills', 'kill,partition+lag');
    expect([failedClaims(report), report.drills.map(({ lost, doubled, explained }) => [lost, doubled - explained])]).toEqual([[], [[0, 0], [0, 0]]]);
    // a machine that was too slow to tell is no failure
    expect([[0, 3].includes(code!), report.regions.length, output]).toEqual([true, 3, expect.stringMatching(/^\d+ passed, 0 failed/m)]);
    expect(report.emulation.types.filter(({ verdict }) => verdict === 'skipped').map(({ type }) => type)).toEqual(['AWS::EC2::FlowLog', 'AWS::WAFv2::LoggingConfiguration']);
  }, TIMEOUT_MS);

  proof('needs no workload', async () => {
    const { code, report } = await rehearse(APP, ...TWO_REGIONS, '--drills', 'evacuate');
    expect([failedClaims(report), [0, 3].includes(code!)]).toEqual([[], true]);
    expect(report.operations.length).toBeGreaterThan(20);
  }, TIMEOUT_MS);

  proof('catches a handler that acknowledges writes which it does not make', async () => {
    const { code, report } = await rehearse(APP, ...TWO_REGIONS, '--workload', 'busy.ts', '--context', 'fault=dropped-writes', '--drills', 'lag');
    expect([code, failedClaims(report)]).toEqual([1, expect.arrayContaining(['nothing acknowledged is lost'])]);
    expect(report.drills[0].lost).toBeGreaterThan(0);
  }, TIMEOUT_MS);

  proof('catches a consumer that does a thing twice if its event comes twice', async () => {
    const { code, report } = await rehearse(APP, ...TWO_REGIONS, '--workload', 'rehearsal.ts', '--context', 'fault=appending-consumer', '--drills', 'replay');
    expect([code, failedClaims(report)]).toEqual([1, expect.arrayContaining(['no workflow ran again, and no record changed'])]);
  }, TIMEOUT_MS);
});
