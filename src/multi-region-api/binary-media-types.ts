import { IConstruct } from 'constructs';
import { invalidProp, requireLiteral } from '../system/errors';

const MEDIA_TYPE = /^(\*|[a-z0-9][a-z0-9!#$&^_.+-]*)\/(\*|[a-z0-9][a-z0-9!#$&^_.+-]*)$/i;

/** Throws unless each is a media type, or a wildcard for several. */
export function requireBinaryMediaTypes(owner: IConstruct, types: string[] = []): void {
  types.forEach(type => requireLiteral(owner, 'binaryMediaTypes', type, MEDIA_TYPE, 'literal media types such as image/png, image/* or */*, without parameters'));
  if (new Set(types).size < types.length) throw invalidProp(owner, 'binaryMediaTypes', types, 'each once');
}
