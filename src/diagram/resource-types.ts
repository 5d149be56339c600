import { Kind } from './graph';
import { Properties } from './synthesized-stack';

/** A type of resource that is drawn. */
export interface ResourceType {
  readonly kind: Kind;
  /** The property that names it. */
  readonly name: string;
  /** Service and resource of its ARN, without the name. Undefined if nothing finds it by an ARN. */
  readonly arn?: { readonly service: string; readonly resource: string };
}

export const RESOURCE_TYPES: { readonly [type: string]: ResourceType | undefined } = {
  'AWS::ApiGateway::RestApi': { kind: 'api', name: 'Name' },
  'AWS::Lambda::Function': { kind: 'function', name: 'FunctionName', arn: { service: 'lambda', resource: 'function:' } },
  'AWS::DynamoDB::GlobalTable': { kind: 'globalTable', name: 'TableName', arn: { service: 'dynamodb', resource: 'table/' } },
  'AWS::DynamoDB::Table': { kind: 'table', name: 'TableName', arn: { service: 'dynamodb', resource: 'table/' } },
  'AWS::Events::EventBus': { kind: 'bus', name: 'Name', arn: { service: 'events', resource: 'event-bus/' } },
  'AWS::Events::Rule': { kind: 'rule', name: 'Name' },
  'AWS::Events::Archive': { kind: 'archive', name: 'ArchiveName' },
  'AWS::Scheduler::Schedule': { kind: 'schedule', name: 'Name' },
  'AWS::Pipes::Pipe': { kind: 'pipe', name: 'Name' },
  'AWS::StepFunctions::StateMachine': { kind: 'workflow', name: 'StateMachineName', arn: { service: 'states', resource: 'stateMachine:' } },
  'AWS::SQS::Queue': { kind: 'queue', name: 'QueueName', arn: { service: 'sqs', resource: '' } },
  'AWS::SNS::Topic': { kind: 'topic', name: 'TopicName', arn: { service: 'sns', resource: '' } },
};

/** A type of resource that stands for another one: what is invoked, started or asked through it is that one. */
export interface StandIn {
  /** The property that says which. */
  readonly of: (properties: Properties) => unknown;
  /** The type of what that property names. */
  readonly type: string;
}

export const STAND_INS: { readonly [type: string]: StandIn | undefined } = {
  'AWS::Lambda::Alias': { of: ({ FunctionName }) => FunctionName, type: 'AWS::Lambda::Function' },
  'AWS::Lambda::Version': { of: ({ FunctionName }) => FunctionName, type: 'AWS::Lambda::Function' },
  'AWS::StepFunctions::StateMachineVersion': { of: ({ StateMachineArn }) => StateMachineArn, type: 'AWS::StepFunctions::StateMachine' },
  'AWS::StepFunctions::StateMachineAlias': {
    of: ({ DeploymentPreference, RoutingConfiguration }) => (DeploymentPreference ?? RoutingConfiguration?.[0])?.StateMachineVersionArn,
    type: 'AWS::StepFunctions::StateMachine',
  },
  // the library's own, which tells the ARN of a table's stream
  'AWS::CloudFormation::CustomResource': { of: ({ TableName }) => TableName, type: 'AWS::DynamoDB::GlobalTable' },
};
