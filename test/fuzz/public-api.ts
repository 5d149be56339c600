/** What a user can hand over to this library, as jsii describes it. */
import { existsSync, readFileSync } from 'fs';

/** The type of an input: of jsii, without the package's own name. */
export interface InputType {
  readonly primitive?: string;
  readonly fqn?: string;
  readonly collection?: { readonly kind: 'array' | 'map'; readonly elementtype: InputType };
}

/** A prop of a struct, or a parameter of a method, a constructor or a factory. */
export interface Input {
  /** The struct, or the class and the method. */
  readonly owner: string;
  readonly name: string;
  readonly type: InputType;
  readonly isOptional: boolean;
}

const PACKAGE = 'cdk-multi-region.';
const ASSEMBLY = '.jsii';

/** Whether the package has been compiled, so that there is a description. */
export const isDescribed = existsSync(ASSEMBLY);
const api: Record<string, any> = isDescribed ? JSON.parse(readFileSync(ASSEMBLY, 'utf8')).types : {};

export const shortName = (fqn: string) => fqn.startsWith(PACKAGE) ? fqn.slice(PACKAGE.length) : fqn;
export const enumMembers = (name: string): string[] | undefined => api[PACKAGE + name]?.members?.map((member: any) => member.name);
export const isStruct = (name: string): boolean => Boolean(api[PACKAGE + name]?.datatype);

function inputs(owner: string, described: any[] = []): Input[] {
  return described.map(({ name, type, optional }) => ({ owner, name, type, isOptional: Boolean(optional) }));
}

/** The props of a struct, inherited ones included. */
export function propsOf(struct: string): Input[] {
  const type = api[PACKAGE + struct];
  const inherited: Input[] = (type.interfaces ?? []).flatMap((base: string) => propsOf(shortName(base)));
  return [...inherited.map(prop => ({ ...prop, owner: struct })), ...inputs(struct, type.properties)];
}

/** All structs, by name. */
export const STRUCT_NAMES = Object.values(api).filter(type => type.datatype).map(type => type.name as string);

/** The parameters of all methods of classes, `new` for the constructor, by `Class.method`. */
export const METHOD_PARAMETERS = new Map<string, Input[]>(Object.values(api).filter(type => type.kind === 'class').flatMap(type => {
  const methods = [...(type.initializer ? [{ ...type.initializer, name: 'new' }] : []), ...(type.methods ?? [])];
  return methods.map(method => [`${type.name}.${method.name}`, inputs(`${type.name}.${method.name}`, method.parameters)] as const);
}));

