import { Duration } from 'aws-cdk-lib';
import { AuthorizationType, IAuthorizer, IdentitySource, Method, MethodOptions } from 'aws-cdk-lib/aws-apigateway';
import { Construct } from 'constructs';
import { CustomAuthorization } from './api-authorization';
import { Authorizer, AuthorizerScope } from './authorizer';
import { CustomAuthorizerType } from './custom-authorization';
import { lambdaAuthorizerIn } from './lambda-authorizer';
import { acknowledge } from '../system/acknowledge';
import { invalidProp } from '../system/errors';
import { PerRegion } from '../system/per-region';

/** The part of the cache key that is not the caller: a decision is kept for one route. */
const ROUTE = [IdentitySource.context('httpMethod'), IdentitySource.context('resourcePath')];

/** A function of the user's that decides on callers, in each region that of the region. */
export class CustomAuthorizer implements Authorizer {
  private readonly authorizers: PerRegion<IAuthorizer>;

  constructor(private readonly owner: Construct, scopes: PerRegion<AuthorizerScope>, id: string, authorization: CustomAuthorization) {
    const { fn, type, identitySources, props: { tokenPattern, resultsCacheTtl = Duration.seconds(0) } } = authorization;
    this.authorizers = scopes.map(scope => lambdaAuthorizerIn(scope, id, fn, {
      type, tokenPattern, resultsCacheTtl, identitySources: type === CustomAuthorizerType.TOKEN ? identitySources : [...identitySources, ...ROUTE],
    }));
  }

  public registerScopes(route: string, scopes: string[]): void {
    if (scopes.length > 0) {
      throw invalidProp(this.owner, `scopes of ${route}`, scopes, 'none, because the function of a custom authorization decides');
    }
  }

  public methodOptions(region: string): MethodOptions {
    return { authorizationType: AuthorizationType.CUSTOM, authorizer: this.authorizers.in(region) };
  }

  public acknowledge(method: Method): void {
    acknowledge(method, {
      id: 'AwsSolutions-COG4',
      reason: 'a function in the same region authorizes the callers; a Cognito user pool lives in one region, which the others would depend on',
    });
  }
}
