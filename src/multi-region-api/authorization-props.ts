import { Duration } from 'aws-cdk-lib';
import { JwtTokenUse } from './jwt-token-use';

/** Properties of `ApiAuthorization.none`. */
export interface NoAuthorizationProps {
  /** The reason why anyone may call, for auditors: it appears in compliance reports. It cannot be empty. */
  readonly reason: string;
}

/** Properties of `ApiAuthorization.jwt`. */
export interface JwtAuthorizationProps {
  /**
   * The issuer, exactly as in the tokens' `iss`: an https URL.
   *
   * - Amazon Cognito: `https://cognito-idp.<region>.amazonaws.com/<user pool>`. A user pool lives in one region, but its tokens are good in every region of the API. While that region is down, nobody gets new
   *   tokens, and execution environments that start then have no keys and answer with 500.
   * - Auth0: `https://<tenant>/`, with the slash.
   * - Microsoft Entra ID: `https://login.microsoftonline.com/<tenant id>/v2.0`, or `https://sts.windows.net/<tenant id>/` if the API's `requestedAccessTokenVersion` is 1.
   * - Okta: `https://<domain>/oauth2/<custom authorization server>`. Tokens of the org authorization server are for Okta's own API only.
   * - Keycloak: `https://<host>/realms/<realm>`.
   */
  readonly issuer: string;

  /**
   * The audiences. A token must be for one of them: its `aud` must be, or hold, one of them. Only a token without `aud` may have one of them as its `client_id`.
   *
   * - Amazon Cognito: the ids of the app clients. For tokens that a client asked for with a resource, the URL of that API.
   * - Auth0 and Okta: the identifier of the API, or audience of the authorization server.
   * - Microsoft Entra ID: the API's client id, or its application id URI in tokens of version 1.
   * - Keycloak: the API's client id, once an audience mapper adds it.
   * - ID tokens: the ids of the clients.
   */
  readonly audience: string[];

  /**
   * The https URL of the issuer's keys, which is the `jwks_uri` of the issuer's `/.well-known/openid-configuration`.
   *
   * The default is that of Amazon Cognito and Auth0. Microsoft Entra ID: `https://login.microsoftonline.com/<tenant id>/discovery/v2.0/keys`. Okta: `<issuer>/v1/keys`. Keycloak:
   * `<issuer>/protocol/openid-connect/certs`.
   *
   * @default - the issuer's `/.well-known/jwks.json`
   */
  readonly jwksUri?: string;

  /**
   * The kind of tokens that are accepted. A token that says it is of another kind gets a 401: an ID token where access tokens are accepted, an access token where ID tokens are, and always
   * refresh tokens and logout tokens.
   *
   * A token says what it is by its header `typ` (of which only `at+jwt`, `JWT`, `JOSE` and none are accepted), by `token_use` as in Amazon Cognito, by the claim `typ` as in Keycloak, by `at_hash`
   * or `c_hash`, which only ID tokens have, or by the event of a logout. Some ID tokens of Auth0, Microsoft Entra ID and Okta say nothing. Only their audience, which is the client, and their lack of
   * scopes tell them from access tokens: give the API an audience of its own, and routes `scopes`.
   *
   * @see https://www.rfc-editor.org/rfc/rfc8725#section-3.12
   * @default JwtTokenUse.ACCESS
   */
  readonly tokenUse?: JwtTokenUse;

  /**
   * The time that API Gateway keeps a decision about a token and a route, in whole seconds, up to 1 hour. A token that was revoked or has expired may be accepted for as long. Zero asks the authorizer each time.
   *
   * @default Duration.minutes(5)
   */
  readonly resultsCacheTtl?: Duration;
}

/** Properties of `ApiAuthorization.cognito`. */
export interface CognitoAuthorizationProps {
  /**
   * The ARNs of each region's user pools, for every region of the system.
   *
   * A user pool lives in one region, and its tokens are good in that region only: clients that fail over must sign in again, with users that the other pool has. Where that will not do, or where there is
   * one pool, use `jwt` with an issuer that all regions accept, which may be that pool.
   */
  readonly userPoolArns: { [region: string]: string[] };

  /**
   * The time that API Gateway keeps a decision about a token, in whole seconds, up to 1 hour.
   *
   * @default Duration.minutes(5)
   */
  readonly resultsCacheTtl?: Duration;
}
