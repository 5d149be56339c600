import { CorsOptions, ResponseType, RestApi } from 'aws-cdk-lib/aws-apigateway';

export type Problem = [ResponseType, number, string];

/** The answers of API Gateway itself, with nothing of its inside. Proxy integrations pass every media type on, so there is no response for that. */
const PROBLEMS: Problem[] = [
  [ResponseType.BAD_REQUEST_BODY, 400, 'The body does not match the schema of this route'],
  [ResponseType.UNAUTHORIZED, 401, 'Unauthorized'],
  [ResponseType.ACCESS_DENIED, 403, 'Forbidden'],
  [ResponseType.WAF_FILTERED, 403, 'Forbidden'],
  [ResponseType.REQUEST_TOO_LARGE, 413, 'The request is too large'],
  [ResponseType.THROTTLED, 429, 'Too many requests'],
  [ResponseType.INTEGRATION_FAILURE, 502, 'The service failed'],
  [ResponseType.INTEGRATION_TIMEOUT, 504, 'The service did not answer in time'],
];

/** The answers of an API of which some route needs parameters. */
export const PARAMETER_PROBLEMS: Problem[] = [[ResponseType.BAD_REQUEST_PARAMETERS, 400, 'A parameter that this route needs is missing']];

/** The answers of an API of which some route needs an API key. */
export const KEY_PROBLEMS: Problem[] = [
  [ResponseType.INVALID_API_KEY, 403, 'Forbidden'],
  [ResponseType.QUOTA_EXCEEDED, 429, 'The quota of the API key is used up'],
];

/**
 * Answers errors as RFC 9457 has it: a title and a status, and the request's id to find it in the logs.
 *
 * A route that does not exist and a request without its IAM signature are one case for API Gateway. It is a 404 where no route asks for a
 * signature, and a 403 where some does.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9457
 */
export function answerErrorsAsProblems(restApi: RestApi, options: { readonly signed: boolean; readonly cors?: CorsOptions }): void {
  const missing: Problem = options.signed
    ? [ResponseType.MISSING_AUTHENTICATION_TOKEN, 403, 'No such route, or a missing signature']
    : [ResponseType.MISSING_AUTHENTICATION_TOKEN, 404, 'No such route'];
  answerProblems(restApi, options.cors, [...PROBLEMS, missing]);
  for (const [type, title] of [[ResponseType.DEFAULT_4XX, 'The request failed'], [ResponseType.DEFAULT_5XX, 'The service failed']] as const) {
    restApi.addGatewayResponse(`Problem-${type.responseType}`, { type, responseHeaders: headersOf(options.cors), templates: { 'application/json': problem(title) } });
  }
}

/** Answers some errors so, each once. */
export function answerProblems(restApi: RestApi, cors: CorsOptions | undefined, problems: Problem[]): void {
  for (const [type, status, title] of problems) {
    const id = `Problem-${type.responseType}`;
    if (restApi.node.tryFindChild(id)) continue;
    restApi.addGatewayResponse(id, {
      type, statusCode: String(status), responseHeaders: headersOf(cors), templates: { 'application/json': problem(title, status) },
    });
  }
}

function headersOf(cors?: CorsOptions) {
  return {
    'Content-Type': '\'application/problem+json\'',
    'Cache-Control': '\'no-store\'',
    ...(cors && { 'Access-Control-Allow-Origin': `'${cors.allowOrigins[0]}'` }),
    ...(cors?.allowCredentials && { 'Access-Control-Allow-Credentials': '\'true\'' }),
  };
}

function problem(title: string, status?: number): string {
  return JSON.stringify({ type: 'about:blank', title, status, requestId: '$context.requestId' });
}
