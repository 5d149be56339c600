import { Token } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { invalidProp } from '../system/errors';

const SCOPE = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/**
 * Throws unless each scope is one that a token can have; an empty list might be meant for nobody or for everybody.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-3.3
 */
export function requireScopes(owner: IConstruct, prop: string, scopes?: string[]): void {
  if (scopes === undefined) return;
  if (!Array.isArray(scopes) || scopes.length === 0 || scopes.some(scope => typeof scope !== 'string' || Token.isUnresolved(scope) || !SCOPE.test(scope))) {
    throw invalidProp(owner, prop, scopes, 'at least one literal scope, none with spaces, quotes or backslashes; or leave it out for any valid token');
  }
}
