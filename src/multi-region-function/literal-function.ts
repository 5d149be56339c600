import { CfnElement, Token } from 'aws-cdk-lib';
import { CfnAlias, CfnFunction, IFunction } from 'aws-cdk-lib/aws-lambda';
import { RegionalScope } from '../system/regional-scope';

/** An ARN as text, in which tokens may stand for the partition and the account. */
const ARN = /^arn:[^:]+:lambda:[^:]+:[^:]+:function:([^:]+)(?::([^:]+))?$/;

/** @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html */
const DEFAULT_TIMEOUT = 3;

/** The literal parts that name a function, or an alias of one, in any stack. */
export interface LiteralName {
  readonly name: string;
  readonly qualifier?: string;
  readonly arn: string;
}

/** Returns whether a stack of this app makes a function. */
export function isMade(fn: IFunction): boolean {
  return fn.node.defaultChild !== undefined && CfnElement.isCfnElement(fn.node.defaultChild);
}

/** The literal name of a function or of an alias, or nothing if a deployment makes the name. */
export function literalNameOf(fn: IFunction, scope: RegionalScope): LiteralName | undefined {
  const [, imported, version] = ARN.exec(fn.functionArn) ?? [];
  if (imported !== undefined) return Token.isUnresolved(imported) ? undefined : { name: imported, qualifier: version, arn: fn.functionArn };
  const { defaultChild } = fn.node;
  const qualifier = defaultChild instanceof CfnAlias ? defaultChild.name : undefined;
  const name = resourceOf(fn)?.functionName;
  if (name === undefined || Token.isUnresolved(name) || Token.isUnresolved(qualifier)) return undefined;
  if (isQualified(fn) && qualifier === undefined) return undefined;
  return { name, qualifier, arn: scope.functionArn(qualifier === undefined ? name : `${name}:${qualifier}`) };
}

/** The timeout of a function that a stack of this app makes, in seconds. */
export function timeoutOf(fn: IFunction): number | undefined {
  const resource = resourceOf(fn);
  return resource && (resource.timeout ?? DEFAULT_TIMEOUT);
}

/** The reserved concurrency of a function that a stack of this app makes. */
export function reservedOf(fn: IFunction): number | undefined {
  return resourceOf(fn)?.reservedConcurrentExecutions;
}

/** Returns whether it is an alias or a version of another one. */
function isQualified(fn: IFunction): fn is IFunction & { lambda: IFunction } {
  return 'lambda' in fn && fn.lambda !== undefined;
}

function resourceOf(fn: IFunction): CfnFunction | undefined {
  const { defaultChild } = (isQualified(fn) ? fn.lambda : fn).node;
  return defaultChild instanceof CfnFunction ? defaultChild : undefined;
}
