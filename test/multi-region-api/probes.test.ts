import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { ApiAuthorization, MultiRegionApi, MultiRegionApiProps, MultiRegionSystem } from '../../src';
import { DOMAIN } from '../support/order-system';
import { mesh, regional, resources, templates, testSystem } from '../support/synth';

const authorization = ApiAuthorization.none({ reason: 'for the tests of this file' });

function apiIn(system: MultiRegionSystem, props: Partial<MultiRegionApiProps> = {}, id = 'Api') {
  return new MultiRegionApi(system, id, { domain: DOMAIN, authorization, ...props });
}

const alarmsIn = (system: MultiRegionSystem, region: string) => Object.entries(mesh(system, region).findResources('AWS::CloudWatch::Alarm'))
  .map(([id, { Properties, DependsOn }]) => ({ id, ...Properties, DependsOn }));

describe('MultiRegionApi tells how long it takes until clients have left a region', () => {
  test('that is dead: three probes, each given up after 6 s, and the time that resolvers keep an answer', () => {
    expect(apiIn(testSystem()).failoverTime.toSeconds()).toBe(3 * (10 + 6) + 60);
  });

  test('that is evacuated: one probe of a peer, at the slow interval and whatever the probes of its own health, and the same', () => {
    expect(apiIn(testSystem(), { health: { failureThreshold: 10 } }).evacuationTime.toSeconds()).toBe(30 + 6 + 60);
  });

  test('that is evacuated, unless nobody asks for that', () => {
    expect(() => apiIn(testSystem(), { health: { evacuation: false } }).evacuationTime).toThrow(/evacuationTime is unknown .* health.evacuation not false \[Orders\/Api\]/);
    expect(() => apiIn(testSystem(), { domain: undefined }).evacuationTime).toThrow(/an API with domain/);
  });
});

describe('the routes that health checks of MultiRegionApi ask', () => {
  const settingsOf = (props: Partial<MultiRegionApiProps>) => {
    const system = testSystem();
    apiIn(system, { throttlingRateLimit: 0.1, throttlingBurstLimit: 1, ...props });
    const [{ Properties }] = resources(regional(system, 'us-west-2'), 'AWS::ApiGateway::Stage');
    return Properties.MethodSettings;
  };
  const common = { DataTraceEnabled: false, LoggingLevel: 'ERROR', MetricsEnabled: true };
  const ofProbes = (ResourcePath: string) => ({ ...common, HttpMethod: 'GET', ResourcePath, ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 });
  const ofOthers = { ...common, HttpMethod: '*', ResourcePath: '/*', ThrottlingRateLimit: 0.1, ThrottlingBurstLimit: 1 };

  test('have limits of their own, however low those of the API are', () => {
    expect(settingsOf({})).toEqual([ofOthers, ofProbes('/~1health'), ofProbes('/~1evacuation~1{region}')]);
    expect(settingsOf({ health: { evacuation: false } })).toEqual([ofOthers, ofProbes('/~1health')]);
    expect(settingsOf({ domain: undefined })).toEqual([ofOthers, ofProbes('/~1health')]);
  });
});

describe('the alarms on the traffic of MultiRegionApi', () => {
  test.each([1, 2, 3])('are in the mesh stack: that probes are missing, and for each peer that it is still evacuated, in each of %i regions', count => {
    const system = testSystem(count);
    apiIn(system);
    for (const region of system.regions) {
      const [missing, ...evacuated] = alarmsIn(system, region).filter(({ id }) => /Probes|InForce/.test(id)).sort((a, b) => (a.id > b.id ? -1 : 1));
      expect(missing).toMatchObject({
        Namespace: 'AWS/Lambda',
        MetricName: 'Invocations',
        Dimensions: [{ Name: 'FunctionName', Value: 'Orders-Api-Health' }, { Name: 'Resource', Value: 'Orders-Api-Health:live' }],
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        EvaluationPeriods: 5,
        TreatMissingData: 'breaching',
        DependsOn: expect.arrayContaining([expect.stringMatching(/^ApiShared/)]),
      });
      expect(evacuated.map(({ Dimensions }) => Dimensions[1].Value).sort()).toEqual([...system.peersOf(region)].sort());
      for (const alarm of evacuated) {
        expect(alarm).toMatchObject({
          Namespace: 'cdk-multi-region',
          MetricName: 'Evacuated',
          Threshold: 1,
          Period: 300,
          EvaluationPeriods: 12,
          TreatMissingData: 'notBreaching',
          AlarmDescription: expect.stringMatching(/delete evacuation#.* from Orders-Control-Table in/),
        });
      }
    }
  });

  test('count against no region, so that a pipeline may still deploy to an evacuated one', () => {
    const system = testSystem();
    apiIn(system);
    const composites = Object.values(templates(system)).flatMap(template => Object.values<any>(template.Resources)).filter(({ Type }) => Type === 'AWS::CloudWatch::CompositeAlarm');
    expect(composites.length).toBeGreaterThan(0);
    expect(JSON.stringify(composites)).not.toMatch(/ProbesMissing|EvacuationInForce/);
  });

  test('take settings, also in a system that has no peers yet', () => {
    const alarmSettings = { probesMissing: { evaluationPeriods: 10 }, evacuationInForce: { evaluationPeriods: 48, datapointsToAlarm: 40 } };
    const system = testSystem(2);
    apiIn(system, { alarmSettings });
    expect(alarmsIn(system, 'us-west-2')).toEqual(expect.arrayContaining([
      expect.objectContaining({ id: expect.stringContaining('ProbesMissing'), EvaluationPeriods: 10 }),
      expect.objectContaining({ id: expect.stringContaining('EvacuationInForce'), EvaluationPeriods: 48, DatapointsToAlarm: 40 }),
    ]));
    const alone = testSystem(1);
    apiIn(alone, { alarmSettings });
    expect(() => mesh(alone, 'ap-southeast-2')).not.toThrow();
  });

  test.each<[string, Partial<MultiRegionApiProps>]>([
    ['probesMissing', { domain: undefined }], ['evacuationInForce', { domain: undefined }], ['evacuationInForce', { health: { evacuation: false } }],
  ])('throw if there are settings of %s and %j leaves it out', (key, props) => {
    const system = testSystem();
    apiIn(system, { ...props, alarmSettings: { [key]: { threshold: 1 } } });
    expect(() => regional(system, 'us-west-2')).toThrow(`alarmSettings.${key}`);
  });

  test('are left out on request', () => {
    const system = testSystem();
    apiIn(system, { alarmSettings: { probesMissing: { enabled: false }, evacuationInForce: { enabled: false } } });
    expect(alarmsIn(system, 'us-west-2').filter(({ id }) => /ProbesMissing|EvacuationInForce/.test(id))).toEqual([]);
  });
});

describe('the health checks of MultiRegionApi', () => {
  const warnings = (system: MultiRegionSystem) => Annotations.fromStack(system.stackIn('ap-southeast-2')).findWarning('*', Match.stringLikeRegexp('health checks')).map(({ entry }) => entry.data);

  test('are warned of when a system has more than an account may have', () => {
    const system = testSystem(10);
    apiIn(system);
    expect(warnings(system)).toEqual([]);

    const larger = testSystem(10);
    apiIn(larger);
    apiIn(larger, { domain: { ...DOMAIN, domainName: 'admin.example.com' } }, 'Admin');
    expect(warnings(larger)).toEqual([expect.stringContaining('Orders has 220 health checks, N × (N + 1) for an API in N regions, and an account may have 200')]);
  });
});
