import { CfnResource } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import {
  AlarmProfile, AlarmSettings, ApiAuthorization, GlobalEventBus, GlobalTable, MultiRegionApi, MultiRegionFunction, MultiRegionQueue,
  MultiRegionSystem, MultiRegionSystemProps, ReplicatedWorkflow, TableChange, WorkflowDefinition,
} from '../../src';
import { CODE, expectPropError, regional, resources, testSystem } from '../support/synth';

type Settings = { [alarm: string]: AlarmSettings };

/** A system with everything that has alarms; each construct gets of the settings those of its own alarms. */
function everything(settings: Settings = {}, props: Partial<MultiRegionSystemProps> = {}): MultiRegionSystem {
  const of = (id: string) => ({ alarmSettings: Object.fromEntries(Object.entries(settings).filter(([key]) => KEYS[id].includes(key))) });
  const system = testSystem(2, { ...of('System'), ...props });
  new MultiRegionFunction(system, 'Handler', { codePath: CODE, ...of('Handler') });
  new MultiRegionQueue(system, 'Queue', of('Queue'));
  const bus = new GlobalEventBus(system, 'Bus', of('Bus'));
  const table = new GlobalTable(system, 'Table', {
    partitionKey: { name: 'pk', type: AttributeType.STRING }, globalSecondaryIndexes: [{ indexName: 'index', partitionKey: { name: 'i', type: AttributeType.STRING } }], ...of('Table'),
  });
  table.publishChangesTo(bus, { detailType: 'Changed', changes: [TableChange.MODIFY] });
  table.detectConflicts();
  new ReplicatedWorkflow(system, 'Workflow', {
    definition: WorkflowDefinition.fromFile('test/support/hello.asl.json', { functions: { Hello: new MultiRegionFunction(system, 'Hello', { codePath: CODE }) } }),
    trigger: { bus, eventPattern: { source: ['shop'] }, idempotencyKeyPath: '$.detail.id' },
    ...of('Workflow'),
  });
  new MultiRegionApi(system, 'Api', {
    domain: { hostedZoneId: 'Z0123456789ABCDEFGHIJ', zoneName: 'example.com', domainName: 'api.example.com' },
    authorization: ApiAuthorization.jwt({ issuer: 'https://login.example.com', audience: ['a'] }),
    ...of('Api'),
  }).addRoute('GET' as any, '/', new MultiRegionFunction(system, 'Route', { codePath: CODE }));
  return system;
}

/** The settings of each construct. */
const KEYS: { [id: string]: string[] } = {
  System: ['deadLetters'],
  Handler: ['errors', 'latency'],
  Queue: ['deadLetters'],
  Bus: ['deliveryLatency', 'failedInvocations', 'heartbeatsMissing', 'lostEvents'],
  Table: [
    'conflictsAge', 'executionFailed', 'executionPartiallyFailed', 'lostWrites', 'readThrottling', 'replicationLatency', 'systemErrors', 'writeThrottling',
  ],
  Workflow: ['aborted', 'deadLetters', 'failed', 'missingKey', 'oldestEvent', 'sweepLateness', 'sweeperMissing', 'takeovers', 'throttled', 'timedOut', 'unresolved'],
  Api: ['certificateExpiry', 'evacuationInForce', 'keysUnavailable', 'latency', 'probesMissing', 'serverErrors'],
};

/** The alarms of a region, in its stack and in its mesh stack, by what they are called in the tree: `Handler/Errors`. */
function alarmsOf(system: MultiRegionSystem): Map<string, any> {
  // all of the system's stacks of the region, once it is complete
  Template.fromStack(system.stackIn('us-west-2'));
  return new Map(system._allStacks.filter(stack => stack !== system.globalStack && stack.region === 'us-west-2').flatMap(stack => {
    const byLogicalId = Template.fromStack(stack).findResources('AWS::CloudWatch::Alarm');
    return stack.node.findAll().filter(CfnResource.isCfnResource).filter(({ cfnResourceType }) => cfnResourceType === 'AWS::CloudWatch::Alarm').map(alarm => [
      alarm.node.scope!.node.path.slice(stack.node.path.length + 1), byLogicalId[stack.resolve(alarm.logicalId)].Properties,
    ]);
  }));
}

/** What `alarmSettings` call the alarm with such a path. */
const nameOf = (path: string) => path.split('/').at(-1)!.split('-')[0].replace(/^./, first => first.toLowerCase());

describe('alarmSettings', () => {
  const byDefault = alarmsOf(everything());
  /** Functions and tables inside another construct keep their own. */
  const isOfAUser = (path: string) => !/\/(Starter|Sweeper|Recorder|Health|Conflicts|Table)\/|^(Control|Hello|Route)\//.test(path);
  const names = [...new Set([...byDefault.keys()].filter(isOfAUser).map(nameOf))];

  test('name every alarm', () => {
    expect(names.sort()).toEqual([
      'aborted', 'certificateExpiry', 'conflictsAge', 'deadLetters', 'deliveryLatency', 'errors', 'evacuationInForce', 'executionFailed', 'executionPartiallyFailed', 'failed',
      'failedInvocations', 'heartbeatsMissing', 'keysUnavailable', 'latency', 'lostEvents', 'lostWrites', 'missingKey', 'oldestEvent', 'probesMissing', 'readThrottling', 'replicationLatency',
      'serverErrors', 'sweepLateness', 'sweeperMissing', 'systemErrors', 'takeovers', 'throttled', 'timedOut', 'unresolved', 'writeThrottling',
    ]);
  });

  test('change what each looks at, and no alarm of a function inside', () => {
    const settings = Object.fromEntries(names.map((name, i) => [name, { threshold: 1000 + i, evaluationPeriods: 7, datapointsToAlarm: 6 }]));
    const changed = alarmsOf(everything(settings));
    expect([...changed.keys()]).toEqual([...byDefault.keys()]);
    for (const [path, alarm] of changed) {
      const is = { Threshold: alarm.Threshold, EvaluationPeriods: alarm.EvaluationPeriods, DatapointsToAlarm: alarm.DatapointsToAlarm };
      if (isOfAUser(path)) {
        expect([path, is]).toEqual([path, { Threshold: settings[nameOf(path)].threshold, EvaluationPeriods: 7, DatapointsToAlarm: 6 }]);
      } else {
        const { Threshold, EvaluationPeriods, DatapointsToAlarm } = byDefault.get(path);
        expect([path, is]).toEqual([path, { Threshold, EvaluationPeriods, DatapointsToAlarm }]);
      }
    }
  });

  test('turn off each', () => {
    const off = alarmsOf(everything(Object.fromEntries(names.map(name => [name, { enabled: false }]))));
    expect([...off.keys()].filter(isOfAUser)).toEqual([]);
  });

  test('keep the number of periods that must be bad only with the number of periods', () => {
    const { EvaluationPeriods, DatapointsToAlarm } = alarmsOf(everything({ systemErrors: { evaluationPeriods: 2 } })).get('Table/SystemErrors');
    expect([EvaluationPeriods, DatapointsToAlarm]).toEqual([2, undefined]);
  });

  test.each<[keyof AlarmSettings, AlarmSettings, string]>([
    ['threshold', { threshold: 0 }, '0'],
    ['threshold', { threshold: NaN }, 'NaN'],
    ['evaluationPeriods', { evaluationPeriods: 1.5 }, '1.5'],
    ['evaluationPeriods', { evaluationPeriods: 1441 }, '1441'],
    ['datapointsToAlarm', { datapointsToAlarm: 2 }, '2'],
    ['datapointsToAlarm', { evaluationPeriods: 3, datapointsToAlarm: 4 }, '4'],
  ])('throw if %s is none: %j', (prop, settings, shown) => {
    expectPropError(() => new MultiRegionFunction(testSystem(1), 'Handler', { codePath: CODE, alarmSettings: { errors: settings } }), `alarmSettings.errors.${prop}`, shown, '', 'Orders/Handler');
  });

  // a day of periods below an hour, a week of longer ones
  test.each([
    ['minutes', 1440, (n: number) => everything({ errors: { evaluationPeriods: n } })],
    ['periods of five minutes', 288, (n: number) => everything({ executionFailed: { evaluationPeriods: n } })],
    ['minutes of a query', 1440, (n: number) => everything({ lostEvents: { evaluationPeriods: n } })],
    ['days', 7, (n: number) => everything({ certificateExpiry: { evaluationPeriods: n } })],
  ])('throw if an alarm would look further back than CloudWatch does: at %s, of which it takes %d', (_, most, make) => {
    expect(() => make(most)).not.toThrow();
    expect(() => make(most + 1)).toThrow(new RegExp(`evaluationPeriods.*${most + 1}.*a whole number from 1 to ${most}\\b`));
  });

  describe('that match no alarm', () => {
    /** Synthesizes a function without alarms, and with settings of one. */
    const synth = (errors?: AlarmSettings) => () => {
      const system = testSystem(1);
      new MultiRegionFunction(system, 'Handler', { codePath: CODE, rollbackOnAlarm: false, alarmSettings: { errors } });
      regional(system, 'ap-southeast-2');
    };

    test.each<AlarmSettings>([{ enabled: true }, { threshold: 5 }, {}])('stop the synthesis: %j', settings => {
      expectPropError(synth(settings), 'alarmSettings.errors', JSON.stringify(settings), 'settings of alarms that there are', 'Orders/Handler');
    });

    test.each<AlarmSettings | undefined>([{ enabled: false }, { enabled: false, threshold: 5 }, undefined])('do no harm if the alarm is not wanted anyway: %j', settings => {
      expect(synth(settings)).not.toThrow();
    });
  });

  test('of alarms for each pair of regions are accepted in a system of one region, and from the second on each pair has its alarm', () => {
    for (const count of [1, 3]) {
      const system = testSystem(count);
      new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING }, alarmSettings: { replicationLatency: { threshold: 5 } } });
      Template.fromStack(system.globalStack);
      const thresholds = system._stacks.meshStacks.flatMap(stack => resources(Template.fromStack(stack), 'AWS::CloudWatch::Alarm')).map(({ Properties }) => Properties.Threshold);
      expect(thresholds).toEqual(Array(count * (count - 1)).fill(5));
    }
  });
});

describe('AlarmProfile.ESSENTIAL', () => {
  const complete = alarmsOf(everything());

  test('leaves out what tells of slowness and throttling only', () => {
    const essential = alarmsOf(everything({}, { alarmProfile: AlarmProfile.ESSENTIAL }));
    const leftOut = new Set([...complete.keys()].filter(path => !essential.has(path)).map(nameOf));
    expect([...leftOut].sort()).toEqual(['aborted', 'conflictsAge', 'deliveryLatency', 'latency', 'readThrottling', 'sweepLateness', 'throttled', 'writeThrottling']);
    expect(essential.size).toBeLessThan(0.75 * complete.size);
  });

  test('has those whose settings are given', () => {
    const essential = alarmsOf(everything({ throttled: {} }, { alarmProfile: AlarmProfile.ESSENTIAL }));
    expect(essential.has('Workflow/Throttled')).toBe(true);
  });

  test('is not the default', () => {
    expect(testSystem(1).alarmProfile).toBe(AlarmProfile.COMPLETE);
  });

  test('rolls a deployment back on errors alone', () => {
    const system = testSystem(1, { alarmProfile: AlarmProfile.ESSENTIAL });
    new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    const groups = resources(regional(system, 'ap-southeast-2'), 'AWS::CodeDeploy::DeploymentGroup').map(({ Properties }) => Properties.AlarmConfiguration?.Alarms.length);
    expect(groups).toEqual([1]);
  });
});
