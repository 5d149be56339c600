import { Duration } from 'aws-cdk-lib';
import { CorsOptions, IRestApi } from 'aws-cdk-lib/aws-apigateway';
import { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { CfnRecordSet } from 'aws-cdk-lib/aws-route53';
import { Construct } from 'constructs';
import { ApiAlarmSettings } from './api-alarm-settings';
import { addTrafficAlarms } from './api-alarms';
import { ApiAuthorization, IamAuthorization } from './api-authorization';
import { ApiDomain } from './api-domain';
import { HealthSettings } from './api-health';
import { requireAuthorization, requireReachable, requireSchema, requireThrottling } from './api-limits';
import { apiMetric, ApiMetricName, routeMetric } from './api-metrics';
import { answerProbes, EVACUATION_ROUTE, pathsOfProbes } from './api-probes';
import { MultiRegionApiProps, RouteOptions } from './api-props';
import { ApiRoutes } from './api-routes';
import { AuthorizerScope } from './authorizer';
import { requireBinaryMediaTypes } from './binary-media-types';
import { HEALTH_PATH, STAGE_NAME } from './constants';
import { requireCors, requireHeader } from './cors';
import { notifyOfFailover } from './failover-notices';
import { HttpMethod } from './http-method';
import { RegionalApi } from './regional-api';
import { addRegionalDomain } from './regional-domain';
import { requirePath } from './route-paths';
import { routedDomain } from './routed-domain';
import { requireScopes } from './scopes';
import { admitTraffic } from './traffic';
import { ApiUsagePlanProps, requireUsagePlan, usagePlanIn } from './usage-plan';
import { WebAclSettings } from './web-acl';
import { IMultiRegionFunction } from '../multi-region-function/i-multi-region-function';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { AlarmOverrides } from '../system/alarm-set';
import { describe } from '../system/describe';
import { invalidProp, requireLiteral } from '../system/errors';
import { Layout } from '../system/layout';
import { metricIn } from '../system/metrics';
import { NameRule } from '../system/names';
import { PerRegion } from '../system/per-region';

/**
 * A REST API in every region, whose routes are answered by functions of the same region, and one name that leads to a healthy region.
 *
 * Per region: a regional REST API whose routes call the functions' live aliases; `GET /health`, which needs no authorization and asks
 * nothing but its own region; JSON access logs, execution logs without payloads, X-Ray, throttling, request validation, errors as RFC 9457 has them; and a web
 * ACL, about 12 USD a month. Health checks are not subject to its managed rules and rate limit, so that neither false positives nor a low limit take a region out of service. The functions that answer them have a concurrency of
 * their own, 20 for `/health` and 10 for evacuations, taken from the account's: see `reservedConcurrency` of the system.
 *
 * With a domain, also per region: a certificate with an expiry alarm, the shared name and `<region>.<name>` with TLS 1.2 or later, alias records for IPv4
 * and IPv6, and the region's health: `/health` answers, and no peer says that the region is evacuated (see `EvacuationSwitch`). When a region dies, clients are
 * elsewhere after `failoverTime`; nothing but Route 53's data plane takes part. Route 53 bills each health check by the month; N regions have N × (N + 1).
 * Health checks and the records of the shared name are in the mesh stacks: clients are let into a region when all of it is there, and led away before any of it is deleted.
 *
 * Put it into the system itself, whose routes may call functions of all units, or into the unit of its functions.
 *
 * Its id cannot be changed once it is deployed with a domain: the new API's domain names would be there before the old ones go. It is not for AWS GovCloud with a domain, since Route 53 has no public hosted zones there.
 *
 * Throws if no authorization is given, or if a prop is contradictory or one that AWS or browsers would refuse.
 *
 * An example, what it defines, what it costs, and its limits: [multi region api](https://github.com/cdk-multi-region/cdk-multi-region/blob/main/docs/constructs/multi-region-api.md).
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-regional-api-custom-domain-create.html
 */
export class MultiRegionApi extends Construct {
  /** The name, equal in every region. */
  public readonly apiName: string;

  private readonly layout: Layout;
  private readonly authorization: ApiAuthorization;
  private readonly probedPaths: string[];
  private readonly domain?: ApiDomain;
  private readonly health: HealthSettings;
  private readonly parts: PerRegion<AuthorizerScope>;
  private readonly routes: ApiRoutes;
  private readonly cors?: CorsOptions;
  /** The secrets of each. */
  private readonly usagePlans = new Map<string, string[]>();

  constructor(scope: Construct, id: string, props: MultiRegionApiProps = {}) {
    super(scope, id);
    this.layout = Layout.of(this);
    const { system } = this.layout;
    this.apiName = this.layout.physicalName(NameRule.REST_API);
    const overrides = new AlarmOverrides<keyof ApiAlarmSettings>(this, props.alarmSettings, system.alarmProfile);
    this.authorization = requireAuthorization(this, this.layout, 'authorization', props.authorization);
    this.cors = props.cors;
    if (props.cors) requireCors(this, props.cors);
    this.requireHeaders('the API', this.authorization._headers);
    this.health = new HealthSettings(this, props.health);
    this.domain = routedDomain(this, system, props, this.health);
    this.probedPaths = pathsOfProbes(this.health, this.domain);
    const webAcl = new WebAclSettings(this, props.webAcl);
    const throttling = requireThrottling(this, props);
    requireBinaryMediaTypes(this, props.binaryMediaTypes);
    if (this.domain && this.health.evacuation) overrides.expectPairs('evacuationInForce');

    const admitted = new Map<string, CfnRecordSet[]>();
    this.parts = this.layout.perRegion(regionalScope => {
      const { region } = regionalScope;
      const alarms = regionalScope.alarms(overrides);
      const api = new RegionalApi(regionalScope, {
        name: this.apiName,
        description: `${system.systemName} in ${region}`,
        logRetention: props.logRetention ?? RetentionDays.ONE_MONTH,
        webAcl,
        cors: props.cors,
        signed: this.authorization instanceof IamAuthorization,
        probedPaths: this.probedPaths,
        url: this.domain && `https://${this.domain.regionalName(region)}/`,
        binaryMediaTypes: props.binaryMediaTypes,
        cloudWatchRole: props.cloudWatchRole ?? true,
        alarms,
        ...throttling,
      });
      if (this.domain) {
        addRegionalDomain(regionalScope, this.domain, api.restApi, alarms);
        if (!regionalScope.isRetiring) admitted.set(region, admitTraffic(regionalScope, this.domain));
      }
      return { scope: regionalScope, api, alarms };
    });
    this.routes = new ApiRoutes(this, this.parts);
    const health = answerProbes(this, this.layout, this.routes, { apiName: this.apiName, paths: this.probedPaths, logRetention: props.logRetention });
    admitted.forEach((records, region) => {
      const part = this.parts.in(region);
      addTrafficAlarms(part.scope, part.alarms, { apiName: this.apiName, domain: this.domain!, health, records });
    });
    notifyOfFailover(this, system, this.health, this.domain);
    this.describeItself(health);
    this.node.addValidation({ validate: () => this.keysWithoutPlan() });
  }

  /** Returns the REST API of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IRestApi {
    return this.parts.in(region).api.restApi;
  }

  /**
   * Returns the URL that always leads to one region, ending in a slash. Without a domain, it can be used in that region's stack only.
   */
  public urlIn(region: string): string {
    return this.parts.in(region).api.url;
  }

  /** The URL for clients, ending in a slash: of the domain, or without one, of the primary region, which can be used in that region's stack only. */
  public get url(): string {
    return this.domain ? `https://${this.domain.domainName}/` : this.urlIn(this.layout.system.primaryRegion);
  }

  /**
   * The time from the death of a region until clients are led elsewhere: threshold × (interval + 6 seconds, until a probe is given up), and then the 60 seconds that resolvers keep an answer.
   * Clients that keep a connection or an address for longer take longer.
   */
  public get failoverTime(): Duration {
    if (!this.domain?.zone) {
      throw new Error(`failoverTime is unknown without a domain and its hosted zone; allowed: an API with domain, and not with externalDns [${this.node.path}]`);
    }
    return this.health.failoverTime;
  }

  /**
   * The time from an operator's write into the control table of a peer until clients have left the evacuated region: 30 seconds until a peer is asked again, 6 at most until it has answered, and
   * the 60 seconds that resolvers keep an answer. Coming back takes as long.
   */
  public get evacuationTime(): Duration {
    if (!this.domain?.zone || !this.health.evacuationTime) {
      throw new Error(`evacuationTime is unknown without probes of evacuations; allowed: an API with domain, not with externalDns, and health.evacuation not false [${this.node.path}]`);
    }
    return this.health.evacuationTime;
  }

  /**
   * Has a function answer a route, in each region the function of that region.
   *
   * A variable of a path cannot be renamed in one deployment, because API Gateway takes one variable in one place and the new one comes before the old one goes: remove its routes in one deployment, and add them in the next,
   * or leave its name.
   *
   * Throws if the path is not one that API Gateway accepts, has another variable where a route has one already, is reserved, or has that method already, if `cors` answers the method, if the function belongs to another
   * system, or to another unit and the API is in one as well, or if scopes are given and the authorization knows none.
   */
  public addRoute(method: HttpMethod, path: string, fn: IMultiRegionFunction, options: RouteOptions = {}): void {
    if (!Object.values(HttpMethod).includes(method)) {
      throw invalidProp(this, 'method', method, Object.values(HttpMethod).join(', '));
    }
    requirePath(this, path);
    const route = `${method} ${path}`;
    if (method === HttpMethod.OPTIONS && this.cors) {
      throw invalidProp(this, 'method', method, `any other, because the API answers ${route} by its cors`);
    }
    requireReachable(this, this.layout, `fn of ${route}`, fn);
    requireSchema(this, this.layout.system, route, options.requestSchema);
    const authorization = options.authorization ? requireAuthorization(this, this.layout, `authorization of ${route}`, options.authorization) : this.authorization;
    this.requireHeaders(route, [...(options.authorization ? authorization._headers : []), ...(options.apiKeyRequired ? ['X-Api-Key'] : [])]);
    requireScopes(this, `scopes of ${route}`, options.scopes);
    this.routes.add(method, path, fn, authorization, options);
  }

  /**
   * Adds a usage plan: customers with API keys, in each region the same, and what each of them may ask of a region. Routes with `apiKeyRequired` admit the keys of all plans.
   *
   * Its limits hold in each region by itself, about: a customer who is led to another region begins anew there, and all regions together let through N times as much.
   *
   * Throws if the API has a plan of that id, or one with a key of the same secret, or if a secret is named by an ARN, which is of one region.
   *
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
   */
  public addUsagePlan(id: string, props: ApiUsagePlanProps): void {
    requireLiteral(this, 'id of a usage plan', id, /^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, underscores and hyphens, at most 64');
    if (this.usagePlans.has(id)) throw invalidProp(this, 'id of a usage plan', id, 'each id once');
    requireUsagePlan(this, props, [...this.usagePlans.values()].flat());
    this.usagePlans.set(id, Object.values(props.apiKeySecrets));
    this.parts.forEach(({ scope, api }) => usagePlanIn(new Construct(scope.regional, `UsagePlan-${id}`), api, `${this.apiName}-${id}`, props));
  }

  /** Returns the number of requests to one region, over a minute by default, those of health checks included; throws if it is not a region of the system. */
  public metricCount(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'Count', options);
  }

  /**
   * Returns the number of requests that one region answered with 4xx, over a minute by default. With health checks of evacuations, their many answers of 404, "not evacuated", are among them.
   *
   * Throws if it is not a region of the system.
   */
  public metricClientError(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, '4XXError', options);
  }

  /** Returns the number of requests that one region answered with 5xx, over a minute by default; throws if it is not a region of the system. */
  public metricServerError(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, '5XXError', options);
  }

  /** Returns the time that requests took in one region, in milliseconds, on average over a minute by default; throws if it is not a region of the system. */
  public metricLatency(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'Latency', options);
  }

  /** Returns the time that the functions of one region took to answer, in milliseconds, on average over a minute by default; throws if it is not a region of the system. */
  public metricIntegrationLatency(ofRegion: string, options?: MetricOptions): Metric {
    return this.metric(ofRegion, 'IntegrationLatency', options);
  }

  /**
   * Returns the parts of a metric that are due to health checks, by their route.
   * @internal
   */
  public _metricsOfProbes(region: string, metricName: 'Count' | '4XXError'): Metric[] {
    return [HEALTH_PATH, EVACUATION_ROUTE].filter(path => this.routes.has(HttpMethod.GET, path))
      .map(path => metricIn(this, region, routeMetric(this.apiName, HttpMethod.GET, path, metricName)));
  }

  private metric(region: string, metricName: ApiMetricName, options?: MetricOptions): Metric {
    return metricIn(this, region, apiMetric(this.apiName, metricName), options);
  }

  private keysWithoutPlan(): string[] {
    if (this.usagePlans.size > 0) return [];
    const allowed = 'only with a usage plan, by addUsagePlan, because nobody has a key';
    return this.routes.withKey.map(route => invalidProp(this, `apiKeyRequired of ${route}`, true, allowed).message);
  }

  private describeItself(health: MultiRegionFunction): void {
    const { apiName, domain, probedPaths } = this;
    describe(this, 'api', () => ({
      apiName,
      stageName: STAGE_NAME,
      sharedName: domain?.zone && domain.domainName,
      regionalNames: Object.fromEntries((domain?.regions ?? []).map(region => [region, domain!.regionalName(region)])),
      routes: this.routes.descriptions.filter(({ path }) => !probedPaths.includes(path)),
      healthPath: HEALTH_PATH,
      healthFunction: health.functionName,
      evacuationPath: probedPaths.find(path => path === EVACUATION_ROUTE),
    }));
  }

  private requireHeaders(askedBy: string, headers: string[]): void {
    headers.forEach(header => this.cors && requireHeader(this, this.cors, header, askedBy));
  }
}
