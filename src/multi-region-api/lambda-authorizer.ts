import { Duration } from 'aws-cdk-lib';
import { CfnAuthorizer, IAuthorizer } from 'aws-cdk-lib/aws-apigateway';
import { AuthorizerScope } from './authorizer';
import { IMultiRegionFunction } from '../multi-region-function/i-multi-region-function';

export interface LambdaAuthorizerProps {
  readonly type: 'REQUEST' | 'TOKEN';
  readonly identitySources: string[];
  readonly tokenPattern?: string;
  readonly resultsCacheTtl: Duration;
}

/**
 * Creates the authorizer of one region whose decisions a function makes.
 *
 * Not the L2, which would put a permission of its own into the function's policy, and which does not make a new deployment of the API when it changes.
 */
export function lambdaAuthorizerIn(
  { scope, api }: AuthorizerScope, id: string, fn: IMultiRegionFunction, authorizer: LambdaAuthorizerProps,
): IAuthorizer {
  const live = fn._liveFor(scope.region);
  const props = {
    name: id,
    restApiId: api.restApi.restApiId,
    type: authorizer.type,
    authorizerUri: api.invocationUri(live),
    identitySource: authorizer.identitySources.join(','),
    identityValidationExpression: authorizer.tokenPattern,
    authorizerResultTtlInSeconds: authorizer.resultsCacheTtl.toSeconds(),
  };
  const { ref } = new CfnAuthorizer(scope.regional, `${id}-Gateway`, props);
  api.permit(live, 'Authorizer', `authorizers/${ref}`);
  api.restApi.latestDeployment!.addToLogicalId({ authorizer: props });
  return { authorizerId: ref };
}
