import { Duration } from 'aws-cdk-lib';
import { Method, MethodOptions } from 'aws-cdk-lib/aws-apigateway';
import { ApiAlarms } from './api-alarms';
import { RegionalApi } from './regional-api';
import { RegionalScope } from '../system/regional-scope';

export const DEFAULT_TTL = Duration.minutes(5);

/** The scope in which an authorizer is made in one region. */
export interface AuthorizerScope {
  readonly scope: RegionalScope;
  readonly api: RegionalApi;
  readonly alarms: ApiAlarms;
}

/** The authorizer that decides on the callers of a route. */
export interface Authorizer {
  /** Notes the scopes of a route; throws if this authorization knows none. */
  registerScopes(route: string, scopes: string[]): void;
  /** Returns the part of the method's options. */
  methodOptions(region: string, scopes: string[]): MethodOptions;
  /** Acknowledges what compliance checks find on the method. */
  acknowledge(method: Method): void;
}
