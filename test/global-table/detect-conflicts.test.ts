import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { DetectConflictsOptions, GlobalEventBus, GlobalTable, MultiRegionQueue, MultiRegionSystem, SystemUnit } from '../../src';
import { expectOwnReferencesOnly } from '../support/references';
import { expectPropError, regional, resources, statementsOf, testSystem } from '../support/synth';

const partitionKey = { name: 'pk', type: AttributeType.STRING };

function detecting(count: number, options?: DetectConflictsOptions): MultiRegionSystem {
  const system = testSystem(count);
  new GlobalTable(system, 'Table', { partitionKey }).detectConflicts(options);
  return system;
}

/** The mapping from the stream to the detector in a region. */
function mappingIn(system: MultiRegionSystem, region: string): any {
  return resources(regional(system, region), 'AWS::Lambda::EventSourceMapping').filter(({ Properties }) => Properties.FilterCriteria)[0];
}

describe('GlobalTable.detectConflicts', () => {
  test.each([1, 2, 3, 10])('has the documented defaults in each of %i regions', count => {
    const system = detecting(count);
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: 'Orders-Table-Conflicts', Environment: { Variables: { TABLE_NAME: 'Orders-Table', REGION_ATTRIBUTE_NAME: 'region' } },
      });
      const { Properties } = mappingIn(system, region);
      expect(Properties).toMatchObject({
        EventSourceArn: { 'Fn::GetAtt': [expect.stringMatching(/^TableStreamArn/), 'StreamArn'] },
        FunctionName: { 'Fn::Join': ['', [expect.anything(), ':live']] },
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 10,
        BisectBatchOnFunctionError: true,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        MaximumRetryAttempts: 185,
        MaximumRecordAgeInSeconds: 23 * 60 * 60,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^DeadLetters/), 'Arn'] } } },
      });
      expect(Properties.FilterCriteria.Filters.map(({ Pattern }: any) => JSON.parse(Pattern))).toEqual([
        { eventName: ['MODIFY'], dynamodb: { OldImage: { region: { S: [region] } }, NewImage: { region: { S: [{ 'anything-but': [region] }] } } } },
      ]);
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'cdk-multi-region',
        MetricName: 'LostWrites',
        Dimensions: [{ Name: 'TableName', Value: 'Orders-Table' }],
        Statistic: 'Sum',
        Threshold: 1,
        EvaluationPeriods: 1,
        TreatMissingData: 'notBreaching',
      });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/Lambda',
        MetricName: 'IteratorAge',
        Dimensions: [{ Name: 'FunctionName', Value: 'Orders-Table-Conflicts' }, { Name: 'Resource', Value: 'Orders-Table-Conflicts:live' }],
        Statistic: 'Maximum',
        Threshold: 15 * 60 * 1000,
        EvaluationPeriods: 5,
      });
    }
  });

  test('takes other attributes, and sends what was lost to the queue of the region that lost it', () => {
    const system = testSystem();
    const losingImages = new MultiRegionQueue(system, 'Lost');
    new GlobalTable(system, 'Table', { partitionKey }).detectConflicts({ regionAttribute: 'writtenIn', versionAttribute: 'v', losingImages });
    const template = regional(system, 'us-west-2');
    template.hasResourceProperties('AWS::Lambda::Function', {
      Environment: { Variables: { TABLE_NAME: 'Orders-Table', REGION_ATTRIBUTE_NAME: 'writtenIn', VERSION_ATTRIBUTE_NAME: 'v', LOSING_IMAGES_URL: { Ref: Match.stringLikeRegexp('^LostQueue') } } },
    });
    const sending = statementsOf(template, 'TableConflictsRole').filter(({ Action }) => Action.includes('sqs:SendMessage')).map(({ Resource }) => JSON.stringify(Resource));
    expect(sending).toContainEqual(expect.stringContaining(':Orders-Lost"'));
    expect(mappingIn(system, 'us-west-2').Properties.FilterCriteria.Filters[0].Pattern).toContain('"writtenIn"');
  });

  test('has the permission to read the stream, and this stream only, in the role of the function that the mapping names', () => {
    const system = detecting(2);
    const template = regional(system, 'us-west-2');
    template.resourceCountIs('AWS::IAM::Policy', 0);
    const { FunctionName } = mappingIn(system, 'us-west-2').Properties;
    expect(JSON.stringify(FunctionName)).toMatch(/"Ref":"TableConflictsLive\w+"/);
    const streams = statementsOf(template, 'TableConflictsRole').filter(({ Action }) => JSON.stringify(Action).includes('dynamodb:'));
    expect(streams).toEqual([
      { Effect: 'Allow', Action: ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator'], Resource: { 'Fn::GetAtt': [expect.stringMatching(/^TableStreamArn/), 'StreamArn'] } },
      expect.objectContaining({ Action: 'dynamodb:ListStreams' }),
    ]);
    expect(JSON.stringify(streams[1].Resource)).toContain(':table/Orders-Table/stream/*');
  });

  test.each(['table', 'queue'])('sends what was lost to a queue by its literal name, when the %s is in a unit and the other is not', which => {
    const system = testSystem();
    const unit = new SystemUnit(system, 'Billing');
    const losingImages = new MultiRegionQueue(which === 'queue' ? unit : system, 'Lost');
    new GlobalTable(which === 'table' ? unit : system, 'Table', { partitionKey }).detectConflicts({ losingImages });
    for (const region of system.regions) {
      const template = Template.fromStack(which === 'table' ? unit._stacks.stackIn(region) : system.stackIn(region));
      const [detector] = resources(template, 'AWS::Lambda::Function').filter(({ Properties }) => Properties.FunctionName.endsWith('-Table-Conflicts'));
      expect(detector.Properties.Environment.Variables.LOSING_IMAGES_URL).toEqual({
        'Fn::Join': ['', [`https://sqs.${region}.`, { Ref: 'AWS::URLSuffix' }, '/', { Ref: 'AWS::AccountId' }, `/${losingImages.queueName}`]],
      });
      expect(JSON.stringify(statementsOf(template, 'TableConflictsRole'))).toContain(`:${losingImages.queueName}"`);
    }
    expectOwnReferencesOnly(system);
  });

  test('shares the ARN of the stream with the outbox, and warns of two readers', () => {
    const system = testSystem();
    const table = new GlobalTable(system, 'Table', { partitionKey });
    table.detectConflicts();
    table.publishChangesTo(new GlobalEventBus(system, 'Bus'), { detailType: 'ItemChanged' });
    regional(system, 'us-west-2').resourceCountIs('AWS::CloudFormation::CustomResource', 1);
    const warnings = system._allStacks.flatMap(stack => Annotations.fromStack(stack).findWarning('*', Match.anyValue())).map(({ entry }) => entry.data);
    expect(warnings).toEqual([expect.stringContaining('cdk-multi-region:streamReaders')]);
  });

  test('works for an imported table', () => {
    const system = testSystem();
    GlobalTable.fromTableAttributes(system, 'Table', { tableName: 'their-table' }).detectConflicts();
    regional(system, 'us-west-2').hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'Orders-Table-Conflicts', Environment: { Variables: Match.objectLike({ TABLE_NAME: 'their-table' }) } });
  });

  describe('throws if', () => {
    test('it is called twice', () => {
      const table = new GlobalTable(testSystem(), 'Table', { partitionKey });
      table.detectConflicts();
      expectPropError(() => table.detectConflicts(), 'detectConflicts', '"called twice"', 'once', 'Orders/Table');
    });
    test('an attribute is none', () => {
      expectPropError(() => detecting(2, { regionAttribute: '' }), 'regionAttribute', '""', 'the name of an attribute', 'Orders/Table');
      expectPropError(() => detecting(2, { versionAttribute: 'a.b' }), 'versionAttribute', '"a.b"', 'the name of an attribute', 'Orders/Table');
    });
    test('the queue is of another system', () => {
      expectPropError(() => detecting(2, { losingImages: new MultiRegionQueue(testSystem(), 'Lost') }), 'losingImages', '"Orders/Lost"', 'a construct of the system Orders', 'Orders/Table');
    });
  });
});
