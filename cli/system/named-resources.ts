import { Resource } from './cloud-assembly';

export type NamedKind = 'table' | 'event bus' | 'queue' | 'function' | 'state machine' | 'log group' | 'domain name' | 'layer' | 'role' | 'parameter';

/** The types of resources whose name is unique in an account and region, with the property that has it. */
const NAMED: Readonly<Record<string, readonly [kind: NamedKind, property: string]>> = {
  'AWS::DynamoDB::Table': ['table', 'TableName'],
  'AWS::DynamoDB::GlobalTable': ['table', 'TableName'],
  'AWS::Events::EventBus': ['event bus', 'Name'],
  'AWS::SQS::Queue': ['queue', 'QueueName'],
  'AWS::Lambda::Function': ['function', 'FunctionName'],
  'AWS::StepFunctions::StateMachine': ['state machine', 'StateMachineName'],
  'AWS::Logs::LogGroup': ['log group', 'LogGroupName'],
  'AWS::ApiGateway::DomainName': ['domain name', 'DomainName'],
  'AWS::Lambda::LayerVersion': ['layer', 'LayerName'],
  'AWS::IAM::Role': ['role', 'RoleName'],
  'AWS::SSM::Parameter': ['parameter', 'Name'],
};

/** Returns the kind of a resource that has a name, and the name as its template has it: text, an intrinsic function, or nothing. */
export function nameOf({ Type, Properties = {} }: Resource): { readonly kind: NamedKind; readonly name: unknown } | undefined {
  const [kind, property] = NAMED[Type] ?? [];
  return kind && { kind, name: Properties[property!] };
}

/** Returns the regions that have a resource of a stack: those of its replicas, if it has any. */
export function regionsOf({ Type, Properties }: Resource, stack: { readonly region: string }): string[] {
  const replicas = Type === 'AWS::DynamoDB::GlobalTable' ? Properties?.Replicas as ReadonlyArray<{ readonly Region: string }> | undefined : undefined;
  return replicas?.map(({ Region }) => Region) ?? [stack.region];
}
