import * as fc from 'fast-check';
import { parseLost, refusals, RegionReport } from '../../src/multi-region-pipeline/gate-decision';

const REGIONS = ['ap-southeast-2', 'us-west-2', 'eu-west-1'];
const well = (region: string, report: Partial<RegionReport> = {}): RegionReport => ({ region, evacuated: [], unhealthyAlarms: [], ...report });

describe('the deployment gate', () => {
  test.each<[string, string[], string[], RegionReport[], string[]]>([
    ['is open when all regions are well', ['us-west-2'], [], REGIONS.map(region => well(region)), []],
    ['is closed while a peer is evacuated, as any region knows', ['us-west-2'], [], [well('us-west-2', { evacuated: ['ap-southeast-2'] })],
      ['ap-southeast-2 is evacuated, says us-west-2: us-west-2 may be all that serves']],
    ['is open to the region that is evacuated itself', ['us-west-2'], [], [well('ap-southeast-2', { evacuated: ['us-west-2'] })], []],
    ['is closed to a wave one of whose regions is evacuated', ['us-west-2', 'eu-west-1'], [], [well('ap-southeast-2', { evacuated: ['us-west-2'] })],
      ['us-west-2 is evacuated, says ap-southeast-2: eu-west-1 may be all that serves']],
    ['is closed while an alarm is in ALARM in the region', ['us-west-2'], [], [well('us-west-2', { unhealthyAlarms: ['unhealthy'] })], ['unhealthy is in ALARM in us-west-2']],
    ['is closed while an alarm is in ALARM in a peer', ['us-west-2'], [], [well('ap-southeast-2', { unhealthyAlarms: ['unhealthy'] })], ['unhealthy is in ALARM in ap-southeast-2']],
    ['is closed while a region does not answer', ['us-west-2'], [], [well('eu-west-1', { error: 'TimeoutError' })], ['eu-west-1 does not answer (TimeoutError)']],
    ['takes no notice of what is told of a region that is named as lost', ['us-west-2'], ['ap-southeast-2'], [well('us-west-2', { evacuated: ['ap-southeast-2'] })], []],
    ['is closed to a region that is named as lost', ['us-west-2'], ['us-west-2'], [], ['us-west-2 is named as lost']],
    ['tells all reasons', ['us-west-2'], [], [well('us-west-2', { unhealthyAlarms: ['a', 'b'] }), well('eu-west-1', { error: 'x' })],
      ['a is in ALARM in us-west-2', 'b is in ALARM in us-west-2', 'eu-west-1 does not answer (x)']],
  ])('%s', (_, targets, lost, reports, expected) => expect(refusals(targets, lost, reports)).toEqual(expected));

  test('is open only if every region that is not lost answers, is not in ALARM, and only the target is evacuated', () => {
    const region = fc.constantFrom(...REGIONS);
    const report = fc.record({
      evacuated: fc.subarray(REGIONS), unhealthyAlarms: fc.array(fc.constant('unhealthy'), { maxLength: 1 }), error: fc.option(fc.constant('TimeoutError'), { nil: undefined }),
    });
    fc.assert(fc.property(region, fc.subarray(REGIONS), fc.tuple(report, report, report), (target, lost, parts) => {
      const reports = REGIONS.map((name, i) => ({ region: name, ...parts[i] })).filter(({ region: name }) => !lost.includes(name));
      const isOpen = !lost.includes(target)
        && reports.every(({ evacuated, unhealthyAlarms, error }) =>
          error === undefined && unhealthyAlarms.length === 0 && evacuated.every(name => name === target || lost.includes(name)));
      expect(refusals([target], lost, reports).length === 0).toBe(isOpen);
    }));
  });

  test.each([
    ['none', []], ['us-west-2', ['us-west-2']], [' eu-west-1 , us-west-2', ['us-west-2', 'eu-west-1']], ['us-west-1', []], ['', []], ['#{variables.lostRegions}', []],
  ])('takes %j for %j', (variable, expected) => expect(parseLost(variable, REGIONS)).toEqual(expected));
});
