import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { ApiAuthorization, CustomAuthorization } from './api-authorization';
import { MultiRegionApiProps, RouteOptions } from './api-props';
import { requireRequestSchema } from './request-schema';
import { IMultiRegionFunction } from '../multi-region-function/i-multi-region-function';
import { requireFunction } from '../multi-region-function/require-function';
import { invalidProp } from '../system/errors';
import { Layout } from '../system/layout';
import { MultiRegionSystem } from '../system/multi-region-system';

/** Throws unless a function that an API calls is deployed before the API, so never one of another unit, unless the API is in none. */
export function requireReachable(owner: IConstruct, layout: Layout, prop: string, fn: IMultiRegionFunction): void {
  layout.requireSameSystem(prop, fn);
  requireFunction(owner, prop, fn);
  const { host, system } = layout;
  if (host !== system && !layout.isSameUnit(fn)) {
    throw invalidProp(owner, prop, fn.node.path, `a function of ${host.node.path}, because other units are deployed side by side with it, and the system after it; an API belongs in the system itself, or in the unit of its functions`);
  }
}

/** Returns the authorization; throws unless there is one, and is complete. */
export function requireAuthorization(owner: IConstruct, layout: Layout, prop: string, authorization?: ApiAuthorization): ApiAuthorization {
  if (!(authorization instanceof ApiAuthorization)) {
    throw invalidProp(owner, prop, authorization,
      'ApiAuthorization.jwt({ issuer, audience }), iam(), cognito({ userPoolArns }), custom(fn), or none({ reason }) for an API that anyone may call');
  }
  authorization._validate(owner, layout.system.regions);
  if (authorization instanceof CustomAuthorization) requireReachable(owner, layout, `fn of ${prop}`, authorization.fn);
  return authorization;
}

/** Returns the throttling, with defaults; throws unless API Gateway takes its numbers: the rate is a double, and the burst an integer. */
export function requireThrottling(owner: IConstruct, { throttlingRateLimit = 1000, throttlingBurstLimit = 2000 }: MultiRegionApiProps) {
  if (Token.isUnresolved(throttlingRateLimit) || !(throttlingRateLimit > 0 && throttlingRateLimit < Infinity)) {
    throw invalidProp(owner, 'throttlingRateLimit', throttlingRateLimit, 'a literal number above 0, because 0 answers nobody, not even health checks');
  }
  if (Token.isUnresolved(throttlingBurstLimit) || !(Number.isInteger(throttlingBurstLimit) && throttlingBurstLimit > 0)) {
    throw invalidProp(owner, 'throttlingBurstLimit', throttlingBurstLimit, 'a literal whole number above 0, because 0 answers nobody, not even health checks');
  }
  return { throttlingRateLimit, throttlingBurstLimit };
}

/** Throws unless API Gateway takes the schema of a route; warns of what it documents as not supported, in the import of OpenAPI, and nothing says for other ways. */
export function requireSchema(owner: IConstruct, system: MultiRegionSystem, route: string, schema: RouteOptions['requestSchema']): void {
  if (schema === undefined) return;
  const doubts = requireRequestSchema(owner, `requestSchema of ${route}`, schema);
  if (doubts.length === 0) return;
  system._notify('warning', owner, 'cdk-multi-region:schemaKeyword',
    `requestSchema of ${route} has ${doubts.join(', ')}, which API Gateway documents as not supported in what it imports: have the function check it, or write it otherwise [${owner.node.path}]`);
}
