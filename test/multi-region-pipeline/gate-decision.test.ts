import * as fc from 'fast-check';
import { gateStage } from '../../src/multi-region-pipeline/constants';
import { occupied, refusals, RegionReport } from '../../src/multi-region-pipeline/gate-decision';
import { parseWord } from '../../src/multi-region-pipeline/operator-word';

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
    ['minds nothing for a region that is named as lost', ['us-west-2'], ['us-west-2'], [well('eu-west-1', { evacuated: ['ap-southeast-2'] })], []],
    ['tells all reasons', ['us-west-2'], [], [well('us-west-2', { unhealthyAlarms: ['a', 'b'] }), well('eu-west-1', { error: 'x' })],
      ['a is in ALARM in us-west-2', 'b is in ALARM in us-west-2', 'eu-west-1 does not answer (x)']],
  ])('%s', (_, targets, lost, reports, expected) => expect(refusals(targets, { lost, unhealthy: [] }, reports)).toEqual(expected));

  test('is open only if every region that is not lost answers, and of those that are not to be cured none is in ALARM and only the target is evacuated', () => {
    const region = fc.constantFrom(...REGIONS);
    const report = fc.record({
      evacuated: fc.subarray(REGIONS), unhealthyAlarms: fc.array(fc.constant('unhealthy'), { maxLength: 1 }), error: fc.option(fc.constant('TimeoutError'), { nil: undefined }),
    });
    fc.assert(fc.property(region, fc.subarray(REGIONS), fc.subarray(REGIONS), fc.tuple(report, report, report), (target, lost, unhealthy, parts) => {
      const reports = REGIONS.map((name, i) => ({ region: name, ...parts[i] })).filter(({ region: name }) => !lost.includes(name));
      const isOpen = reports.every(({ region: name, evacuated, unhealthyAlarms, error }) => error === undefined
        && (unhealthyAlarms.length === 0 || unhealthy.includes(name))
        && (lost.includes(target) || evacuated.every(peer => peer === target || lost.includes(peer) || unhealthy.includes(peer))));
      expect(refusals([target], { lost, unhealthy }, reports).length === 0).toBe(isOpen);
    }));
  });

  test.each([
    ['none', []], ['us-west-2', ['us-west-2']], [' eu-west-1 , us-west-2', ['us-west-2', 'eu-west-1']], ['', []], ['sa-east-1', []], ['none,', []],
  ])('takes %j for %j', (variable, expected) => {
    expect(parseWord({ lost: variable, unhealthy: 'none' }, REGIONS, [...REGIONS, 'sa-east-1'])).toEqual({ lost: expected, unhealthy: [] });
    expect(parseWord({ lost: 'none', unhealthy: variable }, REGIONS, [...REGIONS, 'sa-east-1'])).toEqual({ lost: [], unhealthy: expected });
  });

  test.each([['us-west-1'], ['#{variables.lostRegions}'], ['us-west-2;eu-west-1']])('does not take %j', variable => {
    expect(() => parseWord({ lost: variable, unhealthy: 'none' }, REGIONS, REGIONS)).toThrow(`lostRegions names ${variable}; allowed: ${REGIONS.join(', ')}`);
  });

  test('lets one execution after the other through the regions, and never two wait for each other', () => {
    const stages = ['global', 'a', 'b', 'mesh'];
    const all = stages.flatMap(stage => [gateStage(stage), stage]);
    fc.assert(fc.property(fc.subarray(all), inProgress => {
      const states = all.map(stage => ({ stage, isInProgress: inProgress.includes(stage), hasFailed: false }));
      const gates = stages.filter(stage => inProgress.includes(gateStage(stage)));
      const goes = gates.filter(stage => occupied(stage, stages, gateStage, states) === undefined);
      const isDeploying = stages.some(stage => inProgress.includes(stage));
      expect(goes).toEqual(isDeploying ? [] : gates.slice(-1));
    }));
  });
});
