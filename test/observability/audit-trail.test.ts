import { App, Duration } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { InsightType, ReadWriteType } from 'aws-cdk-lib/aws-cloudtrail';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AuditTrail, AuditTrailProps, GlobalTable, MultiRegionSystem } from '../../src';
import { expectOwnReferencesOnly } from '../support/references';
import { expectPropError, regional, resources, statementsOf, testSystem } from '../support/synth';

const ACCOUNT = '111122223333';
const TRAIL_ARN = 'arn:aws:cloudtrail:us-east-1:999988887777:trail/organization';

function table(system: MultiRegionSystem, id = 'OrdersTable'): GlobalTable {
  return new GlobalTable(system, id, { partitionKey: { name: 'pk', type: AttributeType.STRING } });
}

function build(props?: AuditTrailProps, count = 2): { system: MultiRegionSystem; trail: AuditTrail; template: Template } {
  const system = testSystem(count, { account: ACCOUNT });
  const trail = new AuditTrail(system, 'AuditTrail', props);
  return { system, trail, template: Template.fromStack(system.globalStack) };
}

/** The statements of a bucket's or key's policy for CloudTrail. */
function forCloudTrail(statements: any[]): any[] {
  return statements.filter(({ Principal }) => Principal.Service === 'cloudtrail.amazonaws.com');
}

function logFileStatements(template: Template): any[] {
  return forCloudTrail(resources(template, 'AWS::S3::BucketPolicy').flatMap(({ Properties }) => Properties.PolicyDocument.Statement));
}

describe('AuditTrail', () => {
  test('records the management events of all regions and of global services, once, in the primary region', () => {
    const { system, trail, template } = build();
    template.hasResource('AWS::CloudTrail::Trail', {
      Properties: {
        TrailName: 'Orders-AuditTrail',
        IsLogging: true,
        IsMultiRegionTrail: true,
        IncludeGlobalServiceEvents: true,
        EnableLogFileValidation: true,
        KMSKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AuditTrailStoreKey'), 'Arn'] },
        AdvancedEventSelectors: [{ Name: 'management events', FieldSelectors: [{ Field: 'eventCategory', Equals: ['Management'] }] }],
        CloudWatchLogsLogGroupArn: Match.absent(),
        EventSelectors: Match.absent(),
        InsightSelectors: Match.absent(),
      },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^AuditTrailStoreBucketPolicy')]),
    });
    expect(trail.trailName).toBe('Orders-AuditTrail');
    expect(system.globalStack.resolve(trail.trailArn)).toEqual({
      'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:cloudtrail:ap-southeast-2:${ACCOUNT}:trail/Orders-AuditTrail`]],
    });
    // the alarm topic of the primary region is notified, and that is all that there is besides
    expect(system._allStacks).toEqual([system.globalStack, system.stackIn('ap-southeast-2')]);
    for (const stack of system._stacks.regionalStacks) Template.fromStack(stack).resourceCountIs('AWS::CloudTrail::Trail', 0);
  });

  test('refers to nothing of another stack', () => {
    const system = testSystem(2, { account: ACCOUNT });
    new AuditTrail(system, 'AuditTrail', { cloudWatchLogsRetention: RetentionDays.ONE_YEAR });
    expectOwnReferencesOnly(system);
  });

  test('keeps the identities of what holds the log files', () => {
    const { template } = build({ cloudWatchLogsRetention: RetentionDays.ONE_YEAR });
    expect(Object.entries<any>(template.toJSON().Resources)
      .filter(([, { DeletionPolicy }]) => /^Retain/.test(DeletionPolicy)).map(([id, { Type }]) => `${Type} ${id}`).sort()).toEqual([
      'AWS::KMS::Key AuditTrailStoreKeyFAA11F57',
      'AWS::Logs::LogGroup AuditTrailLogsD47DB5AF',
      'AWS::S3::Bucket AuditTrailStoreAccessLogs3BD2E72E',
      'AWS::S3::Bucket AuditTrailStoreBucketE50131BA',
    ]);
  });

  test('keeps log files a year, from the third month on in an archive; encrypted, versioned, closed to the public, with a log of who touches them', () => {
    const { template } = build();
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms' } }] },
      VersioningConfiguration: { Status: 'Enabled' },
      LoggingConfiguration: { LogFilePrefix: 'audit/' },
      LifecycleConfiguration: {
        Rules: [{
          ExpirationInDays: 365,
          Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 90 }],
          NoncurrentVersionExpiration: { NoncurrentDays: 90 },
        }],
      },
    });
    template.hasResourceProperties('AWS::S3::Bucket', { LifecycleConfiguration: { Rules: [{ ExpirationInDays: 365 }] }, LoggingConfiguration: Match.absent() });
    for (const { Properties } of resources(template, 'AWS::S3::Bucket')) {
      expect(Properties.OwnershipControls).toEqual({ Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] });
      expect(Object.values(Properties.PublicAccessBlockConfiguration)).toEqual([true, true, true, true]);
    }
    for (const { Properties } of resources(template, 'AWS::S3::BucketPolicy')) {
      expect(Properties.PolicyDocument.Statement).toContainEqual(expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }));
    }
  });

  test('keeps them as long as one wants', () => {
    const { template } = build({ retention: Duration.days(2555), archiveAfter: Duration.days(30), accessLogRetention: Duration.days(730) });
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 2555, Transitions: [{ StorageClass: 'GLACIER_IR', TransitionInDays: 30 }] })] },
    });
    template.hasResourceProperties('AWS::S3::Bucket', { LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 730 })] } });
  });

  test('lets CloudTrail write for this trail only, into this account\'s folder only', () => {
    const { system, trail, template } = build();
    const trailArn = system.globalStack.resolve(trail.trailArn);
    const bucket = logFileStatements(template);
    expect(bucket.map(({ Action, Condition }) => [Action, Condition])).toEqual([
      ['s3:GetBucketAcl', { StringEquals: { 'aws:SourceArn': trailArn } }],
      ['s3:PutObject', { StringEquals: { 'aws:SourceArn': trailArn, 's3:x-amz-acl': 'bucket-owner-full-control' } }],
    ]);
    expect(JSON.stringify(bucket[1].Resource)).toContain(`/AWSLogs/${ACCOUNT}/*`);
    const [key] = resources(template, 'AWS::KMS::Key');
    expect(forCloudTrail(key.Properties.KeyPolicy.Statement).map(({ Action, Condition }) => [Action, Condition.StringEquals])).toEqual([
      ['kms:GenerateDataKey*', { 'aws:SourceArn': trailArn }],
      ['kms:DescribeKey', { 'aws:SourceArn': trailArn }],
    ]);
    expect(JSON.stringify(key.Properties.KeyPolicy)).toContain(`:cloudtrail:*:${ACCOUNT}:trail/*`);
  });

  test('records who reads and writes items of tables, in every region, and of no other table', () => {
    const system = testSystem(2, { account: ACCOUNT });
    const [orders] = [table(system), table(system, 'Other')];
    new AuditTrail(system, 'AuditTrail', { dataEvents: [orders, orders] });
    const [{ Properties }] = resources(Template.fromStack(system.globalStack), 'AWS::CloudTrail::Trail');
    expect(Properties.AdvancedEventSelectors[1]).toEqual({
      Name: 'items of tables',
      FieldSelectors: [
        { Field: 'eventCategory', Equals: ['Data'] },
        { Field: 'resources.type', Equals: ['AWS::DynamoDB::Table'] },
        {
          Field: 'resources.ARN',
          Equals: system.regions.map(region => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:dynamodb:${region}:${ACCOUNT}:table/Orders-OrdersTable`]] })),
        },
      ],
    });
    expectOwnReferencesOnly(system);
  });

  test.each([[ReadWriteType.WRITE_ONLY, 'false'], [ReadWriteType.READ_ONLY, 'true']])('records events that are %s, if one wants no others', (type, readOnly) => {
    const system = testSystem(1);
    new AuditTrail(system, 'AuditTrail', { managementEvents: type, dataEvents: [table(system)], dataEventsType: type });
    const [{ Properties }] = resources(Template.fromStack(system.globalStack), 'AWS::CloudTrail::Trail');
    expect(Properties.AdvancedEventSelectors.map(({ FieldSelectors }: any) => FieldSelectors.at(-1)))
      .toEqual([{ Field: 'readOnly', Equals: [readOnly] }, { Field: 'readOnly', Equals: [readOnly] }]);
  });

  test('records data events only, beside a trail of the organization', () => {
    const system = testSystem(1);
    new AuditTrail(system, 'AuditTrail', { managementEvents: ReadWriteType.NONE, dataEvents: [table(system)] });
    const [{ Properties }] = resources(Template.fromStack(system.globalStack), 'AWS::CloudTrail::Trail');
    expect(Properties.AdvancedEventSelectors.map(({ Name }: any) => Name)).toEqual(['items of tables']);
  });

  test('looks for what is unlike before, if one wants that', () => {
    build({ insightTypes: [InsightType.API_CALL_RATE, InsightType.API_ERROR_RATE] }).template.hasResourceProperties('AWS::CloudTrail::Trail', {
      InsightSelectors: [{ InsightType: 'ApiCallRateInsight' }, { InsightType: 'ApiErrorRateInsight' }],
    });
  });

  test('sends events to a log group of its own, encrypted with its key, if one wants that', () => {
    const { template, trail } = build({ cloudWatchLogsRetention: RetentionDays.THREE_MONTHS });
    template.hasResourceProperties('AWS::Logs::LogGroup', {
      LogGroupName: '/aws/cloudtrail/Orders-AuditTrail', RetentionInDays: 90, KmsKeyId: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AuditTrailStoreKey'), 'Arn'] },
    });
    template.hasResourceProperties('AWS::CloudTrail::Trail', {
      CloudWatchLogsLogGroupArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AuditTrailLogs'), 'Arn'] },
      CloudWatchLogsRoleArn: { 'Fn::GetAtt': [Match.stringLikeRegexp('^AuditTrailLogsRole'), 'Arn'] },
    });
    const [key] = resources(template, 'AWS::KMS::Key');
    const [logs] = key.Properties.KeyPolicy.Statement.filter(({ Principal }: any) => Principal.Service === 'logs.ap-southeast-2.amazonaws.com');
    expect(JSON.stringify(logs.Condition.ArnEquals)).toContain(`:logs:ap-southeast-2:${ACCOUNT}:log-group:/aws/cloudtrail/Orders-AuditTrail`);
    expect(trail.logGroup).toBeDefined();
    expect(build().trail.logGroup).toBeUndefined();
  });

  test('tells the alarm topic of the primary region when somebody changes the trail, its bucket or its key', () => {
    const { system, template } = build();
    const [{ Properties }] = resources(template, 'AWS::Events::Rule');
    expect(Properties.EventPattern.detail.$or.map(({ eventName }: any) => eventName)).toEqual([
      ['StopLogging', 'DeleteTrail', 'UpdateTrail'],
      ['PutEventSelectors', 'PutInsightSelectors'],
      [{ prefix: 'PutBucket' }, { prefix: 'DeleteBucket' }],
      ['DisableKey', 'ScheduleKeyDeletion', 'PutKeyPolicy'],
    ]);
    expect(Properties.EventPattern.detail.$or[0].requestParameters.name[0]).toBe('Orders-AuditTrail');
    const [target] = Properties.Targets;
    expect(JSON.stringify(target.Arn)).toContain(`:sns:ap-southeast-2:${ACCOUNT}:Orders-alarms`);
    expect(target.DeadLetterConfig.Arn).toBeDefined();
    expect(target.RoleArn).toBeUndefined();
    regional(system, 'ap-southeast-2').hasResourceProperties('AWS::SNS::Topic', { TopicName: 'Orders-alarms' });
  });

  test('keeps what the topic does not take, in a queue that admits the rule before it is there', () => {
    const [{ DependsOn }] = resources(build().template, 'AWS::Events::Rule');
    expect(DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^AuditTrailNotificationDlqPolicy/)]));
  });

  test('tells nobody, if one wants that', () => {
    build({ tellOfChanges: false }).template.resourceCountIs('AWS::Events::Rule', 0);
  });

  test('is nothing but a name if another trail records the account', () => {
    const system = testSystem(2);
    table(system);
    const trail = AuditTrail.fromTrailArn(system, 'AuditTrail', TRAIL_ARN);
    expect(trail.trailArn).toBe(TRAIL_ARN);
    const template = Template.fromStack(system.globalStack);
    for (const type of ['AWS::CloudTrail::Trail', 'AWS::S3::Bucket', 'AWS::KMS::Key', 'AWS::Events::Rule']) {
      template.resourceCountIs(type, 0);
    }
    expect(Object.values<any>(template.toJSON().Outputs).map(({ Value }) => Value)).toEqual([TRAIL_ARN]);
  });

  test('that is made elsewhere makes no stack', () => {
    const system = testSystem(2);
    AuditTrail.fromTrailArn(system, 'AuditTrail', TRAIL_ARN);
    (system.node.root as App).synth();
    expect(system._allStacks).toEqual([]);
  });

  test('holds the permissions of its role for the log group, so that CloudTrail finds them when the trail is made', () => {
    const { template } = build({ cloudWatchLogsRetention: RetentionDays.ONE_YEAR });
    template.resourceCountIs('AWS::IAM::Policy', 0);
    expect(statementsOf(template, 'AuditTrailLogsRole').map(({ Action }) => Action)).toEqual([['logs:CreateLogStream', 'logs:PutLogEvents']]);
    // a deployment that failed must not leave a log group under this name
    template.hasResource('AWS::Logs::LogGroup', { DeletionPolicy: 'RetainExceptOnCreate' });
  });

  test.each([
    ['another', (system: MultiRegionSystem) => new AuditTrail(system, 'Second')],
    ['one that is made elsewhere', (system: MultiRegionSystem) => AuditTrail.fromTrailArn(system, 'Second', TRAIL_ARN)],
  ])('throws if the system has one already, and gets %s', (_, second) => {
    const { system } = build();
    expectPropError(() => second(system), 'AuditTrail', '"Orders/Second"', 'one in a system, which is Orders/AuditTrail', 'Orders/Second');
  });

  test.each<[string, AuditTrailProps, string, string, string]>([
    ['no data event is to be recorded', { dataEventsType: ReadWriteType.NONE }, 'dataEventsType', '"None"', 'ALL, READ_ONLY or WRITE_ONLY'],
    ['insights lack events', { managementEvents: ReadWriteType.READ_ONLY, insightTypes: [InsightType.API_CALL_RATE] }, 'insightTypes', '["ApiCallRateInsight"]', 'none unless'],
    ['the retention is not in whole days', { retention: Duration.hours(36) }, 'retention', '"1 day 12 hours"', 'whole days'],
    ['the retention is none', { retention: Duration.days(0) }, 'retention', '"0 days"', 'whole days, from 1 day'],
    ['log files would expire before they are archived', { retention: Duration.days(90) }, 'archiveAfter', '"90 days"', 'less than the retention, 90 days'],
    ['CloudWatch Logs has no such retention', { cloudWatchLogsRetention: 0 as any }, 'cloudWatchLogsRetention', '0', 'a value of RetentionDays'],
    ['access logs are not kept for whole days', { accessLogRetention: Duration.minutes(1) }, 'accessLogRetention', '"1 minute"', 'whole days'],
  ])('throws if %s', (_, props, prop, value, allowed) => {
    expectPropError(() => build(props), prop, value, allowed, 'Orders/AuditTrail');
  });

  test('throws if a table is of another system', () => {
    expectPropError(() => build({ dataEvents: [table(testSystem(1))] }), 'dataEvents', '"Orders/OrdersTable"', 'a construct of the system', 'Orders/AuditTrail');
  });

  test('throws if there are more tables than CloudTrail takes', () => {
    const system = testSystem(10);
    const tables = Array.from({ length: 50 }, (_, i) => GlobalTable.fromTableAttributes(system, `Table${i}`, { tableName: `table-${i}` }));
    expectPropError(() => new AuditTrail(system, 'AuditTrail', { dataEvents: tables }), 'dataEvents', '"500 replicas"', 'at most 49 tables in 10 regions', 'Orders/AuditTrail');
  });

  test.each(['orders', 'arn:aws:s3:::orders', 'arn:aws-cn:cloudtrail:cn-north-1:999988887777:trail/t'])('throws if the ARN is none of a trail: %s', arn => {
    expectPropError(() => AuditTrail.fromTrailArn(testSystem(1), 'AuditTrail', arn), 'trailArn', JSON.stringify(arn), 'the literal ARN of a trail in the partition aws', 'Orders/AuditTrail');
  });

  test('throws if its name would be none of a trail', () => {
    expectPropError(() => new AuditTrail(testSystem(1, { systemName: 'My--orders' }), 'AuditTrail'), 'id', '"AuditTrail"', 'between them single dots', 'Orders/AuditTrail');
  });
});
