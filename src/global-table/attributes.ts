import { IConstruct } from 'constructs';
import { requireLiteral } from '../system/errors';

/** Throws unless a prop names an attribute that patterns for stream records can name as well. */
export function requireAttribute(owner: IConstruct, prop: string, name: string): void {
  requireLiteral(owner, prop, name, /^[A-Za-z0-9_-]{1,255}$/, 'the name of an attribute, of letters, digits, underscores and hyphens');
}
