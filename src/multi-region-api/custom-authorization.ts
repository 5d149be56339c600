import { Duration } from 'aws-cdk-lib';

/** The events that a function of one's own is asked by, to decide on callers. */
export enum CustomAuthorizerType {
  /** An event with the whole request: its headers, query parameters, path and route. */
  REQUEST = 'REQUEST',

  /** An event with one header and the ARN of the method. */
  TOKEN = 'TOKEN',
}

/** Properties of `ApiAuthorization.custom`. */
export interface CustomAuthorizationProps {
  /**
   * The kind of event that the function gets.
   *
   * @default CustomAuthorizerType.REQUEST
   * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
   */
  readonly type?: CustomAuthorizerType;

  /**
   * The places of a request where credentials are, such as `method.request.header.Authorization` or `method.request.querystring.token`, as the CDK's `IdentitySource` writes them. Callers who leave one out get a 401 without a call of the function. With
   * `CustomAuthorizerType.TOKEN` it is one header.
   *
   * @default ['method.request.header.Authorization']
   */
  readonly identitySources?: string[];

  /**
   * The regular expression that a token matches as a whole; callers with another one get a 401 without a call of the function. For `CustomAuthorizerType.TOKEN` only.
   *
   * @default - any token
   */
  readonly tokenPattern?: string;

  /**
   * The time that API Gateway keeps a decision, in whole seconds, up to 1 hour.
   *
   * With `CustomAuthorizerType.REQUEST` a decision is kept for the identity sources, the method and the route, such as `/orders/{id}`: not for the variables of the path, so leave it at zero if the function decides by those. With
   * `CustomAuthorizerType.TOKEN` it is kept for the token alone, so the function's policy must be right for all routes that ask it.
   *
   * @default Duration.seconds(0)
   */
  readonly resultsCacheTtl?: Duration;
}
