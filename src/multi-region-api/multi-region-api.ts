import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat, AuthorizationType, CfnModel, EndpointType, IRestApi, LambdaIntegration, LogGroupLogDestination, Method, MethodLoggingLevel,
  Model, RequestValidator, RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ApiAuthorization } from './api-authorization';
import { gatewayAccountOf } from './gateway-account';
import { HttpMethod } from './http-method';
import { protect } from './web-acl';
import { MultiRegionFunction } from '../multi-region-function';
import { acknowledge } from '../private/acknowledge';
import { invalidProp } from '../private/errors';
import { handlerBundle } from '../private/handler-bundle';
import { Layout, PerRegion } from '../private/layout';
import { NameRule } from '../system/names';

const STAGE_NAME = 'live';
const HEALTH_PATH = '/health';
const PATH = /^\/([A-Za-z0-9._~-]+|\{[A-Za-z0-9._-]+\+?\})(\/([A-Za-z0-9._~-]+|\{[A-Za-z0-9._-]+\+?\}))*$/;

/** Properties of a `MultiRegionApi`. */
export interface MultiRegionApiProps {
  /**
   * How callers prove who they are. There is no default: leaving an API open must be a choice.
   *
   * @default - throws, and lists the choices
   */
  readonly authorization?: ApiAuthorization;

  /**
   * Requests a second that each region lets through, in the long run.
   *
   * @default 1000
   */
  readonly throttlingRateLimit?: number;

  /**
   * Requests at once that each region lets through.
   *
   * @default 2000
   */
  readonly throttlingBurstLimit?: number;

  /**
   * How long logs are kept, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;
}

/** Options of one route. */
export interface RouteOptions {
  /**
   * The JSON Schema (draft 4) of the request's body. API Gateway answers 400 to what does not match, before the function is called.
   *
   * It checks only bodies of the content type that is declared or absent as application/json: validate in the function as well.
   *
   * @default - any body
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
   */
  readonly requestSchema?: { [keyword: string]: any };

  /**
   * How callers of this route prove who they are.
   *
   * @default - as all routes of the API
   */
  readonly authorization?: ApiAuthorization;
}

interface Share {
  readonly restApi: RestApi;
  readonly validator: RequestValidator;
}

/**
 * A REST API in every region, each route served by the same region's share of a function.
 *
 * Per region: a regional REST API whose routes call the functions' live aliases; `GET /health`, which needs no authorization and asks
 * nothing but its own region; JSON access logs, execution logs without payloads, X-Ray, throttling, request validation; and a web ACL with AWS's managed
 * rules and a limit of 2000 requests in 5 minutes per address. The web ACL costs about 9 USD a month and region.
 *
 * Clients choose the region by its URL: each region answers on its own, and nothing moves them when it does not.
 *
 * Throws if no authorization is given.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-rest-api.html
 */
export class MultiRegionApi extends Construct {
  private readonly layout: Layout;
  private readonly name: string;
  private readonly authorization: ApiAuthorization;
  private readonly shares: PerRegion<Share>;
  private readonly routes = new Set<string>();

  constructor(scope: Construct, id: string, props: MultiRegionApiProps = {}) {
    super(scope, id);
    this.layout = Layout.of(this);
    this.name = this.layout.physicalName(NameRule.REST_API);
    this.authorization = this.requireAuthorization(props.authorization);
    const throttling = this.requireThrottling(props);

    this.shares = this.layout.perRegion((share, region) => {
      const accessLogs = new LogGroup(share, 'AccessLogs', {
        retention: props.logRetention ?? RetentionDays.ONE_MONTH,
        removalPolicy: RemovalPolicy.RETAIN,
      });
      const restApi = new RestApi(share, 'RestApi', {
        restApiName: this.name,
        description: `${this.layout.system.systemName} in ${region}`,
        endpointTypes: [EndpointType.REGIONAL],
        cloudWatchRole: false, // an account's setting, see gatewayAccountOf
        deployOptions: {
          stageName: STAGE_NAME,
          tracingEnabled: true,
          metricsEnabled: true,
          loggingLevel: MethodLoggingLevel.ERROR,
          dataTraceEnabled: false,
          accessLogDestination: new LogGroupLogDestination(accessLogs),
          accessLogFormat: accessLogFormat(region),
          ...throttling,
        },
      });
      restApi.deploymentStage.node.addDependency(gatewayAccountOf(Stack.of(share)));
      protect(share, this.name, restApi.deploymentStage);
      new CfnOutput(share, 'Url', { value: restApi.url, description: `${this.name} in ${region}` });
      return {
        restApi,
        validator: restApi.addRequestValidator('Validator', { validateRequestBody: true, validateRequestParameters: true }),
      };
    });
    this.addHealth(props.logRetention);
  }

  /** The REST API of one region; throws if it is not a region of the system. */
  public inRegion(region: string): IRestApi {
    return this.shares.in(region).restApi;
  }

  /** The URL of one region's API, ending in a slash. It can be used in that region's stack only. */
  public urlIn(region: string): string {
    return this.shares.in(region).restApi.url;
  }

  /** The URL of the primary region's API, since there is no domain. It can be used in that region's stack only. */
  public get url(): string {
    return this.urlIn(this.layout.system.primaryRegion);
  }

  /**
   * Lets a function answer a route in every region, each region's share of it in its own region.
   *
   * Throws if the path is not one that API Gateway accepts, is reserved, or has that method already, or if the function belongs to another system.
   */
  public addRoute(method: HttpMethod, path: string, fn: MultiRegionFunction, options: RouteOptions = {}): void {
    if (!Object.values(HttpMethod).includes(method)) {
      throw invalidProp(this, 'method', method, Object.values(HttpMethod).join(', '));
    }
    if (path !== '/' && !PATH.test(path)) {
      throw invalidProp(this, 'path', path, 'a path such as /orders/{id}, without a slash at the end');
    }
    if (path === HEALTH_PATH) {
      throw invalidProp(this, 'path', path, 'any other path, because health checks ask this one');
    }
    const route = `${method} ${path}`;
    if (this.routes.has(route)) {
      throw invalidProp(this, 'route', route, 'each route once');
    }
    this.layout.requireSameSystem(`fn of ${route}`, fn);
    const schema = options.requestSchema;
    if (schema !== undefined && (typeof schema !== 'object' || schema === null || Array.isArray(schema))) {
      throw invalidProp(this, `requestSchema of ${route}`, schema, 'a JSON Schema, as an object');
    }
    this.routes.add(route);
    this.serve(method, path, fn, options.authorization ? this.requireAuthorization(options.authorization) : this.authorization, schema);
  }

  private addHealth(logRetention?: RetentionDays): void {
    const health = new MultiRegionFunction(this, 'Health', {
      description: `answers ${HEALTH_PATH} of ${this.name}`,
      codePath: handlerBundle('multi-region-api/health'),
      memorySize: 128,
      logRetention,
    });
    this.serve(HttpMethod.GET, HEALTH_PATH, health, ApiAuthorization.none({ reason: 'health checkers carry no credentials, and the answer tells only region and version' }));
  }

  private serve(method: HttpMethod, path: string, fn: MultiRegionFunction, authorization: ApiAuthorization, schema?: object): void {
    this.shares.forEach(({ restApi, validator }, region) => {
      const resource = path === '/' ? restApi.root : restApi.root.resourceForPath(path);
      const route = resource.addMethod(method, new LambdaIntegration(fn.inRegion(region), { allowTestInvoke: false }), {
        authorizationType: authorization._type,
        requestValidator: validator,
        requestModels: schema && { 'application/json': this.modelOf(resource, method, restApi, schema) },
      });
      acknowledgeAuthorization(route, authorization);
    });
  }

  private modelOf(resource: Construct, method: string, restApi: RestApi, schema: object): Model {
    // the L1, because JSON Schema is taken as it is written, not in the L2's own notation
    const model = new CfnModel(resource, `${method}Body`, { restApiId: restApi.restApiId, contentType: 'application/json', schema });
    return Model.fromModelName(resource, `${method}BodyModel`, model.ref) as Model;
  }

  private requireAuthorization(authorization?: ApiAuthorization): ApiAuthorization {
    if (!(authorization instanceof ApiAuthorization)) {
      throw invalidProp(this, 'authorization', authorization, 'ApiAuthorization.iam(), or ApiAuthorization.none({ reason }) for an API that anyone may call');
    }
    if (authorization._type === AuthorizationType.NONE && !(authorization._reason!.length >= 10)) {
      throw invalidProp(this, 'authorization: reason', authorization._reason, 'at least 10 characters, for those who audit it');
    }
    return authorization;
  }

  private requireThrottling(props: MultiRegionApiProps) {
    const { throttlingRateLimit = 1000, throttlingBurstLimit = 2000 } = props;
    for (const [prop, value] of Object.entries({ throttlingRateLimit, throttlingBurstLimit })) {
      if (!(value > 0)) {
        throw invalidProp(this, prop, value, 'a number above 0');
      }
    }
    return { throttlingRateLimit, throttlingBurstLimit };
  }
}

function acknowledgeAuthorization(method: Method, authorization: ApiAuthorization): void {
  if (authorization._type === AuthorizationType.NONE) {
    acknowledge(method, { id: 'AwsSolutions-APIG4', reason: authorization._reason! });
  }
  acknowledge(method, {
    id: 'AwsSolutions-COG4',
    reason: authorization._reason ?? 'IAM authorizes the callers; a Cognito user pool lives in one region, which the other regions would depend on',
  });
}

/** One line of JSON per request. The region is literal, since API Gateway has no variable for it. */
function accessLogFormat(region: string): AccessLogFormat {
  return AccessLogFormat.custom(JSON.stringify({
    requestId: '$context.requestId',
    region,
    traceId: '$context.xrayTraceId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    method: '$context.httpMethod',
    path: '$context.resourcePath',
    status: '$context.status',
    responseLength: '$context.responseLength',
    latencyMs: '$context.responseLatency',
    error: '$context.error.message',
  }));
}
