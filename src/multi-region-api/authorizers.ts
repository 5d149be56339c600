import { AuthorizationType, CognitoUserPoolsAuthorizer, IAuthorizer, Method, MethodOptions } from 'aws-cdk-lib/aws-apigateway';
import { UserPool } from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { ApiAuthorization, CognitoAuthorization, CustomAuthorization, IamAuthorization, JwtAuthorization, NoAuthorization } from './api-authorization';
import { Authorizer, AuthorizerScope, DEFAULT_TTL } from './authorizer';
import { CustomAuthorizer } from './custom-authorizer';
import { JwtAuthorizer } from './jwt-authorizer';
import { acknowledge } from '../system/acknowledge';
import { invalidProp } from '../system/errors';
import { PerRegion } from '../system/per-region';

/** The authorizers that an API's routes use: one per authorization and region, made when a route first asks for it. */
export class Authorizers {
  private readonly made = new Map<ApiAuthorization, Authorizer>();

  constructor(private readonly owner: Construct, private readonly scopes: PerRegion<AuthorizerScope>) {}

  public of(authorization: ApiAuthorization): Authorizer {
    if (!this.made.has(authorization)) {
      this.made.set(authorization, this.make(authorization));
    }
    return this.made.get(authorization)!;
  }

  /** The number of authorizers that API Gateway has in a region. */
  public get count(): number {
    return [...this.made.values()].filter(authorizer => !(authorizer instanceof WithoutAuthorizer)).length;
  }

  private make(authorization: ApiAuthorization): Authorizer {
    const number = [...this.made.keys()].filter(other => other.constructor === authorization.constructor).length;
    const id = (kind: string) => (number === 0 ? kind : `${kind}${number + 1}`);
    if (authorization instanceof JwtAuthorization) return new JwtAuthorizer(this.owner, this.scopes, id('JwtAuthorizer'), authorization);
    if (authorization instanceof CognitoAuthorization) return new CognitoAuthorizer(this.scopes, id('CognitoAuthorizer'), authorization);
    if (authorization instanceof CustomAuthorization) return new CustomAuthorizer(this.owner, this.scopes, id('CustomAuthorizer'), authorization);
    return new WithoutAuthorizer(this.owner, authorization as IamAuthorization | NoAuthorization);
  }
}

class CognitoAuthorizer implements Authorizer {
  private readonly authorizers: PerRegion<IAuthorizer>;

  constructor(scopes: PerRegion<AuthorizerScope>, id: string, { props }: CognitoAuthorization) {
    this.authorizers = scopes.map(({ scope: { regional }, api }, region) => {
      const { userPoolArns: { [region]: arns }, resultsCacheTtl = DEFAULT_TTL } = props;
      // a change of it is part of no method, and the stage would go on with the old one
      api.restApi.latestDeployment!.addToLogicalId({ authorizer: [id, arns, resultsCacheTtl.toSeconds()] });
      return new CognitoUserPoolsAuthorizer(regional, id, {
        cognitoUserPools: arns.map((arn, i) => UserPool.fromUserPoolArn(regional, `${id}-UserPool${i}`, arn)),
        resultsCacheTtl,
      });
    });
  }

  public registerScopes(): void {}

  public methodOptions(region: string, scopes: string[]): MethodOptions {
    return {
      authorizationType: AuthorizationType.COGNITO,
      authorizer: this.authorizers.in(region),
      authorizationScopes: scopes.length > 0 ? scopes : undefined,
    };
  }

  public acknowledge(): void {}
}

class WithoutAuthorizer implements Authorizer {
  constructor(private readonly owner: Construct, private readonly authorization: IamAuthorization | NoAuthorization) {}

  public registerScopes(route: string, scopes: string[]): void {
    if (scopes.length > 0) {
      throw invalidProp(this.owner, `scopes of ${route}`, scopes, 'none, because only jwt and cognito authorization know scopes');
    }
  }

  public methodOptions(): MethodOptions {
    return { authorizationType: this.authorization instanceof IamAuthorization ? AuthorizationType.IAM : AuthorizationType.NONE };
  }

  public acknowledge(method: Method): void {
    if (this.authorization instanceof NoAuthorization) {
      const { reason } = this.authorization.props;
      acknowledge(method, { id: 'AwsSolutions-APIG4', reason }, { id: 'AwsSolutions-COG4', reason });
    } else {
      acknowledge(method, {
        id: 'AwsSolutions-COG4',
        reason: 'IAM authorizes the callers; a Cognito user pool lives in one region, which the others would depend on',
      });
    }
  }
}
