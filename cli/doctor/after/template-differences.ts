import { isDeepStrictEqual } from 'util';

/** Names the parts of two templates that differ: a resource by its logical id, anything else by its section. */
export function templateDifferences(synthesized: object, deployed: object): string[] {
  const [wanted, found] = [synthesized, deployed].map(template => JSON.parse(inAscii(JSON.stringify(template))) as Record<string, unknown>);
  return namesOf(wanted, found).flatMap(section => {
    const [a, b] = [wanted[section], found[section]];
    if (isDeepStrictEqual(a, b)) return [];
    return isObject(a) && isObject(b) ? namesOf(a, b).filter(name => !isDeepStrictEqual(a[name], b[name])).map(name => `${section}.${name}`) : [section];
  });
}

/**
 * CloudFormation keeps characters beyond ASCII, and gives them back as question marks.
 *
 * @see https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/1220
 */
const inAscii = (text: string) => text.replace(/[\u{80}-\u{10ffff}]/gu, '?');

const namesOf = (...objects: object[]) => [...new Set(objects.flatMap(Object.keys))];

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
