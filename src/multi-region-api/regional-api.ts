import { ArnFormat, CfnOutput, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat, CfnModel, CorsOptions, EndpointType, IModel, Integration, IntegrationType, IResource, LogGroupLogDestination, Method,
  MethodLoggingLevel, MethodOptions, Model, RequestValidator, RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { addRequestAlarms, ApiAlarms } from './api-alarms';
import { STAGE_NAME } from './constants';
import { gatewayAccountOf } from './gateway-account';
import { answerErrorsAsProblems, answerProblems, KEY_PROBLEMS, PARAMETER_PROBLEMS } from './gateway-responses';
import { HttpMethod } from './http-method';
import { WebAclSettings } from './web-acl';
import { LiveReference } from '../multi-region-function/live-alias-target';
import { permitInvocation } from '../regional-function/invocation';
import { acknowledge, regulatoryAcknowledgments } from '../system/acknowledge';
import { RegionalScope } from '../system/regional-scope';
import { removalPolicyOf } from '../system/removal';

const TURNED_OFF = 'the web ACL was turned off by webAcl.enabled';

/** The options that hold for every route. Settings of a single route repeat it, because nothing documents that they inherit. */
const METHOD_OPTIONS = { metricsEnabled: true, loggingLevel: MethodLoggingLevel.ERROR, dataTraceEnabled: false };

/** Limits of the routes that health checks ask, so that a low limit of the API leaves no probe without an answer. The web ACL limits what one address may ask of them. */
const PROBE_THROTTLING = { throttlingRateLimit: 1000, throttlingBurstLimit: 2000 };

export interface RegionalApiProps {
  readonly name: string;
  readonly description: string;
  readonly throttlingRateLimit: number;
  readonly throttlingBurstLimit: number;
  readonly logRetention: RetentionDays;
  readonly webAcl: WebAclSettings;
  readonly cors?: CorsOptions;
  /** Indicates whether routes expect a SigV4 signature. */
  readonly signed: boolean;
  /** The paths that health checks ask. */
  readonly probedPaths: string[];
  readonly binaryMediaTypes?: string[];
  /** Indicates whether the stack sets the role by which API Gateway writes logs. */
  readonly cloudWatchRole: boolean;
  /** The URL of its domain; its own execute-api name is then disabled. */
  readonly url?: string;
  readonly alarms: ApiAlarms;
}

export interface RegionalRouteProps {
  readonly method: HttpMethod;
  readonly path: string;
  /** The function that answers. */
  readonly live: LiveReference;
  readonly authorization: MethodOptions;
  /** The JSON Schema of bodies. */
  readonly requestSchema?: object;
  /** The parameters that must be there, as API Gateway writes them. */
  readonly parameters: { [parameter: string]: boolean };
  readonly apiKeyRequired: boolean;
}

/** The REST API of one region, in the region's stack. */
export class RegionalApi {
  public readonly restApi: RestApi;
  /** The URL, ending in a slash. */
  public readonly url: string;

  private readonly validator: RequestValidator;

  constructor(private readonly scope: RegionalScope, private readonly props: RegionalApiProps) {
    const { regional, stack, region } = scope;
    const accessLogs = new LogGroup(regional, 'AccessLogs', { encryptionKey: scope.key, retention: props.logRetention, removalPolicy: removalPolicyOf(regional) });
    this.restApi = new RestApi(regional, 'RestApi', {
      restApiName: props.name,
      description: props.description,
      endpointTypes: [EndpointType.REGIONAL],
      disableExecuteApiEndpoint: props.url !== undefined,
      cloudWatchRole: false, // an account's setting, see gatewayAccountOf
      defaultCorsPreflightOptions: props.cors,
      binaryMediaTypes: props.binaryMediaTypes,
      deployOptions: {
        stageName: STAGE_NAME,
        tracingEnabled: true,
        ...METHOD_OPTIONS,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: accessLogFormat(region),
        throttlingRateLimit: props.throttlingRateLimit,
        throttlingBurstLimit: props.throttlingBurstLimit,
        methodOptions: Object.fromEntries(props.probedPaths.map(path => [`${path}/${HttpMethod.GET}`, { ...METHOD_OPTIONS, ...PROBE_THROTTLING }])),
      },
    });
    const stage = this.restApi.deploymentStage;
    if (props.cloudWatchRole) stage.node.addDependency(gatewayAccountOf(stack));
    if (props.webAcl.enabled) {
      props.webAcl.protect(scope, props.name, stage, props.probedPaths, props.url !== undefined);
    } else {
      acknowledge(stage, { id: 'AwsSolutions-APIG3', reason: TURNED_OFF }, ...regulatoryAcknowledgments('APIGWAssociatedWithWAF', TURNED_OFF));
    }
    acknowledge(
      stage,
      ...regulatoryAcknowledgments('APIGWCacheEnabledAndEncrypted', 'API Gateway\'s cache does not tell callers apart, so one would get the answer of another; what is not cached needs no encryption there'),
      ...regulatoryAcknowledgments('APIGWSSLEnabled', 'API Gateway shows a client certificate to HTTP back ends only; these are functions, which it calls by Lambda\'s API, signed and by TLS'),
    );
    answerErrorsAsProblems(this.restApi, { signed: props.signed, cors: props.cors });
    this.validator = this.restApi.addRequestValidator('Validator', { validateRequestBody: true, validateRequestParameters: true });
    addRequestAlarms(scope, props.alarms, props.name);
    this.url = props.url ?? this.restApi.url;
    new CfnOutput(regional, 'Url', { value: this.url, description: props.description });
  }

  /** Adds a route. */
  public addRoute({ method, path, live, authorization, requestSchema, parameters, apiKeyRequired }: RegionalRouteProps): Method {
    const { restApi, props: { cors } } = this;
    const needsParameters = Object.keys(parameters).length > 0;
    if (needsParameters) answerProblems(restApi, cors, PARAMETER_PROBLEMS);
    if (apiKeyRequired) answerProblems(restApi, cors, KEY_PROBLEMS);
    this.permit(live, 'Api', `${STAGE_NAME}/*/*`);
    const resource = path === '/' ? restApi.root : restApi.root.resourceForPath(path);
    // not LambdaIntegration, which adds a permission for each method
    const integration = new Integration({ type: IntegrationType.AWS_PROXY, integrationHttpMethod: HttpMethod.POST, uri: this.invocationUri(live) });
    return resource.addMethod(method, integration, {
      ...authorization,
      requestValidator: this.validator,
      requestParameters: needsParameters ? parameters : undefined,
      apiKeyRequired: apiKeyRequired || undefined,
      requestModels: requestSchema && { 'application/json': this.modelOf(resource, method, requestSchema) },
    });
  }

  /** Lets the API invoke a function, once for all routes or authorizers of it; no deployment of the API calls the function before that. */
  public permit({ alias, arnIn, functionName }: LiveReference, id: string, source: string): void {
    const { stack, regional } = this.scope;
    const isLocal = Stack.of(alias) === stack;
    const permission = permitInvocation(isLocal ? alias : regional, isLocal ? `${id}-${this.props.name}` : `${id}-${functionName}`, {
      functionArn: arnIn(stack),
      principal: 'apigateway.amazonaws.com',
      sourceArn: stack.formatArn({ service: 'execute-api', resource: this.restApi.restApiId, resourceName: source }),
    });
    this.restApi.latestDeployment!.node.addDependency(permission);
  }

  /** Returns the URI by which API Gateway invokes a function. */
  public invocationUri(live: LiveReference): string {
    const { stack } = this.scope;
    return stack.formatArn({
      service: 'apigateway', account: 'lambda', resource: 'path', resourceName: `2015-03-31/functions/${live.arnIn(stack)}/invocations`, arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
    });
  }

  /** Returns the model of a request's body, from a JSON Schema as it is written: the L2 would want its own notation. */
  private modelOf(resource: IResource, method: string, schema: object): IModel {
    const model = new CfnModel(resource, `${method}Body`, { restApiId: this.restApi.restApiId, contentType: 'application/json', schema });
    // a change of it is part of no method, and the stage would go on with the old one
    this.restApi.latestDeployment!.addToLogicalId({ model: schema });
    return Model.fromModelName(resource, `${method}BodyModel`, model.ref);
  }
}

/** Returns the format of the access log: one line of JSON per request. The region is literal, since API Gateway has no variable for it. */
function accessLogFormat(region: string): AccessLogFormat {
  return AccessLogFormat.custom(JSON.stringify({
    requestId: '$context.requestId',
    region,
    traceId: '$context.xrayTraceId',
    time: '$context.requestTime',
    ip: '$context.identity.sourceIp',
    host: '$context.domainName',
    method: '$context.httpMethod',
    path: '$context.resourcePath',
    status: '$context.status',
    responseLength: '$context.responseLength',
    latencyMs: '$context.responseLatency',
    error: '$context.error.responseType',
  }));
}
