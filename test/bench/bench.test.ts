/** The benchmark, as npm run bench runs it, on the smallest case, and what it computes with. */
import { App } from 'aws-cdk-lib';
import { codeLines, yamlLines } from './lines';
import { plainL1, plainL2 } from './plain-apps';
import { runScript, withFolder } from './processes';
import { alternating, ratios, show, spreadOf } from './statistics';
import { testApp } from '../support/synth';

const TEMPLATES = {
  one: {
    Resources: {
      Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/k' }] } }] } },
      Function: { Type: 'AWS::Lambda::Function', Properties: { Role: { 'Fn::GetAtt': ['Role', 'Arn'] }, MemorySize: 256, Environment: { Variables: { NAME: 'n', REFERENCE: { Ref: 'Queue' } } } } },
      Version: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: { Ref: 'Function' } } },
      Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionVersion: { 'Fn::GetAtt': ['Version', 'Version'] } } },
      Queue: { Type: 'AWS::SQS::Queue' },
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { MetricName: 'm', Namespace: 'n', Threshold: 1, EvaluationPeriods: 1 } },
      Expression: { Type: 'AWS::CloudWatch::Alarm', Properties: { Metrics: [], Threshold: 1, EvaluationPeriods: 1 } },
      Schema: { Type: 'AWS::EventSchemas::Schema', Properties: { Content: '{}' } },
    },
  },
};

function typesOf(make: (app: App, templates: typeof TEMPLATES) => void): string[] {
  const app = testApp();
  make(app, TEMPLATES);
  return Object.values<any>(app.synth().stacks[0].template.Resources).map(({ Type }) => Type).sort();
}

describe('the benchmark', () => {
  const types = Object.values(TEMPLATES.one.Resources).map(({ Type }) => Type).sort();

  test('compares with a plain app of the same resources', () => {
    expect(typesOf(plainL1)).toEqual(types);
  });

  test('compares with an app of the CDK\'s own constructs of the same resources, and the policies that these make', () => {
    expect(typesOf(plainL2)).toEqual([...types, 'AWS::SQS::QueuePolicy'].sort());
  });

  test('synthesizes the system in a process of its own', () => withFolder(folder => {
    const { cpu, wall, resources } = runScript<Record<string, number>>('test/bench/synthesize.ts', 'library', 1, `${folder}/templates.json`);
    expect(Math.min(cpu, wall)).toBeGreaterThan(0);
    expect(resources).toBeGreaterThan(200);
  }), 60_000);

  test('alternates, and divides what was measured side by side', async () => {
    const order: string[] = [];
    const results = await alternating(['a', 'b'], 3, name => order.push(name));
    expect(order.join('')).toBe('abbaab');
    expect(results).toEqual({ a: [1, 4, 5], b: [2, 3, 6] });
    expect(ratios([2, 40, 6], [1, 10, 2])).toEqual({ median: 3, low: 2.5, high: 3.5 });
    expect(show(spreadOf([1, 2, 3, 4]), 1)).toBe('2.5 (1.8 to 3.3)');
  });

  test('counts lines of code and of YAML', () => {
    expect(codeLines('/**\n * a\n */\n\nconst a = 1; // b\n// c\n')).toBe(1);
    expect(yamlLines({ a: 1, b: { c: [1, { d: 1, e: 2 }] } })).toBe(6);
  });
});
