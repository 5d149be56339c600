import { Resource, StackArtifact } from '../../system/cloud-assembly';

export type NameKind = 'table' | 'event bus' | 'queue' | 'function' | 'state machine' | 'log group' | 'domain name';

/** The name of a resource that the template says literally, so that it can be there already. */
export interface LiteralName {
  readonly kind: NameKind;
  readonly name: string;
  /** The stack that makes it. */
  readonly stackName: string;
  /** Indicates whether it stays when its stack goes, so that a later stack may take it over. */
  readonly isKept: boolean;
}

/** The types of resources whose name is unique in an account and region, with the property that has it. */
const NAMED: Readonly<Record<string, readonly [kind: NameKind, property: string]>> = {
  'AWS::DynamoDB::Table': ['table', 'TableName'],
  'AWS::DynamoDB::GlobalTable': ['table', 'TableName'],
  'AWS::Events::EventBus': ['event bus', 'Name'],
  'AWS::SQS::Queue': ['queue', 'QueueName'],
  'AWS::Lambda::Function': ['function', 'FunctionName'],
  'AWS::StepFunctions::StateMachine': ['state machine', 'StateMachineName'],
  'AWS::Logs::LogGroup': ['log group', 'LogGroupName'],
  'AWS::ApiGateway::DomainName': ['domain name', 'DomainName'],
};

/** Returns the stacks that their regions do not have; none of a region that does not say what it has. */
export function newStacks(stacks: readonly StackArtifact[], existing: ReadonlyMap<string, ReadonlySet<string>>): StackArtifact[] {
  return stacks.filter(({ region, stackName }) => existing.get(region)?.has(stackName) === false);
}

/** Returns the names that some stacks take in a region. */
export function namesIn(region: string, stacks: readonly StackArtifact[]): LiteralName[] {
  return stacks.flatMap(stack => Object.values(stack.template.Resources ?? {}).flatMap(resource => {
    const [kind, property] = NAMED[resource.Type] ?? [];
    const name = property === undefined ? undefined : resource.Properties?.[property];
    if (kind === undefined || typeof name !== 'string' || !regionsOf(resource, stack).includes(region)) return [];
    return [{ kind, name, stackName: stack.stackName, isKept: resource.DeletionPolicy?.startsWith('Retain') ?? false }];
  }));
}

/** Returns the regions that have a resource: those of its replicas, if it has any. */
export function regionsOf({ Type, Properties }: Resource, stack: StackArtifact): string[] {
  const replicas = Type === 'AWS::DynamoDB::GlobalTable' ? Properties?.Replicas as ReadonlyArray<{ readonly Region: string }> | undefined : undefined;
  return replicas?.map(({ Region }) => Region) ?? [stack.region];
}
