/** With ComplianceMode.STRICT, every construct answers every rule of every pack, and still keeps to its own region. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks, HIPAASecurityChecks, NIST80053R5Checks, PCIDSS321Checks, ServerlessChecks } from 'cdk-nag';
import { CONSTRUCTS, strictPipeline } from './everything';
import { ComplianceMode, MultiRegionSystem } from '../../src';
import { orderSystem } from '../support/order-system';
import { expectOwnReferencesOnly } from '../support/references';
import { resources, templates, testApp, testSystem } from '../support/synth';

const STANDARD_PACKS = [AwsSolutionsChecks, ServerlessChecks];
const PACKS = [...STANDARD_PACKS, NIST80053R5Checks, HIPAASecurityChecks, PCIDSS321Checks];
const STRICT = { compliance: ComplianceMode.STRICT };

function findings(system: { readonly node: MultiRegionSystem['node'] }, packs = PACKS): string[] {
  return packs.flatMap(Pack => new Pack().validateScope(system.node.root).violations)
    .flatMap(({ ruleName, violatingResources }) => violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`));
}

// the example-app, which uses every construct, is there in more regions
const CASES = Object.keys(CONSTRUCTS).flatMap(name => [1, 2].map(count => ({ name, count })));

test.each(CASES)('$name in $count regions, strict, has no finding, and refers to nothing of another stack', ({ name, count }) => {
  const system = testSystem(count, STRICT);
  CONSTRUCTS[name](system);
  expect(findings(system)).toEqual([]);
  expectOwnReferencesOnly(system);
});

test.each(Object.keys(CONSTRUCTS))('%s, standard, has no finding of AwsSolutions and Serverless', name => {
  const system = testSystem(2);
  CONSTRUCTS[name](system);
  expect(findings(system, STANDARD_PACKS)).toEqual([]);
});

test('in your own networks, a system has no finding in either mode', () => {
  for (const compliance of Object.values(ComplianceMode)) {
    const system = testSystem(2, {
      compliance,
      functionNetworks: Object.fromEntries(testSystem(2).regions.map((region, i) => [region, { subnetIds: [`subnet-${i}a`, `subnet-${i}b`], securityGroupIds: [`sg-${i}`] }])),
    });
    CONSTRUCTS.MultiRegionFunction(system);
    expect(findings(system, compliance === ComplianceMode.STRICT ? PACKS : STANDARD_PACKS)).toEqual([]);
    expectOwnReferencesOnly(system);
  }
});

describe('the example-app, strict', () => {
  const systems = new Map<number, MultiRegionSystem>();
  const systemIn = (count: number) => {
    if (!systems.has(count)) systems.set(count, orderSystem(testApp(), count, STRICT));
    return systems.get(count)!;
  };

  test.each([1, 2, 3, 10])('in %s regions has no finding, refers to nothing of another stack, and stays below the limit of 500 resources per stack', count => {
    const system = systemIn(count);
    expect(findings(system)).toEqual([]);
    expectOwnReferencesOnly(system);
    for (const template of Object.values(templates(system))) {
      expect(Object.keys(template.Resources).length).toBeLessThan(500);
    }
  });

  test('passes the CDK\'s own template validation', () => {
    const { CDK_VALIDATION } = process.env;
    process.env.CDK_VALIDATION = 'true';
    try {
      const app = testApp();
      orderSystem(app, 2, STRICT);
      const { directory } = app.synth();
      expect(JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')).pluginReports).toEqual([]);
    } finally {
      process.env.CDK_VALIDATION = CDK_VALIDATION;
    }
  });

  test('is deployed in the same waves, each region with a VPC of its own', () => {
    const system = systemIn(3);
    const all = templates(system);
    expect(system.globalStack.dependencies).toEqual([]);
    expect(resources(all.global, 'AWS::EC2::VPC')).toEqual([]);
    for (const region of system.regions) {
      expect(system.stackIn(region).dependencies).toEqual([system.globalStack]);
      expect(resources(all[region], 'AWS::EC2::VPC')).toHaveLength(1);
    }
  });
});

test.each([undefined, 'us-west-2'])('MultiRegionPipeline, strict, with standby region %s, has no finding', standbyRegion => {
  expect(findings(strictPipeline(testApp(), standbyRegion))).toEqual([]);
});

describe('the checks of this file', () => {
  test('find a resource of yours that breaks rules, in strict mode as well', () => {
    const system = testSystem(1, STRICT);
    new Topic(system.stackIn(system.primaryRegion), 'Plain');
    expect(findings(system)).toEqual(expect.arrayContaining([
      expect.stringMatching(/^AwsSolutions-SNS3 .+Plain/), expect.stringMatching(/^NIST\.800\.53\.R5-SNSEncryptedKMS .+Plain/), expect.stringMatching(/^PCI\.DSS\.321-SNSEncryptedKMS .+Plain/),
    ]));
  });

  test('find what the strict mode is for, in standard mode', () => {
    const system = orderSystem(testApp(), 1);
    const rules = new Set(findings(system).map(finding => finding.split(' ')[0].replace(/^.*-/, '')));
    expect([...rules].sort()).toEqual(['CloudTrailCloudWatchLogsEnabled', 'CloudWatchLogGroupEncrypted', 'LambdaInsideVPC', 'S3BucketVersioningEnabled', 'WAFv2LoggingEnabled']);
  });
});
