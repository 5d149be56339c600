import { CorsOptions } from 'aws-cdk-lib/aws-apigateway';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { ApiAlarmSettings } from './api-alarm-settings';
import { ApiAuthorization } from './api-authorization';
import { ApiDomainProps } from './api-domain';
import { ApiHealthOptions } from './api-health';
import { ApiRouting } from './api-routing';
import { WebAclOptions } from './web-acl';

/** Properties of a `MultiRegionApi`. */
export interface MultiRegionApiProps {
  /**
   * The name that clients use. With it, Route 53 leads clients to a healthy region, and the regions' own execute-api names are disabled.
   *
   * @default - none: clients choose a region by its URL, nothing fails over, and a warning says so
   */
  readonly domain?: ApiDomainProps;

  /**
   * The authorization of callers. There is no default: leaving an API open must be a choice.
   *
   * @default - throws, and lists the choices
   */
  readonly authorization?: ApiAuthorization;

  /**
   * The choice of the region that a client is led to. Needs a domain.
   *
   * Choose once: Route 53 takes records of one kind for a name, so another kind of routing cannot be deployed over this one. `failover` and `weighted` are of one kind, and weights and locations may change. For another
   * kind, move clients to a second API with another name.
   *
   * @default ApiRouting.latency()
   * @see https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-policy.html
   */
  readonly routing?: ApiRouting;

  /**
   * The probes of a region's health. Needs a domain.
   *
   * @default - every 10 seconds, 3 times, from 3 regions
   */
  readonly health?: ApiHealthOptions;

  /**
   * The web ACL in front of each region's API.
   *
   * @default - AWS's managed rules, 2000 requests in 5 minutes per address, bodies up to 16 KiB
   */
  readonly webAcl?: WebAclOptions;

  /**
   * The origins that browsers may call from, and what they may send. API Gateway answers OPTIONS of every path. Functions must answer with the same `Access-Control-Allow-Origin`; errors of API Gateway itself carry the first origin.
   *
   * Throws if browsers would refuse it: `*` with credentials, `allowHeaders` without `Authorization` where routes ask for it, origins that no browser sends.
   *
   * @default - no cross-origin calls
   */
  readonly cors?: CorsOptions;

  /**
   * Requests a second that each region lets through on each route, in the long run, above 0: ten routes let ten times as many through. All APIs of an account share a quota of each region, 10 000 by default.
   *
   * The routes that health checks ask have a limit of their own.
   *
   * @default 1000
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
   */
  readonly throttlingRateLimit?: number;

  /**
   * Requests at once that each region lets through on each route, a whole number above 0.
   *
   * @default 2000
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
   */
  readonly throttlingBurstLimit?: number;

  /**
   * The media types of bodies that are bytes rather than text. Functions get such bodies base64-encoded, with `isBase64Encoded`, and answer so. An answer is turned into bytes if the first type of the request's `Accept` is one of
   * these, so for browsers it takes `*\/*`: then functions get every body encoded, and a `requestSchema` is best checked by the function.
   *
   * @default - none: all bodies are text
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-payload-encodings.html
   */
  readonly binaryMediaTypes?: string[];

  /**
   * Indicates whether the stack of each region sets the role by which API Gateway writes execution logs. There is one such role for each account and region, for the APIs of everybody. Of several systems here, each sets a role of its own that may do the same; the last one counts, and none goes with its
   * stack. Set it to false where somebody else sets that role, such as a landing zone or another tool: it must be there then, in every region, or no stage can be deployed.
   *
   * Of several APIs in a system, or in a unit, one is enough to set it.
   *
   * @default true
   * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-apigateway-account.html
   */
  readonly cloudWatchRole?: boolean;

  /**
   * The retention of logs, in every region.
   *
   * @default RetentionDays.ONE_MONTH
   */
  readonly logRetention?: RetentionDays;

  /**
   * The settings of the alarms.
   *
   * @default - see each
   */
  readonly alarmSettings?: ApiAlarmSettings;
}

/** Options of one route. */
export interface RouteOptions {
  /**
   * The JSON Schema (draft 4) of the request's body. API Gateway answers 400 to what does not match, before the function is called.
   *
   * It is one document: `$ref` leads to its own `definitions`. Throws if it has keywords of newer drafts or of OpenAPI, or null, which no template can have.
   *
   * It checks only bodies whose content type is application/json or absent: validate in the function as well.
   *
   * @default - any body
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
   */
  readonly requestSchema?: { [keyword: string]: any };

  /**
   * The names of query parameters that a request must have. API Gateway answers 400 if one is missing or blank, and does not look at what it is.
   *
   * @default - none
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
   */
  readonly requiredQueryParameters?: string[];

  /**
   * The names of headers that a request must have, likewise.
   *
   * @default - none
   */
  readonly requiredHeaders?: string[];

  /**
   * Indicates whether callers need an API key of a usage plan of this API, in `x-api-key`. It tells customers apart and limits them; it is no authorization. Throws at synthesis if the API has no usage plan.
   *
   * @default false
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-api-usage-plans.html
   */
  readonly apiKeyRequired?: boolean;

  /**
   * The authorization of callers of this route.
   *
   * @default - as all routes of the API
   */
  readonly authorization?: ApiAuthorization;

  /**
   * The scopes that open this route, at least one; a token needs one of them. For `jwt` and `cognito` authorization.
   *
   * @default - any valid token
   */
  readonly scopes?: string[];
}
