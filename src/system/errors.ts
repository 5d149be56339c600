import { Token } from 'aws-cdk-lib';
import { Construct, IConstruct } from 'constructs';

/** Returns the error for a prop that cannot be accepted: names the prop, what it was, what is allowed, and where. */
export function invalidProp(owner: IConstruct, prop: string, value: unknown, allowed: string): Error {
  return new Error(`${prop} is ${show(value)}; allowed: ${allowed} [${owner.node.path || 'App'}]`);
}

/** Throws unless a string prop is there, literal and of the given form. */
export function requireLiteral(owner: IConstruct, prop: string, value: string, pattern: RegExp, allowed: string): void {
  if (typeof value !== 'string' || Token.isUnresolved(value) || !pattern.test(value)) {
    throw invalidProp(owner, prop, value, allowed);
  }
}

function show(value: unknown): string {
  if (Token.isUnresolved(value)) return 'an unresolved token';
  if (Construct.isConstruct(value)) return value.node.path;
  // JSON has neither of undefined, NaN and Infinity
  return value === undefined || typeof value === 'number' ? String(value) : JSON.stringify(value);
}
