import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AuditTrail, ComplianceMode, GlobalTable, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem, SystemUnit } from '../../src';
import { build } from '../multi-region-pipeline/support';
import { expectNoFindings } from '../support/findings';
import { allTemplates, CODE, expectPropError, resources, testSystem } from '../support/synth';
import { wholeSystem } from '../support/whole-system';

const REGIONS = ['ap-southeast-2', 'us-west-2'];
const keyIn = (region: string) => `arn:aws:kms:${region}:111122223333:key/11111111-1111-1111-1111-111111111111`;
const encryptionKeyArns = Object.fromEntries(REGIONS.map(region => [region, keyIn(region)]));

/** A system with everything in it, a unit and a table that is fed and published, and its templates by region. */
function encrypted(compliance = ComplianceMode.STANDARD): { system: MultiRegionSystem; byRegion: Record<string, any[]> } {
  const { system, bus } = wholeSystem(2, { encryptionKeyArns, compliance });
  const unit = new SystemUnit(system, 'Billing');
  const worker = new MultiRegionFunction(unit, 'Worker', { codePath: CODE });
  const jobs = new MultiRegionQueue(unit, 'Jobs');
  jobs.addConsumer(worker);
  jobs.grantSendMessages(worker);
  bus.subscribe('ToJobs', { eventPattern: { source: ['shop'] }, target: jobs });
  new GlobalTable(unit, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } }).publishChangesTo(bus, { detailType: 'Changed' });
  const all = Object.entries(allTemplates(system));
  const templatesOf = (region: string) => all.filter(([name]) => name.includes(region)).map(([, template]) => template);
  return { system, byRegion: Object.fromEntries(REGIONS.map(region => [region, templatesOf(region)])) };
}

describe.each(Object.values(ComplianceMode))('Keys of a system, %s,', compliance => {
  let system: MultiRegionSystem;
  let byRegion: Record<string, any[]>;
  beforeAll(() => ({ system, byRegion } = encrypted(compliance)));
  const of = (region: string, type: string): any[] => byRegion[region].flatMap(template => resources(template, type))
    .map(({ Properties }) => Properties);

  test.each(REGIONS)('encrypt everything that can be in %s, and none is made', region => {
    expect(of(region, 'AWS::KMS::Key')).toEqual([]);
    for (const [type, prop] of [['AWS::Logs::LogGroup', 'KmsKeyId'], ['AWS::Lambda::Function', 'KmsKeyArn'], ['AWS::SNS::Topic', 'KmsMasterKeyId']]) {
      const all = of(region, type);
      expect(all.length).toBeGreaterThan(0);
      for (const properties of all) expect([type, properties[prop]]).toEqual([type, keyIn(region)]);
    }
    // heartbeats are a minute old at most, and hold nothing
    const queues = of(region, 'AWS::SQS::Queue').filter(({ MessageRetentionPeriod }) => MessageRetentionPeriod !== 60);
    expect(queues.length).toBeGreaterThan(6);
    for (const { QueueName, KmsMasterKeyId, SqsManagedSseEnabled } of queues) {
      expect([QueueName, KmsMasterKeyId, SqsManagedSseEnabled]).toEqual([QueueName, keyIn(region), undefined]);
    }
  });

  test.each(REGIONS)('may be used by every role of %s that may use a queue, by way of SQS, and by no other service', region => {
    const roles = of(region, 'AWS::IAM::Role');
    const users = roles.map(({ Policies = [] }) => Policies.flatMap(({ PolicyDocument }: any) => PolicyDocument.Statement))
      .filter(statements => statements.some(({ Action }: any) => [Action].flat().some(action => /^sqs:(Send|Receive)/.test(action))));
    expect(users.length).toBeGreaterThan(5);
    for (const statements of users) {
      expect(statements).toContainEqual({
        Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Effect: 'Allow', Resource: keyIn(region), Condition: { StringLike: { 'kms:ViaService': `sqs.${region}.*` } },
      });
    }
  });

  test('lead to no finding', () => expectNoFindings(system));
});

describe('Keys', () => {
  test('leave a system that has none as it was', () => {
    const queues = Object.values(allTemplates(testSystemWithQueue())).flatMap(template => resources(template, 'AWS::SQS::Queue')).map(({ Properties }) => Properties);
    for (const { SqsManagedSseEnabled, KmsMasterKeyId } of queues) expect([SqsManagedSseEnabled, KmsMasterKeyId]).toEqual([true, undefined]);
  });

  test.each<[string, any, string, string]>([
    ['a region has none', { [REGIONS[0]]: keyIn(REGIONS[0]) }, 'encryptionKeyArns of us-west-2', 'undefined'],
    ['one is of another region', { ...encryptionKeyArns, 'us-west-2': keyIn('eu-west-1') }, 'encryptionKeyArns of us-west-2', 'eu-west-1'],
    ['one is of no region of the system', { ...encryptionKeyArns, 'eu-west-1': keyIn('eu-west-1') }, 'encryptionKeyArns', 'eu-west-1'],
  ])('throw if %s', (_, arns, prop, value) => {
    expectPropError(() => testSystem(2, { encryptionKeyArns: arns }), prop, value, '', 'Orders');
  });

  test('of a trail encrypt its files and events', () => {
    const system = testSystem();
    new AuditTrail(system, 'Audit', { encryptionKeyArn: keyIn(REGIONS[0]), cloudWatchLogsRetention: RetentionDays.ONE_YEAR });
    const template = Template.fromStack(system.globalStack);
    template.resourceCountIs('AWS::KMS::Key', 0);
    template.hasResourceProperties('AWS::CloudTrail::Trail', { KMSKeyId: keyIn(REGIONS[0]) });
    template.hasResourceProperties('AWS::Logs::LogGroup', { KmsKeyId: keyIn(REGIONS[0]) });
    expect(JSON.stringify(template.toJSON())).toContain(`"KMSMasterKeyID":"${keyIn(REGIONS[0])}"`);
    expectNoFindings(system);
  });

  test('of a trail are of the primary region', () => {
    expectPropError(() => new AuditTrail(testSystem(), 'Audit', { encryptionKeyArn: keyIn(REGIONS[1]) }), 'encryptionKeyArn', keyIn(REGIONS[1]), `a KMS key in ${REGIONS[0]}`, 'Orders/Audit');
  });

  test('of a pipeline and its standby encrypt artifacts, logs and topics', () => {
    const { pipeline, stack } = build({}, { encryptionKeyArns, standbyRegion: REGIONS[1] });
    for (const [each, region] of [[stack, REGIONS[0]], [pipeline.standbyStack!, REGIONS[1]]] as [Stack, string][]) {
      const template = Template.fromStack(each);
      template.resourceCountIs('AWS::KMS::Key', 0);
      template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: keyIn(region) });
      template.allResourcesProperties('AWS::SNS::Topic', { KmsMasterKeyId: keyIn(region) });
      template.allResourcesProperties('AWS::CodeBuild::Project', { EncryptionKey: keyIn(region) });
      expect(JSON.stringify(template.toJSON())).toContain(`"KMSMasterKeyID":"${keyIn(region)}"`);
    }
    expectNoFindings(stack);
  });

  test('of a pipeline are of its regions', () => {
    expectPropError(() => build({}, { encryptionKeyArns }), 'encryptionKeyArns', REGIONS[1], REGIONS[0], 'Deployment/Pipeline');
    expectPropError(() => build({}, { encryptionKeyArns: { [REGIONS[0]]: keyIn(REGIONS[0]) }, standbyRegion: REGIONS[1] }), `encryptionKeyArns of ${REGIONS[1]}`, 'undefined', 'a KMS key', 'Deployment/Pipeline');
  });
});

function testSystemWithQueue(): MultiRegionSystem {
  const system = testSystem();
  new MultiRegionQueue(system, 'Jobs').addConsumer(new MultiRegionFunction(system, 'Worker', { codePath: CODE }));
  return system;
}
