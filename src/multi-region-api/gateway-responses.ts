import { CorsOptions, ResponseType, RestApi } from 'aws-cdk-lib/aws-apigateway';

/**
 * The answers of API Gateway itself, with nothing of its inside. Routes require no parameters, and proxy integrations pass every media type on, so
 * there are no responses for these.
 */
const PROBLEMS: [ResponseType, number, string][] = [
  [ResponseType.BAD_REQUEST_BODY, 400, 'The body does not match the schema of this route'],
  [ResponseType.UNAUTHORIZED, 401, 'Unauthorized'],
  [ResponseType.ACCESS_DENIED, 403, 'Forbidden'],
  [ResponseType.WAF_FILTERED, 403, 'Forbidden'],
  [ResponseType.REQUEST_TOO_LARGE, 413, 'The request is too large'],
  [ResponseType.THROTTLED, 429, 'Too many requests'],
  [ResponseType.INTEGRATION_FAILURE, 502, 'The service failed'],
  [ResponseType.INTEGRATION_TIMEOUT, 504, 'The service did not answer in time'],
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
  const missing: [ResponseType, number, string] = options.signed
    ? [ResponseType.MISSING_AUTHENTICATION_TOKEN, 403, 'No such route, or a missing signature']
    : [ResponseType.MISSING_AUTHENTICATION_TOKEN, 404, 'No such route'];
  const responseHeaders = {
    'Content-Type': '\'application/problem+json\'',
    'Cache-Control': '\'no-store\'',
    ...(options.cors && { 'Access-Control-Allow-Origin': `'${options.cors.allowOrigins[0]}'` }),
    ...(options.cors?.allowCredentials && { 'Access-Control-Allow-Credentials': '\'true\'' }),
  };
  for (const [type, status, title] of [...PROBLEMS, missing]) {
    restApi.addGatewayResponse(`Problem-${type.responseType}`, {
      type, statusCode: String(status), responseHeaders, templates: { 'application/json': problem(title, status) },
    });
  }
  for (const [type, title] of [[ResponseType.DEFAULT_4XX, 'The request failed'], [ResponseType.DEFAULT_5XX, 'The service failed']] as const) {
    restApi.addGatewayResponse(`Problem-${type.responseType}`, { type, responseHeaders, templates: { 'application/json': problem(title) } });
  }
}

function problem(title: string, status?: number): string {
  return JSON.stringify({ type: 'about:blank', title, status, requestId: '$context.requestId' });
}
