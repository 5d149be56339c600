import { IConstruct } from 'constructs';
import { invalidProp, requireLiteral } from '../system/errors';

/** The parameters that a route needs, of one kind, as API Gateway writes them: true where they must be there. */
export function requiredParameters(owner: IConstruct, prop: string, place: 'querystring' | 'header', names: string[] = []): { [parameter: string]: boolean } {
  if (!Array.isArray(names)) throw invalidProp(owner, prop, names, 'a list of names');
  for (const name of names) {
    requireLiteral(owner, prop, name, /^[A-Za-z0-9._$-]+$/, 'literal names of letters, digits, dots, underscores, hyphens and dollar signs');
  }
  const distinct = new Set(names.map(name => (place === 'header' ? name.toLowerCase() : name)));
  if (distinct.size < names.length) throw invalidProp(owner, prop, names, 'each name once');
  return Object.fromEntries(names.map(name => [`method.request.${place}.${name}`, true]));
}
