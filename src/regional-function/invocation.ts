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
 * Lets a service invoke a function, once for all that it does so for: all rules of a bus, or all routes of an API, or one of its authorizers. The L2 adds a permission for each, which fills the function's policy of at most 20,480 bytes.
 *
 * The source is named by its ARN only, which has the account in it: not every service says for which account it acts. EventBridge does not, and would fail to invoke the function without a word.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-troubleshooting.html
 * @see https://github.com/awsdocs/aws-cloudformation-user-guide/pull/481
 */
export function permitInvocation(scope: Construct, id: string, { functionArn, principal, sourceArn }: InvocationProps): CfnPermission {
  const source = JSON.stringify(Stack.of(scope).resolve(sourceArn));
  // one function may decide for several authorizers of an API, each of which is a source of its own
  for (let number = 1; ; number++) {
    const name = number === 1 ? id : `${id}-${number}`;
    const existing = scope.node.tryFindChild(name);
    if (!existing) return new CfnPermission(scope, name, { action: 'lambda:InvokeFunction', functionName: functionArn, principal, sourceArn });
    if (existing instanceof CfnPermission && JSON.stringify(Stack.of(scope).resolve(existing.sourceArn)) === source) return existing;
  }
}
