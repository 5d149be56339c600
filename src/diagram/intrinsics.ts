import { Environment } from './synthesized-stack';

/** The form of a reference within a text: marks that no template contains. */
const REFERENCE = /\u0001([^\u0002]*)\u0002/g;

/**
 * Returns the text that a value of a template amounts to, as far as that is known before deployment. A reference to a resource stays a mark within it:
 * `referencesIn` finds them. What is known on deployment only is left out.
 */
export function textOf(value: unknown, environment: Environment): string {
  if (typeof value !== 'object' || value === null) {
    return value === undefined || value === null ? '' : String(value);
  }
  const [[name, argument] = []] = Object.entries(value);
  switch (name) {
    case 'Ref': return reference(argument, environment);
    case 'Fn::GetAtt': return reference(String(Array.isArray(argument) ? argument[0] : argument).split('.')[0], environment);
    case 'Fn::Join': return argument[1].map((part: unknown) => textOf(part, environment)).join(argument[0]);
    case 'Fn::Sub': return substitute(argument, environment);
    case 'Fn::Select': return select(argument, environment);
    default: return '';
  }
}

/** Returns the logical ids that a text refers to. */
export function referencesIn(text: string): string[] {
  return [...text.matchAll(REFERENCE)].map(([, id]) => id);
}

function reference(id: string, { region, account }: Environment): string {
  switch (id) {
    case 'AWS::Region': return region;
    case 'AWS::AccountId': return account;
    case 'AWS::Partition': return 'aws';
    default: return `\u0001${id}\u0002`;
  }
}

function substitute(argument: string | [string, Record<string, unknown>], environment: Environment): string {
  const [template, values] = typeof argument === 'string' ? [argument, {} as Record<string, unknown>] : argument;
  return template.replace(/\$\{(!?)([^}]*)\}/g, (_, literal, name) => {
    if (literal) return `\${${name}}`;
    return name in values ? textOf(values[name], environment) : reference(name.startsWith('AWS::') ? name : name.split('.')[0], environment);
  });
}

function select([index, list]: [number | string, unknown], environment: Environment): string {
  if (Array.isArray(list)) {
    return textOf(list[Number(index)], environment);
  }
  const { 'Fn::Split': split } = (list ?? {}) as { 'Fn::Split'?: [string, unknown] };
  if (!split) return '';
  const text = textOf(split[1], environment);
  // a part of a reference, such as the name in an ARN, is about the same resource
  return referencesIn(text).length > 0 ? text : text.split(split[0])[Number(index)] ?? '';
}
