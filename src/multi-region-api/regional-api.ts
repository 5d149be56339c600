import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AccessLogFormat, CfnModel, CorsOptions, EndpointType, IModel, IResource, LogGroupLogDestination, MethodLoggingLevel, Model, RequestValidator,
  RestApi,
} from 'aws-cdk-lib/aws-apigateway';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { watchRequests } from './api-alarms';
import { STAGE_NAME } from './constants';
import { gatewayAccountOf } from './gateway-account';
import { answerErrorsAsProblems } from './gateway-responses';
import { WebAclSettings } from './web-acl';
import { acknowledge, regulated } from '../system/acknowledge';
import { protectionOf } from '../system/legacy';

const TURNED_OFF = 'the web ACL was turned off by webAcl.enabled';

export interface RegionalApiProps {
  readonly name: string;
  readonly description: string;
  readonly throttlingRateLimit: number;
  readonly throttlingBurstLimit: number;
  readonly logRetention: RetentionDays;
  readonly webAcl: WebAclSettings;
  readonly cors?: CorsOptions;
  /** Whether routes expect a SigV4 signature. */
  readonly signed: boolean;
  /** Where its domain leads to it; its own execute-api name is then disabled. */
  readonly url?: string;
}

/** The REST API of one region, without its routes. */
export class RegionalApi {
  public readonly restApi: RestApi;
  public readonly validator: RequestValidator;
  /** Where it is reached, ending in a slash. */
  public readonly url: string;

  constructor(scope: Construct, region: string, props: RegionalApiProps) {
    const accessLogs = new LogGroup(scope, 'AccessLogs', {
      encryptionKey: protectionOf(scope).key, retention: props.logRetention, removalPolicy: RemovalPolicy.RETAIN,
    });
    this.restApi = new RestApi(scope, 'RestApi', {
      restApiName: props.name,
      description: props.description,
      endpointTypes: [EndpointType.REGIONAL],
      disableExecuteApiEndpoint: props.url !== undefined,
      cloudWatchRole: false, // an account's setting, see gatewayAccountOf
      defaultCorsPreflightOptions: props.cors,
      deployOptions: {
        stageName: STAGE_NAME,
        tracingEnabled: true,
        metricsEnabled: true,
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(accessLogs),
        accessLogFormat: accessLogFormat(region),
        throttlingRateLimit: props.throttlingRateLimit,
        throttlingBurstLimit: props.throttlingBurstLimit,
      },
    });
    const stage = this.restApi.deploymentStage;
    stage.node.addDependency(gatewayAccountOf(Stack.of(scope)));
    if (props.webAcl.enabled) {
      props.webAcl.protect(scope, props.name, stage);
    } else {
      acknowledge(stage, { id: 'AwsSolutions-APIG3', reason: TURNED_OFF }, ...regulated('APIGWAssociatedWithWAF', TURNED_OFF));
    }
    acknowledge(
      stage,
      ...regulated('APIGWCacheEnabledAndEncrypted', 'API Gateway\'s cache does not tell callers apart, so one would get the answer of another; what is not cached needs no encryption there'),
      ...regulated('APIGWSSLEnabled', 'API Gateway shows a client certificate to HTTP back ends only; these are functions, which it calls by Lambda\'s API, signed and by TLS'),
    );
    answerErrorsAsProblems(this.restApi, { signed: props.signed, allowOrigin: props.cors?.allowOrigins[0] });
    this.validator = this.restApi.addRequestValidator('Validator', { validateRequestBody: true, validateRequestParameters: true });
    watchRequests(scope, props.name, STAGE_NAME);
    this.url = props.url ?? this.restApi.url;
    new CfnOutput(scope, 'Url', { value: this.url, description: props.description });
  }

  /** The model of a request's body, from a JSON Schema as it is written: the L2 would want its own notation. */
  public modelOf(resource: IResource, method: string, schema: object): IModel {
    const model = new CfnModel(resource, `${method}Body`, { restApiId: this.restApi.restApiId, contentType: 'application/json', schema });
    return Model.fromModelName(resource, `${method}BodyModel`, model.ref);
  }
}

/** One line of JSON per request. The region is literal, since API Gateway has no variable for it. */
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
