import { Stack } from 'aws-cdk-lib';
import { CfnPermission } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';

export interface InvocationProps {
  /** The ARN of the alias that is invoked. */
  readonly functionArn: string;
  readonly principal: string;
  /** The ARN of what invokes it, with wildcards if there are many. */
  readonly sourceArn: string;
}

/**
 * Lets a service invoke a function, once for all that it does so for: all rules of a bus, or all routes of an API. The L2 adds a permission for each, which fills the function's policy of at most 20,480 bytes.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
export function permitInvocation(scope: Construct, id: string, { functionArn, principal, sourceArn }: InvocationProps): CfnPermission {
  const existing = scope.node.tryFindChild(id);
  return existing instanceof CfnPermission ? existing : new CfnPermission(scope, id, {
    action: 'lambda:InvokeFunction', functionName: functionArn, principal, sourceArn, sourceAccount: Stack.of(scope).account,
  });
}
