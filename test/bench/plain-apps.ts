import { App, CfnResource, Duration, Stack, Token } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Code, Function as LambdaFunction, IVersion, Runtime, Tracing, Version } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { CODE } from '../support/synth';

/** Templates by the name of their stack. */
export type Templates = Readonly<Record<string, any>>;

/** Makes an app of the same resources with the CDK's plainest construct, one for each resource. */
export function plainL1(app: App, templates: Templates): void {
  forEachResource(app, templates, (stack, id, resource) => l1(stack, id, resource));
}

/** Makes an app of about the same resources with the CDK's constructs of the second level where there is a near one, and the plainest one for the others. */
export function plainL2(app: App, templates: Templates): void {
  const made = new Map<string, Construct>();
  forEachResource(app, templates, (stack, id, resource) => {
    const make = L2S[resource.Type];
    const idOf = (reference: any) => `${stack.node.id}/${reference?.Ref ?? reference?.['Fn::GetAtt']?.[0]}`;
    const find = <T extends Construct>(reference: any) => made.get(idOf(reference)) as T | undefined;
    const construct = make?.({ stack, id, properties: resource.Properties ?? {}, find }) ?? l1(stack, id, resource);
    made.set(`${stack.node.id}/${id}`, construct);
  });
}

interface Making {
  readonly stack: Stack;
  readonly id: string;
  readonly properties: any;
  find<T extends Construct>(reference: any): T | undefined;
}

const L2S: Record<string, (making: Making) => Construct | undefined> = {
  'AWS::IAM::Role': ({ stack, id, properties }) => new Role(stack, id, {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: Object.fromEntries((properties.Policies ?? []).map((policy: any) => [policy.PolicyName, documentOf(policy.PolicyDocument)])),
  }),
  'AWS::Logs::LogGroup': ({ stack, id }) => new LogGroup(stack, id, { retention: RetentionDays.ONE_MONTH }),
  'AWS::SQS::Queue': ({ stack, id }) => new Queue(stack, id, { enforceSSL: true }),
  'AWS::SNS::Topic': ({ stack, id }) => new Topic(stack, id, { enforceSSL: true }),
  'AWS::Lambda::Function': ({ stack, id, properties, find }) => new LambdaFunction(stack, id, {
    runtime: Runtime.NODEJS_22_X,
    handler: 'index.handler',
    code: Code.fromAsset(CODE),
    role: find<Role>(properties.Role)?.withoutPolicyUpdates(),
    memorySize: properties.MemorySize,
    tracing: Tracing.ACTIVE,
    environment: textsOf(properties.Environment?.Variables),
  }),
  'AWS::Lambda::Version': ({ stack, id, properties, find }) => {
    const fn = find<LambdaFunction>(properties.FunctionName);
    return fn && new Version(stack, id, { lambda: fn });
  },
  'AWS::Lambda::Alias': ({ stack, id, properties, find }) => {
    const version = find<Construct & IVersion>(properties.FunctionVersion);
    return version && new Alias(stack, id, { aliasName: 'live', version });
  },
  'AWS::CloudWatch::Alarm': ({ stack, id, properties }) => properties.MetricName && new Alarm(stack, id, {
    metric: new Metric({ namespace: properties.Namespace, metricName: properties.MetricName, period: Duration.seconds(properties.Period ?? 60) }),
    threshold: properties.Threshold,
    evaluationPeriods: properties.EvaluationPeriods,
    alarmDescription: properties.AlarmDescription,
    comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
  }),
  'AWS::Events::EventBus': ({ stack, id }) => new EventBus(stack, id),
  'AWS::Events::Rule': ({ stack, id, properties: { ScheduleExpression } }) => new Rule(stack, id, ScheduleExpression
    ? { schedule: Schedule.expression(ScheduleExpression) }
    : { eventPattern: { source: ['orders'] } }),
};

function forEachResource(app: App, templates: Templates, make: (stack: Stack, id: string, resource: any) => void): void {
  for (const [name, template] of Object.entries(templates)) {
    const stack = new Stack(app, name, { env: { region: 'us-east-1' } });
    // the roles that functions have, before the functions
    const resources = Object.entries<any>(template.Resources ?? {}).sort(([, one], [, other]) => rank(one.Type) - rank(other.Type));
    for (const [id, resource] of resources) make(stack, id, resource);
  }
}

function rank(type: string): number {
  return ['AWS::IAM::Role', 'AWS::Lambda::Function', 'AWS::Lambda::Version', 'AWS::Lambda::Alias'].indexOf(type);
}

function l1(stack: Stack, id: string, { Type, Properties }: any): CfnResource {
  const resource = new CfnResource(stack, id, { type: Type, properties: Properties });
  resource.overrideLogicalId(id);
  return resource;
}

function documentOf({ Statement }: any): PolicyDocument {
  return new PolicyDocument({
    statements: listOf(Statement).map(({ Effect: effect, Action, Resource, Condition }: any) => new PolicyStatement({
      effect,
      actions: listOf(Action),
      resources: listOf(Resource).map(resource => (typeof resource === 'string' ? resource : Token.asString(resource))),
      conditions: Condition,
    })),
  });
}

function listOf<T>(value: T | T[] = []): T[] {
  return Array.isArray(value) ? value : [value];
}

function textsOf(variables: Record<string, unknown> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
