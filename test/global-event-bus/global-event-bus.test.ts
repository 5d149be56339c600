import { App, Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Level } from 'aws-cdk-lib/aws-events';
import { AlarmProfile, EventReplication, GlobalEventBus, GlobalEventBusProps, MultiRegionFunction, MultiRegionSystem, SystemUnit } from '../../src';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, errorOf, expectPropError, mesh, regional, resources, stackOf, statementsOf, templates, testSystem } from '../support/synth';

const busArn = (region: string, name = 'Orders-Bus') => ({
  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:events:${region}:`, { Ref: 'AWS::AccountId' }, `:event-bus/${name}`]],
});

/** The rules that send events to peers. */
const replicationRules = (template: Template) => resources(template, 'AWS::Events::Rule').filter(rule => /^replication-\d/.test(rule.Properties.Name));
/** The rules and buses that the dead-letter queue admits. */
const admitted = (template: Template) => resources(template, 'AWS::SQS::QueuePolicy').flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
  .filter(({ Sid, Resource }) => Sid === 'Rules' && /^DeadLettersUndelivered/.test(Resource['Fn::GetAtt'][0]))
  .flatMap(({ Condition }) => Condition.ArnLike['aws:SourceArn']).map(arn => arn['Fn::Join'][1].at(-1).slice(1));
const named = (template: Template, name: string) => resources(template, 'AWS::Events::Rule').find(rule => rule.Properties.Name === name);

describe('GlobalEventBus', () => {
  test('names its archive after the bus, in at most 48 characters', () => {
    for (const [eventBusName, archive] of [['b'.repeat(48), 'b'.repeat(48)], ['b'.repeat(49), expect.stringMatching(/^b{39}-[0-9a-f]{8}$/)]]) {
      const system = testSystem(1);
      new GlobalEventBus(system, 'Bus', { eventBusName });
      expect(resources(regional(system, 'ap-southeast-2'), 'AWS::Events::Archive')[0].Properties.ArchiveName).toEqual(archive);
    }
  });

  test.each([2, 3, 10])('forwards to all peers of %i regions, in rules of at most 5 targets, what was published in the region and is no replay', count => {
    const system = testSystem(count);
    new GlobalEventBus(system, 'Bus');
    for (const region of system.regions) {
      const rules = replicationRules(mesh(system, region));
      expect(rules).toHaveLength(Math.ceil((count - 1) / 5));
      for (const { Properties } of rules) {
        expect(Properties.EventPattern).toEqual({
          'region': [region],
          'replay-name': [{ exists: false }],
          'source': [{ 'anything-but': { prefix: 'aws.' } }],
        });
        expect(Properties.Targets.length).toBeLessThanOrEqual(5);
      }
      const targets = rules.flatMap(rule => rule.Properties.Targets);
      expect(targets.map(target => target.Arn)).toEqual(system.peersOf(region).map(peer => busArn(peer)));
      for (const target of targets) {
        expect(target).toMatchObject({
          RoleArn: { 'Fn::GetAtt': [expect.stringMatching(/^BusReplicationRole/), 'Arn'] },
          DeadLetterConfig: { Arn: { 'Fn::Join': ['', expect.arrayContaining([`:sqs:${region}:`, ':Orders-DeadLetters'])] } },
          RetryPolicy: { MaximumEventAgeInSeconds: 86400, MaximumRetryAttempts: 185 },
        });
      }
    }
  });

  test('has the same stack in a region however many peers there are, and none in the mesh without any', () => {
    const variants: GlobalEventBusProps[] = [
      {}, { replicationCanary: false }, { replication: EventReplication.none() }, { schemaDiscovery: true, publisherAccounts: ['444455556666'] }, { replication: EventReplication.matching({ source: ['orders'] }) },
    ];
    for (const props of variants) {
      const built = [1, 2, 7].map(count => {
        const system = testSystem(count);
        const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
        const bus = new GlobalEventBus(system, 'Bus', props);
        bus.subscribe('Notify', { eventPattern: { source: ['orders'] }, target: fn });
        bus.grantPutEvents(fn);
        return system;
      });
      const [one, ...more] = built.map(system => templates(system)['ap-southeast-2']);
      more.forEach(template => expect(template).toEqual(one));
      expect(built[0]._stacks.meshStacks).toEqual([]);
      expect(built[2]._stacks.meshStacks).toHaveLength(props.replication === undefined || props.replication._patternFor(built[2], true) ? 7 : 0);
    }
  });

  test('has a number of rules, targets and roles in each mesh stack that grows with its peers only', () => {
    const counted = [2, 3, 6, 7, 10].map(count => {
      const system = testSystem(count);
      new GlobalEventBus(system, 'Bus');
      const template = mesh(system, system.primaryRegion);
      const rules = resources(template, 'AWS::Events::Rule');
      return [count, replicationRules(template).length, rules.length, rules.flatMap(rule => rule.Properties.Targets).length, resources(template, 'AWS::IAM::Role').length];
    });
    // regions, replication rules, all rules (one to redrive and one for heartbeats per peer), targets, roles (replication, heartbeat)
    expect(counted).toEqual([[2, 1, 3, 3, 2], [3, 1, 5, 6, 2], [6, 1, 11, 15, 2], [7, 2, 14, 18, 2], [10, 2, 20, 27, 2]]);
  });

  test('lets the replication role publish to exactly the peers\' buses', () => {
    const system = testSystem(3);
    new GlobalEventBus(system, 'Bus');
    const template = mesh(system, 'us-west-2');
    expect(statementsOf(template, 'BusReplicationRole')).toEqual([{ Action: 'events:PutEvents', Effect: 'Allow', Resource: [busArn('ap-southeast-2'), busArn('eu-west-1')] }]);
    template.resourceCountIs('AWS::IAM::Policy', 0);
  });

  test('has no replication in a system of one region, but what it will need', () => {
    const system = testSystem(1);
    new GlobalEventBus(system, 'Bus');
    const template = regional(system, 'ap-southeast-2');
    template.resourceCountIs('AWS::Events::Rule', 0);
    expect(resources(template, 'AWS::Events::EventBus').map(({ Properties }) => Properties.Name)).toEqual(['Orders-Bus', 'Orders-Bus-redrive']);
    template.resourceCountIs('AWS::Scheduler::Schedule', 0);
    template.resourceCountIs('AWS::Events::Archive', 1);
  });

  test('with EventReplication.matching sends on what matches, and heartbeats', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus', { replication: EventReplication.matching({ source: ['orders'], detailType: ['OrderPlaced'] }) });
    const template = mesh(system, 'us-west-2');
    expect(named(template, 'replication-0')?.Properties.EventPattern).toEqual({
      '$or': [{ 'source': ['orders'], 'detail-type': ['OrderPlaced'] }, { source: ['cdk-multi-region'] }], 'region': ['us-west-2'], 'replay-name': [{ exists: false }],
    });
    const unwatched = testSystem();
    new GlobalEventBus(unwatched, 'Bus', { replication: EventReplication.matching({ detailType: ['OrderPlaced'] }), replicationCanary: false });
    expect(named(mesh(unwatched, 'us-west-2'), 'replication-0')?.Properties.EventPattern).toEqual({
      'detail-type': ['OrderPlaced'], 'source': [{ 'anything-but': { prefix: 'aws.' } }], 'region': ['us-west-2'], 'replay-name': [{ exists: false }],
    });
  });

  test('with EventReplication.none has buses that know nothing of each other', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus', { replication: EventReplication.none() });
    const template = regional(system, 'us-west-2');
    template.resourceCountIs('AWS::Events::EventBus', 1);
    template.hasResourceProperties('AWS::Events::Archive', { EventPattern: Match.absent() });
    expect(system._stacks.meshStacks).toEqual([]);
  });

  test('archives every event but heartbeats in every region for 30 days', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus');
    for (const region of system.regions) {
      regional(system, region).hasResourceProperties('AWS::Events::Archive', {
        SourceArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Bus'), 'Arn'] },
        RetentionDays: 30,
        EventPattern: { source: [{ 'anything-but': ['cdk-multi-region'] }] },
      });
    }
  });

  test('publishes a heartbeat every minute, and calls when five of a peer are missing', () => {
    const system = testSystem(3);
    new GlobalEventBus(system, 'Bus');
    const template = mesh(system, 'us-west-2');
    template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 minute)',
      Target: {
        Arn: busArn('us-west-2'),
        RoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^BusCanaryHeartbeatRole'), 'Arn'] },
        EventBridgeParameters: { Source: 'cdk-multi-region', DetailType: 'Replication Heartbeat' },
      },
    });
    expect(statementsOf(template, 'BusCanaryHeartbeatRole')).toEqual([{ Action: 'events:PutEvents', Effect: 'Allow', Resource: busArn('us-west-2') }]);
    for (const peer of system.peersOf('us-west-2')) {
      const rule = named(template, `heartbeats-from-${peer}`)!;
      expect(rule.Properties).toMatchObject({
        EventBusName: 'Orders-Bus',
        EventPattern: { source: ['cdk-multi-region'], region: [peer] },
        Targets: [{ Arn: { 'Fn::GetAtt': [expect.stringMatching(/^BusCanaryHeartbeats/), 'Arn'] }, RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 } }],
      });
      expect(rule.DependsOn).toContainEqual(expect.stringMatching(/^BusCanaryHeartbeatsPolicy/));
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/Events',
        MetricName: 'Invocations',
        Dimensions: [{ Name: 'EventBusName', Value: 'Orders-Bus' }, { Name: 'RuleName', Value: `heartbeats-from-${peer}` }],
        Period: 60,
        EvaluationPeriods: 5,
        Threshold: 1,
        ComparisonOperator: 'LessThanThreshold',
        TreatMissingData: 'breaching',
      });
    }
  });

  test('has no heartbeats if the canary is off', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus', { replicationCanary: false });
    mesh(system, 'us-west-2').resourceCountIs('AWS::Scheduler::Schedule', 0);
    mesh(system, 'us-west-2').resourceCountIs('AWS::SQS::Queue', 0);
    regional(system, 'us-west-2').hasResourceProperties('AWS::Events::Archive', { EventPattern: Match.absent() });
  });

  test('calls when events could not be sent to peers, or late', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus', { alarmSettings: { deliveryLatency: { threshold: 20_000 } } });
    const Dimensions = [{ Name: 'EventBusName', Value: 'Orders-Bus' }, { Name: 'RuleName', Value: 'replication-0' }];
    const template = mesh(system, 'us-west-2');
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'FailedInvocations', Dimensions, Threshold: 1 });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'IngestionToInvocationSuccessLatency', Dimensions, Threshold: 20000, ExtendedStatistic: 'p99' });
    // the topic by its name; the region itself is not unhealthy because of a peer
    template.allResourcesProperties('AWS::CloudWatch::Alarm', { AlarmActions: [{ 'Fn::Join': ['', Match.arrayWith([':sns:us-west-2:'])] }] });
    expect(JSON.stringify(resources(regional(system, 'us-west-2'), 'AWS::CloudWatch::CompositeAlarm'))).not.toMatch(/FailedInvocations|HeartbeatsMissing/);
  });

  test.each<[string, GlobalEventBusProps, number, string | undefined]>([
    ['heartbeats that there are none of', { replicationCanary: false, alarmSettings: { heartbeatsMissing: { enabled: true } } }, 2, 'heartbeatsMissing'],
    ['heartbeats that are not replicated', { replication: EventReplication.none(), alarmSettings: { heartbeatsMissing: { threshold: 2 } } }, 2, 'heartbeatsMissing'],
    ['deliveries without replication or subscription', { replication: EventReplication.none(), alarmSettings: { failedInvocations: { threshold: 2 } } }, 2, 'failedInvocations'],
    ['heartbeats of peers to come', { alarmSettings: { heartbeatsMissing: { evaluationPeriods: 7 }, deliveryLatency: { threshold: 1 } } }, 1, undefined],
    ['nothing, of what there is not', { replicationCanary: false, alarmSettings: { heartbeatsMissing: { enabled: false } } }, 2, undefined],
  ])('takes no alarm settings that change nothing: %s', (_, props, count, refused) => {
    const system = testSystem(count);
    new GlobalEventBus(system, 'Bus', props);
    const synth = () => (system.node.root as App).synth();
    if (refused) expect(errorOf(synth)).toContain(`alarmSettings.${refused}`);
    else expect(synth).not.toThrow();
  });

  test('has alarms of which the essential ones tell of what failed or stopped', () => {
    const alarmsOf = (system: MultiRegionSystem) => resources(mesh(system, 'us-west-2'), 'AWS::CloudWatch::Alarm').map(({ Properties }) => Properties.MetricName);
    const [complete, essential] = [AlarmProfile.COMPLETE, AlarmProfile.ESSENTIAL].map(alarmProfile => {
      const system = testSystem(2, { alarmProfile });
      new GlobalEventBus(system, 'Bus');
      return alarmsOf(system);
    });
    expect(complete).toEqual(['FailedInvocations', 'IngestionToInvocationSuccessLatency', 'Invocations']);
    expect(essential).toEqual(['FailedInvocations', 'Invocations']);
  });

  const publishers = (template: Template) => resources(template, 'AWS::Events::EventBusPolicy').map(({ Properties }) => Properties.Statement).map(({ Sid: _, ...rest }) => rest);
  const principal = (...account: any[]) => ({ AWS: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ...account]] } });

  test('is open to its own account only', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus');
    expect(publishers(regional(system, 'us-west-2'))).toEqual([expect.objectContaining({
      Effect: 'Allow', Action: 'events:PutEvents', Principal: principal(':iam::', { Ref: 'AWS::AccountId' }, ':root'),
    })]);
  });

  test('admits named accounts and an organization on request', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus', { publisherAccounts: ['444455556666'], organizationId: 'o-a1b2c3d4e5' });
    const [, account, organization] = publishers(regional(system, 'us-west-2'));
    expect(account).toMatchObject({ Principal: principal(':iam::444455556666:root') });
    expect(organization).toMatchObject({ Principal: { AWS: '*' }, Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } } });
  });

  test('is encrypted with each region\'s key, archive and redrive bus included', () => {
    const system = testSystem();
    const encryptionKeyArns = Object.fromEntries(system.regions.map(region => [region, `arn:aws:kms:${region}:111122223333:key/mrk-1`]));
    new GlobalEventBus(system, 'Bus', { encryptionKeyArns });
    for (const region of system.regions) {
      const template = regional(system, region);
      const keys = ['AWS::Events::EventBus', 'AWS::Events::Archive'].flatMap(type => resources(template, type)).map(resource => resource.Properties.KmsKeyIdentifier);
      expect(keys).toEqual([1, 2, 3].map(() => encryptionKeyArns[region]));
      template.allResourcesProperties('AWS::Events::EventBus', { DeadLetterConfig: { Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeadLettersUndelivered'), 'Arn'] } } });
      expect(admitted(template)).toEqual(['event-bus/Orders-Bus', 'event-bus/Orders-Bus-redrive', 'rule/Orders-Bus/*', 'rule/Orders-Bus-redrive/*']);
    }
  });

  test.each<[Level | undefined, string[]]>([
    [undefined, ['ERROR_LOGS']], [Level.ERROR, ['ERROR_LOGS']], [Level.INFO, ['ERROR_LOGS', 'INFO_LOGS']], [Level.TRACE, ['ERROR_LOGS', 'INFO_LOGS', 'TRACE_LOGS']], [Level.OFF, []],
  ])('with log level %s delivers %j, without details', (logLevel, expected) => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus', { logLevel });
    const template = regional(system, 'us-west-2');
    expect(resources(template, 'AWS::Logs::DeliverySource').map(source => source.Properties.LogType)).toEqual(expected);
    template.hasResourceProperties('AWS::Events::EventBus', { Name: 'Orders-Bus', LogConfig: { Level: logLevel ?? 'ERROR', IncludeDetail: 'NONE' } });
    expect(resources(template, 'AWS::Logs::LogGroup').filter(group => group.Properties.LogGroupName === '/aws/vendedlogs/events/event-bus/Orders-Bus'))
      .toHaveLength(expected.length > 0 ? 1 : 0);
  });

  test('discovers schemas on request', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus', { schemaDiscovery: true });
    regional(system, 'us-west-2').hasResourceProperties('AWS::EventSchemas::Discoverer', { CrossAccount: false });
  });

  test('keeps what a peer did not take in the region\'s dead-letter queue, which only its rules may send to', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus');
    const template = regional(system, 'us-west-2');
    expect(admitted(template)).toEqual(['rule/Orders-Bus/*', 'rule/Orders-Bus-redrive/*']);
    template.hasResourceProperties('AWS::SQS::QueuePolicy', {
      Queues: [{ Ref: Match.stringLikeRegexp('^DeadLettersUndelivered') }],
      PolicyDocument: {
        Statement: [Match.objectLike({ Effect: 'Deny' }), Match.objectLike({
          Action: 'sqs:SendMessage', Principal: { Service: 'events.amazonaws.com' }, Condition: Match.objectLike({ StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }),
        })],
      },
    });
  });

  test('redrives to a peer by a rule of the redrive bus that matches the peer\'s bus', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus');
    expect(named(mesh(system, 'us-west-2'), 'redrive-ap-southeast-2')?.Properties).toMatchObject({
      EventBusName: 'Orders-Bus-redrive', EventPattern: { resources: [busArn('ap-southeast-2')] }, Targets: [{ Arn: busArn('ap-southeast-2') }],
    });
  });

  test('in a unit has its parts in the stacks of that unit, and names nothing of other stacks by reference', () => {
    const system = testSystem(3);
    const billing = new SystemUnit(system, 'Billing');
    const bus = new GlobalEventBus(billing, 'Bus');
    const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    bus.grantPutEvents(fn);
    expect(bus.eventBusName).toBe('Orders-Billing-Bus');
    for (const region of system.regions) {
      expect(resources(Template.fromStack(stackOf(billing, region)), 'AWS::Events::EventBus')).toHaveLength(2);
      const rules = replicationRules(Template.fromStack(stackOf(billing, region, true)));
      expect(rules.flatMap(({ Properties }) => Properties.Targets).map(({ Arn }) => Arn)).toEqual(system.peersOf(region).map(peer => busArn(peer, 'Orders-Billing-Bus')));
      expect(JSON.stringify(rules)).toContain(':Orders-Billing-DeadLetters');
      expect(statementsOf(regional(system, region), 'HandlerRole').filter(({ Action }) => Action === 'events:PutEvents').map(({ Resource }) => Resource))
        .toEqual([busArn(region, 'Orders-Billing-Bus')]);
    }
    expectOwnReferencesOnly(system);
  });

  test('lets the redriver publish to its redrive bus, and nothing to the bus itself', () => {
    const system = testSystem();
    new GlobalEventBus(system, 'Bus');
    const statements = statementsOf(regional(system, 'us-west-2'), 'DeadLettersRedriverRole').filter(({ Action }) => Action === 'events:PutEvents');
    expect(statements.map(({ Resource }) => Resource)).toEqual([busArn('us-west-2', 'Orders-Bus-redrive')]);
  });

  test('lets each region\'s grantee publish to its own region\'s bus', () => {
    const system = testSystem();
    const bus = new GlobalEventBus(system, 'Bus', { eventBusName: 'shop.orders', archiveRetention: Duration.days(1) });
    expect(bus.eventBusName).toBe('shop.orders');
    bus.grantPutEvents(new MultiRegionFunction(system, 'Handler', { codePath: CODE }));
    for (const region of system.regions) {
      const statements = statementsOf(regional(system, region), 'HandlerRole').filter(({ Action }) => Action === 'events:PutEvents');
      expect(statements.map(({ Resource }) => Resource)).toEqual([busArn(region, 'shop.orders')]);
    }
  });

  describe('throws if', () => {
    const make = (props: any, id = 'Bus') => () => new GlobalEventBus(testSystem(), id, props);
    test.each<[string, any, string, string, string]>([
      ['the name is not one', { eventBusName: 'my bus' }, 'eventBusName', '"my bus"', 'at most 256 characters'],
      ['the name is empty', { eventBusName: '' }, 'eventBusName', '""', 'at most 256 characters'],
      ['the name is the default bus\'s', { eventBusName: 'default' }, 'eventBusName', '"default"', 'other than "default"'],
      ['the retention is less than a day', { archiveRetention: Duration.hours(5) }, 'archiveRetention', '5 hours', 'whole days'],
      ['the name leaves no room for the redrive bus', { eventBusName: 'b'.repeat(250) }, 'eventBusName', 'bbb', '-redrive'],
      ['a region has no key', { encryptionKeyArns: { 'us-west-2': 'arn:aws:kms:us-west-2:111122223333:key/1' } }, 'encryptionKeyArns of ap-southeast-2', 'undefined', 'in ap-southeast-2'],
      ['a key is of another region', { encryptionKeyArns: { 'ap-southeast-2': 'arn:aws:kms:us-west-2:111122223333:key/1' } }, 'encryptionKeyArns of ap-southeast-2', 'us-west-2', 'in ap-southeast-2'],
      ['a key is of no region of the system', { encryptionKeyArns: { 'eu-west-1': 'arn:aws:kms:eu-west-1:111122223333:key/1' } }, 'encryptionKeyArns', '"eu-west-1"', 'ap-southeast-2, us-west-2'],
      ['schemas are to be discovered of encrypted events', {
        schemaDiscovery: true,
        encryptionKeyArns: Object.fromEntries(['ap-southeast-2', 'us-west-2'].map(region => [region, `arn:aws:kms:${region}:111122223333:key/1`])),
      }, 'schemaDiscovery', 'true', 'false, because'],
      ['an organization is none', { organizationId: '123' }, 'organizationId', '"123"', 'o-a1b2c3d4e5'],
      ['an account is none', { publisherAccounts: ['123'] }, 'publisherAccounts', '"123"', '12 digits'],
      ['an account is a number', { publisherAccounts: [111122223333] }, 'publisherAccounts', '111122223333', 'as text'],
      ['replication matches what no event can be', { replication: EventReplication.matching({ account: [111122223333 as any] }) }, 'replication: eventPattern', '[111122223333]', 'write "111122223333"'],
      ['the logs\' retention is none', { logRetention: 2 }, 'logRetention', '2', 'a value of RetentionDays'],
      ['replication matches nothing', { replication: EventReplication.matching({}) }, 'replication', '{}', 'at least one field'],
      ['replication names a region', { replication: EventReplication.matching({ region: ['us-west-2'] }) }, 'replication: region', 'us-west-2', 'nothing, because'],
      ['the retention is not whole days', { archiveRetention: Duration.hours(36) }, 'archiveRetention', '1 day 12 hours', 'whole days'],
    ])('%s', (_, props, prop, value, allowed) => {
      expectPropError(make(props), prop, value, allowed, 'Orders/Bus');
    });
    test('the id gives a name that EventBridge does not accept', () => {
      expectPropError(make({}, 'My Bus'), 'id', '"My Bus"', 'the name of an event bus', 'Orders/My Bus');
    });
  });
});
