import { readFileSync } from 'fs';
import { orderSystem } from '../support/order-system';
import { templates, testApp } from '../support/synth';

/** What the CDK makes by itself of other constructs, or of a grant: a team writes at most a line for each. */
const IMPLIED = ['AWS::IAM::Role', 'AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::Lambda::Permission', 'AWS::Lambda::Version', 'AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::S3::BucketPolicy',
  'AWS::ApiGateway::Resource', 'AWS::ApiGateway::Deployment', 'AWS::ApiGateway::Account', 'AWS::Lambda::EventInvokeConfig', 'AWS::WAFv2::WebACLAssociation'];

/** Lines of the example-app's system against those of its templates, each stack of a region once. */
export function lines(): string {
  const written = codeLines(readFileSync('example-app/order-system.ts', 'utf8'));
  const system = orderSystem(testApp(), 2);
  const { global, [system.primaryRegion]: region, [`${system.primaryRegion}-mesh`]: mesh } = templates(system);
  const once = [global, region, mesh].map(template => template.Resources ?? {});
  const resources = once.flatMap(template => Object.values<any>(template));
  const yaml = once.reduce((sum, template) => sum + yamlLines(template), 0);
  const typed = resources.reduce((sum, { Type, Properties }) => sum + (IMPLIED.includes(Type) ? 1 : 2 + Object.keys(Properties ?? {}).length), 0);
  return [
    '| written by a team | lines |', '| --- | ---: |',
    `| example-app/order-system.ts, without comments and empty lines | ${written} |`,
    `| a CDK app of its ${resources.length} resources, a line for each property, in a loop over the regions: at least | ${typed.toLocaleString('en-US')} |`,
    `| CloudFormation, as YAML, the stacks of a region once | ${yaml.toLocaleString('en-US')} |`,
  ].join('\n');
}

export function codeLines(source: string): number {
  return source.split('\n').map(text => text.trim()).filter(text => text !== '' && !/^(\/\/|\/\*|\*)/.test(text)).length;
}

/** The lines of a value as YAML: one for each scalar, and one for each key that has more below it. */
export function yamlLines(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + Math.max(1, yamlLines(item)), 0);
  return Object.values(value).reduce<number>((sum, item) => sum + 1 + yamlLines(item), 0);
}
