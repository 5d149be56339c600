import { Construct } from 'constructs';
import { ApiAuthorization } from './api-authorization';
import { RouteOptions } from './api-props';
import { ApiQuotas } from './api-quotas';
import { AuthorizerScope } from './authorizer';
import { Authorizers } from './authorizers';
import { HttpMethod } from './http-method';
import { requiredParameters } from './request-parameters';
import { RoutePaths } from './route-paths';
import { IMultiRegionFunction } from '../multi-region-function/i-multi-region-function';
import { RouteDescription } from '../system/description';
import { invalidProp } from '../system/errors';
import { PerRegion } from '../system/per-region';

/** The routes of an API, those for health checks included. In each region, the function of that region answers. */
export class ApiRoutes {
  /** The routes that need an API key. */
  public readonly withKey: string[] = [];

  private readonly routes = new Map<string, RouteDescription>();
  private readonly paths: RoutePaths;
  private readonly quotas: ApiQuotas;
  private readonly authorizers: Authorizers;

  constructor(private readonly owner: Construct, private readonly parts: PerRegion<AuthorizerScope>) {
    this.paths = new RoutePaths(owner);
    this.quotas = new ApiQuotas(owner);
    this.authorizers = new Authorizers(owner, parts);
  }

  public get descriptions(): RouteDescription[] {
    return [...this.routes.values()];
  }

  public has(method: HttpMethod, path: string): boolean {
    return this.routes.has(`${method} ${path}`);
  }

  /** Adds a route; throws if it is there, if another one has a different variable in the same place, or if its authorization knows no scopes and there are some. */
  public add(method: HttpMethod, path: string, fn: IMultiRegionFunction, authorization: ApiAuthorization, options: RouteOptions = {}): void {
    const route = `${method} ${path}`;
    if (this.routes.has(route)) {
      throw invalidProp(this.owner, 'route', route, 'each route once');
    }
    this.paths.add(path);
    const scopes = options.scopes ?? [];
    const parameters = {
      ...requiredParameters(this.owner, `requiredQueryParameters of ${route}`, 'querystring', options.requiredQueryParameters),
      ...requiredParameters(this.owner, `requiredHeaders of ${route}`, 'header', options.requiredHeaders),
    };
    const authorizer = this.authorizers.of(authorization);
    if (options.apiKeyRequired) this.withKey.push(route);
    this.quotas.check('resources', this.paths.size);
    this.quotas.check('authorizers', this.authorizers.count);
    authorizer.registerScopes(route, scopes);
    this.routes.set(route, { method, path, function: fn.functionName, authorization: authorization._kind, scopes });
    this.parts.forEach(({ api }, region) => authorizer.acknowledge(api.addRoute({
      method,
      path,
      live: fn._liveFor(region),
      authorization: authorizer.methodOptions(region, scopes),
      requestSchema: options.requestSchema,
      parameters,
      apiKeyRequired: options.apiKeyRequired ?? false,
    })));
  }
}
