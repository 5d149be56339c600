/** The actions of a step that the workflow's role must be allowed. */
export interface NeededActions {
  /** The path of names to the state. */
  readonly state: string;
  /** The resource that it names: that of a task, of an ItemReader or a ResultWriter. */
  readonly resource: string;
  /** The actions, or `<service>:*` for any of a service whose actions are not known here. */
  readonly actions: string[];
}

/** Integrations whose action is not called as they are. */
const ACTIONS: Record<string, string[]> = {
  'apigateway:invoke': ['execute-api:Invoke'],
  'batch:submitJob.sync': ['batch:SubmitJob', 'batch:DescribeJobs', 'batch:TerminateJob'],
  'codebuild:startBuild.sync': ['codebuild:StartBuild', 'codebuild:StopBuild', 'codebuild:BatchGetBuilds'],
  'ecs:runTask': ['ecs:RunTask', 'iam:PassRole'],
  'ecs:runTask.sync': ['ecs:RunTask', 'ecs:StopTask', 'ecs:DescribeTasks', 'iam:PassRole'],
  'glue:startJobRun.sync': ['glue:StartJobRun', 'glue:GetJobRun', 'glue:GetJobRuns', 'glue:BatchStopJobRun'],
  'http:invoke': ['states:InvokeHTTPEndpoint', 'events:RetrieveConnectionCredentials', 'secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret'],
  'lambda:invoke': ['lambda:InvokeFunction'],
  's3:getObject': ['s3:GetObject'],
  's3:listObjectsV2': ['s3:ListBucket'],
  's3:putObject': ['s3:PutObject'],
  'states:startExecution.sync': ['states:StartExecution', 'states:DescribeExecution', 'states:StopExecution'],
};

/** Integrations of one action, which is called as they are. */
const PLAIN = ['dynamodb', 'sns', 'sqs', 'events', 'states', 'codebuild', 'batch', 'glue'];

/** The names in IAM of what AWS's SDKs call otherwise. What is not here is taken to be called alike: where it is not, the refusal is acknowledged. */
const SDK_SERVICES: Record<string, string> = {
  apigatewayv2: 'apigateway',
  cloudwatchlogs: 'logs',
  cognitoidentity: 'cognito-identity',
  cognitoidentityprovider: 'cognito-idp',
  costexplorer: 'ce',
  elasticloadbalancingv2: 'elasticloadbalancing',
  emr: 'elasticmapreduce',
  eventbridge: 'events',
  sesv2: 'ses',
  sfn: 'states',
};

/** Returns whether a definition has a Distributed Map, which starts executions of its own state machine. */
export function hasDistributedMap(definition: unknown): boolean {
  return statesOf(definition).some(({ state }) => isDistributed(state));
}

/** Returns whether a definition waits for executions of other state machines, whose end is reported by an event. */
export function waitsForExecutions(definition: unknown): boolean {
  return statesOf(definition).some(({ state }) => /:::states:startExecution\.sync/.test(String(state.Resource)));
}

/**
 * Returns the actions that the steps of a definition need, besides those that come with its functions and its Distributed Maps.
 *
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/service-integration-iam-templates.html
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/iam-policies-eg-dist-map.html
 */
export function neededActions(definition: unknown): NeededActions[] {
  return statesOf(definition).flatMap(({ path, state }) => (
    [state.Type === 'Task' ? state.Resource : undefined, state.ItemReader?.Resource, state.ResultWriter?.Resource]
      .filter(resource => typeof resource === 'string')
      .map(resource => ({ state: path, resource, actions: actionsOf(resource) }))
      .filter(({ actions }) => actions.length > 0)
  ));
}

/** Returns whether an action is among some, any of which may have wildcards. */
export function isAllowed(needed: string, allowed: string[]): boolean {
  const [service] = needed.split(':');
  return allowed.some(action => (needed.endsWith(':*') ? action === '*' || action.startsWith(`${service}:`) : matches(action, needed)));
}

function actionsOf(resource: string): string[] {
  if (/^arn:[\w-]+:lambda:/.test(resource)) return ACTIONS['lambda:invoke'];
  const integration = /^arn:[^:]+:states:::(aws-sdk:)?([\w-]+):(\w+)((?:\.\w+)?)/.exec(resource);
  if (!integration) return [];
  const [, isSdk, service, operation, pattern] = integration;
  if (isSdk) return [`${SDK_SERVICES[service] ?? service}:*`];
  const isSync = pattern === '.sync';
  const known = (isSync ? ACTIONS[`${service}:${operation}.sync`] : undefined) ?? ACTIONS[`${service}:${operation}`];
  if (known) return known;
  return [PLAIN.includes(service) ? `${service}:${operation[0].toUpperCase()}${operation.slice(1)}` : `${service}:*`];
}

function statesOf(definition: any, path: string[] = []): { path: string; state: any }[] {
  return Object.entries<any>(definition?.States ?? {}).flatMap(([name, state]) => {
    const inner = [...state.Branches ?? [], state.ItemProcessor, state.Iterator].filter(Boolean);
    return [{ path: [...path, name].join('/'), state }, ...inner.flatMap(machine => statesOf(machine, [...path, name]))];
  });
}

function isDistributed(state: any): boolean {
  return state.Type === 'Map' && state.ItemProcessor?.ProcessorConfig?.Mode === 'DISTRIBUTED';
}

function matches(pattern: string, action: string): boolean {
  const expression = pattern.split('*').map(part => part.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\?/g, '.')).join('.*');
  return new RegExp(`^${expression}$`, 'i').test(action);
}
