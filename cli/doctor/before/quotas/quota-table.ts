/** The amount of a quota that a system needs. */
export type Count =
  /** As many as there are resources of some types in the stacks of a region. */
  | { readonly resources: readonly string[] }
  /** As many as there are resources of some types, replicas included, or in one of what they belong to. */
  | { readonly special: 'tables' | 'rules of a bus' | 'resources of an API' | 'records of a zone' | 'resources of a stack' | 'stacks' | 'concurrency' }
  /** Nobody knows: it depends on the customers. It is only compared between regions. */
  | { readonly load: readonly string[] };

/** The limit of AWS, and what of a system counts against it. */
export interface Quota {
  /** The code of the service in Service Quotas. */
  readonly service: string;
  readonly name: string;
  /** Its code in Service Quotas; without one it is found by its name. */
  readonly code?: string;
  readonly count: Count;
  /** Indicates whether it is one for all regions together. */
  readonly isGlobal?: boolean;
  /** The documented value, where Service Quotas does not have it. */
  readonly documented?: number;
  readonly source: string;
}

const EVENTS = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html';
const API_GATEWAY = 'https://docs.aws.amazon.com/general/latest/gr/apigateway.html';
const STEP_FUNCTIONS = 'https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html';
const CLOUD_FORMATION = 'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html';
const ROUTE_53 = 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html';

/** Alarms are not among them: an account may have any number. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
export const QUOTAS: readonly Quota[] = [
  { service: 'lambda', code: 'L-B99A9384', name: 'Concurrent executions', count: { special: 'concurrency' }, source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html' },
  { service: 'events', code: 'L-5540C5E3', name: 'Invocations throttle limit in transactions per second', count: { load: ['AWS::Events::Rule'] }, source: EVENTS },
  { service: 'events', code: 'L-9B653E91', name: 'PutEvents throttle limit in transactions per second', count: { load: ['AWS::Events::EventBus'] }, source: EVENTS },
  { service: 'events', code: 'L-658A4FD9', name: 'Event buses', count: { resources: ['AWS::Events::EventBus'] }, source: EVENTS },
  { service: 'events', code: 'L-244521F2', name: 'Number of rules', count: { special: 'rules of a bus' }, source: EVENTS },
  { service: 'apigateway', code: 'L-8A5B8E43', name: 'Throttle rate', count: { load: ['AWS::ApiGateway::RestApi'] }, source: API_GATEWAY },
  { service: 'apigateway', code: 'L-CDF5615A', name: 'Throttle burst rate', count: { load: ['AWS::ApiGateway::RestApi'] }, source: API_GATEWAY },
  { service: 'apigateway', code: 'L-AA0FF27B', name: 'Regional APIs', count: { resources: ['AWS::ApiGateway::RestApi'] }, source: API_GATEWAY },
  { service: 'apigateway', code: 'L-01C8A9E0', name: 'Resources/Routes per REST/WebSocket API', count: { special: 'resources of an API' }, source: API_GATEWAY },
  { service: 'apigateway', code: 'L-A93447B8', name: 'Custom Domain Names', count: { resources: ['AWS::ApiGateway::DomainName'] }, source: API_GATEWAY },
  { service: 'route53', name: 'Health checks', count: { resources: ['AWS::Route53::HealthCheck'] }, isGlobal: true, source: ROUTE_53 },
  { service: 'route53', name: 'Records per hosted zone', count: { special: 'records of a zone' }, isGlobal: true, source: ROUTE_53 },
  { service: 'dynamodb', code: 'L-F98FE922', name: 'Maximum number of tables', count: { special: 'tables' }, source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html' },
  { service: 'states', name: 'StartExecution throttle token bucket size', count: { load: ['AWS::StepFunctions::StateMachine'] }, source: STEP_FUNCTIONS },
  { service: 'states', name: 'StartExecution throttle token refill rate per second', count: { load: ['AWS::StepFunctions::StateMachine'] }, source: STEP_FUNCTIONS },
  { service: 'cloudformation', code: 'L-0485CB21', name: 'Stack count', count: { special: 'stacks' }, source: CLOUD_FORMATION },
  { service: 'cloudformation', name: 'Resources per stack', count: { special: 'resources of a stack' }, documented: 500, source: CLOUD_FORMATION },
  { service: 'iam', code: 'L-FE177D64', name: 'Roles per account', count: { resources: ['AWS::IAM::Role'] }, isGlobal: true, documented: 1000, source: 'https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html' },
  { service: 'kms', code: 'L-C2F1777E', name: 'Customer managed keys', count: { resources: ['AWS::KMS::Key', 'AWS::KMS::ReplicaKey'] }, source: 'https://docs.aws.amazon.com/kms/latest/developerguide/resource-limits.html' },
  { service: 'wafv2', name: 'Web ACLs per region', count: { resources: ['AWS::WAFv2::WebACL'] }, documented: 100, source: 'https://docs.aws.amazon.com/waf/latest/developerguide/limits.html' },
];
