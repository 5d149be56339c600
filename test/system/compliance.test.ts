import { Match, Template } from 'aws-cdk-lib/assertions';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ApiAuthorization, AuditTrail, ComplianceMode, HttpMethod, MultiRegionApi, MultiRegionFunction, MultiRegionSystemProps, SystemUnit } from '../../src';
import { expectOwnReferencesOnly } from '../support/references';
import { CODE, expectPropError, regional, resources, templates, testSystem } from '../support/synth';

const PRIMARY = 'ap-southeast-2';

function systemWithFunction(props: Partial<MultiRegionSystemProps> = {}, count = 2) {
  const system = testSystem(count, props);
  const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
  return { system, fn };
}

const strict = (props: Partial<MultiRegionSystemProps> = {}) => systemWithFunction({ compliance: ComplianceMode.STRICT, ...props });

describe('MultiRegionSystem', () => {
  test('is in standard mode by default, in which nothing is made for compliance', () => {
    const { system } = systemWithFunction();
    expect(system.compliance).toBe(ComplianceMode.STANDARD);
    system.letFunctionsReach('secretsmanager');
    for (const template of Object.values(templates(system))) {
      expect(Object.keys(template.Resources ?? {}).filter(id => id.startsWith('Protection'))).toEqual([]);
      for (const fn of resources(template, 'AWS::Lambda::Function')) {
        expect(Object.keys(fn.Properties)).toEqual(expect.not.arrayContaining(['VpcConfig', 'KmsKeyArn', 'ReservedConcurrentExecutions']));
      }
    }
  });

  describe('in strict mode', () => {
    test('runs functions in a VPC of each region, in two Availability Zones, that has no way to the internet', () => {
      const { system } = strict();
      for (const region of system.regions) {
        const template = regional(system, region);
        template.resourceCountIs('AWS::EC2::VPC', 1);
        template.resourceCountIs('AWS::EC2::InternetGateway', 0);
        template.resourceCountIs('AWS::EC2::NatGateway', 0);
        template.resourceCountIs('AWS::EC2::Route', 0);
        const zones = resources(template, 'AWS::EC2::Subnet').map(subnet => subnet.Properties.AvailabilityZone);
        expect(zones).toEqual([0, 1].map(i => ({ 'Fn::Select': [i, { 'Fn::GetAZs': '' }] })));
        for (const fn of resources(template, 'AWS::Lambda::Function')) {
          const { SubnetIds, SecurityGroupIds } = fn.Properties.VpcConfig;
          expect([SubnetIds.length, SecurityGroupIds.length]).toEqual([2, 1]);
        }
      }
    });

    test('asks AWS for nothing at synthesis, whatever the account', () => {
      const { system } = strict({ account: '111122223333' });
      const { manifest } = (system.node.root as any).synth();
      expect(manifest.missing).toBeUndefined();
    });

    test('lets functions send by HTTPS only, and nobody call them', () => {
      const { system } = strict();
      const template = regional(system, PRIMARY);
      template.hasResourceProperties('AWS::EC2::SecurityGroup', {
        GroupDescription: Match.stringLikeRegexp('^functions'),
        SecurityGroupEgress: [Match.objectLike({ IpProtocol: 'tcp', FromPort: 443, ToPort: 443 })],
        SecurityGroupIngress: Match.absent(),
      });
    });

    test('has endpoints for what its handlers call, each for its own account, and more on request', () => {
      const { system } = strict();
      const services = () => resources(regional(system, PRIMARY), 'AWS::EC2::VPCEndpoint').map(({ Properties }) => JSON.stringify(Properties.ServiceName).match(/\.?([a-z0-9]+)"\]*\}?$/)![1]).sort();
      system.letFunctionsReach('kms');
      system.letFunctionsReach('kms');
      expect(services()).toEqual(['dynamodb', 'events', 'kms', 'lambda', 's3', 'sqs', 'xray']);
      for (const endpoint of resources(regional(system, PRIMARY), 'AWS::EC2::VPCEndpoint')) {
        const [own, ...others] = endpoint.Properties.PolicyDocument.Statement;
        expect(own.Condition).toEqual({ StringEquals: { 'aws:PrincipalAccount': { Ref: 'AWS::AccountId' } } });
        expect(others.map(({ Action, Resource }: any) => [Action, JSON.stringify(Resource).includes('cloudformation-custom-resource-response-')]))
          .toEqual(JSON.stringify(endpoint.Properties.ServiceName).includes('.s3') ? [['s3:PutObject', true]] : []);
      }
    });

    test('makes functions when the gateways are there that a deployment needs', () => {
      const { system } = strict();
      const { Resources: all } = templates(system)[PRIMARY];
      const [fn] = Object.values<any>(all).filter(({ Type, Properties }) => Type === 'AWS::Lambda::Function' && Properties.FunctionName === 'Orders-Handler');
      const awaited = fn.DependsOn.map((id: string) => all[id].Type).sort();
      expect(awaited).toEqual(expect.arrayContaining(['AWS::EC2::SubnetRouteTableAssociation', 'AWS::EC2::VPCEndpoint']));
    });

    test('lets Lambda make network interfaces for all functions, and denies it to their code', () => {
      const { system } = strict();
      const template = regional(system, PRIMARY);
      const policies = Object.keys(template.findResources('AWS::IAM::ManagedPolicy'));
      expect(policies).toHaveLength(2);
      expect(policies).toEqual(expect.arrayContaining([expect.stringMatching(/^ProtectionNetworkInterfaces/), expect.stringMatching(/^Tracing/)]));
      for (const fn of resources(template, 'AWS::Lambda::Function')) {
        const role = template.toJSON().Resources[fn.Properties.Role['Fn::GetAtt'][0]];
        expect(role.Properties.ManagedPolicyArns).toEqual(expect.arrayContaining(policies.map(Ref => ({ Ref }))));
      }
      template.hasResourceProperties('AWS::IAM::ManagedPolicy', {
        PolicyDocument: {
          Statement: [
            Match.objectLike({ Effect: 'Allow', Action: Match.arrayWith(['ec2:CreateNetworkInterface']), Resource: '*' }),
            Match.objectLike({
              Effect: 'Deny',
              Action: Match.arrayWith(['ec2:CreateNetworkInterface']),
              Condition: { ArnLike: { 'lambda:SourceFunctionArn': { 'Fn::Join': ['', Match.arrayWith([':function:*'])] } } },
            }),
          ],
        },
      });
    });

    test('logs what passes in the VPC', () => {
      const { system } = strict();
      regional(system, PRIMARY).hasResourceProperties('AWS::EC2::FlowLog', { ResourceType: 'VPC', TrafficType: 'ALL', LogDestinationType: 'cloud-watch-logs' });
    });

    test('encrypts all logs and environment variables of a region with one key, which rotates, and which only CloudWatch Logs of that region may use', () => {
      const { system } = strict();
      for (const region of system.regions) {
        const template = regional(system, region);
        const keys = template.findResources('AWS::KMS::Key', { Properties: { Description: Match.stringLikeRegexp('^encrypts logs and environment variables') } });
        expect(Object.values<any>(keys).map(({ Properties }) => Properties.EnableKeyRotation)).toEqual([true]);
        const arn = { 'Fn::GetAtt': [Object.keys(keys)[0], 'Arn'] };
        const [, logs] = Object.values<any>(keys)[0].Properties.KeyPolicy.Statement;
        expect(logs).toMatchObject({ Principal: { Service: `logs.${region}.amazonaws.com` }, Condition: { ArnEquals: { 'kms:EncryptionContext:aws:logs:arn': expect.anything() } } });
        for (const group of resources(template, 'AWS::Logs::LogGroup')) expect(group.Properties.KmsKeyId).toEqual(arn);
        for (const fn of resources(template, 'AWS::Lambda::Function')) expect(fn.Properties.KmsKeyArn).toEqual(arn);
      }
    });

    test('has a key and a VPC of its own in each unit, so that no stack refers to another', () => {
      const { system } = strict();
      const unit = new SystemUnit(system, 'Billing');
      new MultiRegionFunction(unit, 'Handler', { codePath: CODE });
      system.letFunctionsReach('kms');
      const template = Template.fromStack(unit._stacks.stackIn(PRIMARY));
      template.resourceCountIs('AWS::EC2::VPC', 1);
      template.hasResourceProperties('AWS::EC2::VPC', { Tags: [{ Key: 'Name', Value: 'Orders-Billing' }] });
      template.hasResourceProperties('AWS::KMS::Key', { Description: Match.stringLikeRegexp('^encrypts logs .* of Orders-Billing in') });
      for (const fn of resources(template, 'AWS::Lambda::Function')) expect(fn.Properties.VpcConfig.SubnetIds).toHaveLength(2);
      const services = (each: Template) => resources(each, 'AWS::EC2::VPCEndpoint').map(({ Properties }) => JSON.stringify(Properties.ServiceName));
      expect(services(template)).toContainEqual(expect.stringContaining('kms'));
      expect(services(template).sort()).toEqual(services(regional(system, PRIMARY)).sort());
      expectOwnReferencesOnly(system);
    });

    test('leaves a function that calls the internet out of its VPC', () => {
      const { system } = strict();
      new MultiRegionFunction(system, 'Payment', { codePath: CODE, internetAccess: true });
      const [payment] = resources(regional(system, PRIMARY), 'AWS::Lambda::Function').filter(fn => fn.Properties.FunctionName === 'Orders-Payment');
      expect(payment.Properties.VpcConfig).toBeUndefined();
    });

    test('logs what a web ACL stops or counts, without credentials', () => {
      const { system, fn } = strict();
      const api = new MultiRegionApi(system, 'Api', { authorization: ApiAuthorization.iam() });
      api.addRoute(HttpMethod.GET, '/orders', fn);
      const template = regional(system, PRIMARY);
      template.hasResourceProperties('AWS::Logs::LogGroup', { LogGroupName: 'aws-waf-logs-Orders-Api', RetentionInDays: 365 });
      template.hasResourceProperties('AWS::WAFv2::LoggingConfiguration', {
        RedactedFields: [{ SingleHeader: { Name: 'authorization' } }, { SingleHeader: { Name: 'cookie' } }],
        LoggingFilter: {
          DefaultBehavior: 'DROP',
          Filters: ['BLOCK', 'COUNT', 'EXCLUDED_AS_COUNT'].map(Action => ({ Behavior: 'KEEP', Requirement: 'MEETS_ANY', Conditions: [{ ActionCondition: { Action } }] })),
        },
      });
    });

    test.each([[undefined, 365], [RetentionDays.TEN_YEARS, 3653]])('keeps the audit trail in CloudWatch Logs, with retention %s for %s days', (cloudWatchLogsRetention, days) => {
      const { system } = strict();
      new AuditTrail(system, 'Audit', { cloudWatchLogsRetention });
      expect(resources(templates(system).global, 'AWS::Logs::LogGroup').map(group => group.Properties.RetentionInDays)).toEqual([days]);
    });
  });

  test('with your own networks runs functions there, and makes no VPC', () => {
    const networks = Object.fromEntries(testSystem(2).regions.map((region, i) => [region, { subnetIds: [`subnet-${i}a`, `subnet-${i}b`], securityGroupIds: [`sg-${i}`] }]));
    for (const compliance of Object.values(ComplianceMode)) {
      const { system } = systemWithFunction({ compliance, functionNetworks: networks });
      new MultiRegionFunction(system, 'Payment', { codePath: CODE, internetAccess: true });
      system.regions.forEach((region, i) => {
        const template = regional(system, region);
        template.resourceCountIs('AWS::EC2::VPC', 0);
        for (const fn of resources(template, 'AWS::Lambda::Function')) {
          expect(fn.Properties.VpcConfig).toEqual({ SubnetIds: [`subnet-${i}a`, `subnet-${i}b`], SecurityGroupIds: [`sg-${i}`] });
        }
      });
    }
  });

  const network = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
  test.each<[string, any, string, string, string]>([
    ['a network is empty', { [PRIMARY]: {} }, `functionNetworks of ${PRIMARY}: subnetIds`, 'undefined', 'such as subnet-'],
    ['a network is of another region', { [PRIMARY]: network, 'us-west-2': network, 'eu-west-1': network }, 'functionNetworks', 'eu-west-1', 'regions of this system'],
    ['a network has no subnet', { [PRIMARY]: network, 'us-west-2': { ...network, subnetIds: [] } }, 'subnetIds', '[]', 'one or more literal ids'],
    ['a security group is none', { [PRIMARY]: network, 'us-west-2': { ...network, securityGroupIds: ['vpc-1'] } }, 'securityGroupIds', 'vpc-1', 'such as sg-'],
  ])('throws if %s', (_, functionNetworks, prop, value, allowed) => {
    expectPropError(() => testSystem(2, { functionNetworks }), prop, value, allowed, 'Orders');
  });

  test('throws if a service to reach is none', () => {
    expectPropError(() => testSystem(1).letFunctionsReach('com amazonaws'), 'service', 'com amazonaws', 'such as secretsmanager', 'Orders');
  });
});
