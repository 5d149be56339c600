import { allTemplates } from './synth';
import { MultiRegionSystem } from '../../src';

/**
 * Expects own references only: no stack may refer to anything of another one, by whatever means, and CloudFormation must find an order for the
 * resources of each.
 */
export function expectOwnReferencesOnly(system: MultiRegionSystem): void {
  for (const [stack, template] of Object.entries(allTemplates(system))) {
    expect([stack, /Fn::ImportValue|Fn::GetStackOutput|Exports(Reader|Writer)/.test(JSON.stringify(template))]).toEqual([stack, false]);
    const own = { ...template.Resources, ...template.Parameters };
    expect(referenced(template).filter(id => !(id in own) && !id.startsWith('AWS::'))).toEqual([]);
    expect([stack, circleIn(template)]).toEqual([stack, undefined]);
  }
}

/** Resources that wait for each other, if there are any: CloudFormation refuses such a template. */
export function circleIn(template: any): string[] | undefined {
  const resources: Record<string, any> = template.Resources ?? {};
  const done = new Set<string>();
  const visit = (id: string, way: string[]): string[] | undefined => {
    if (way.includes(id)) return [...way.slice(way.indexOf(id)), id];
    if (done.has(id)) return undefined;
    const { DependsOn = [], ...resource } = resources[id];
    for (const next of new Set([...[DependsOn].flat(), ...referenced(resource)])) {
      const circle = next in resources ? visit(next, [...way, id]) : undefined;
      if (circle) return circle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of Object.keys(resources)) {
    const circle = visit(id, []);
    if (circle) return circle;
  }
  return undefined;
}

/** Returns the logical ids that a template refers to. */
function referenced(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referenced);
  if (typeof value !== 'object' || value === null) return [];
  const { Ref: ref, 'Fn::GetAtt': attribute } = value as Record<string, any>;
  return [...(typeof ref === 'string' ? [ref] : []), ...(Array.isArray(attribute) ? [attribute[0]] : []), ...Object.values(value).flatMap(referenced)];
}
