import { Template } from 'aws-cdk-lib/assertions';
import { MultiRegionSystem } from '../../src';

/** No stack of a system or of its units may refer to anything of another one, by whatever means. */
export function expectOwnReferencesOnly(system: MultiRegionSystem): void {
  for (const each of system._allStacks) {
    const { stackName: stack } = each;
    const template = Template.fromStack(each).toJSON();
    expect([stack, /Fn::ImportValue|Fn::GetStackOutput|Exports(Reader|Writer)/.test(JSON.stringify(template))]).toEqual([stack, false]);
    const own = { ...template.Resources, ...template.Parameters };
    expect(referenced(template).filter(id => !(id in own) && !id.startsWith('AWS::'))).toEqual([]);
  }
}

/** The logical ids that a template refers to. */
function referenced(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(referenced);
  if (typeof value !== 'object' || value === null) return [];
  const { Ref: ref, 'Fn::GetAtt': attribute } = value as Record<string, any>;
  return [...(typeof ref === 'string' ? [ref] : []), ...(Array.isArray(attribute) ? [attribute[0]] : []), ...Object.values(value).flatMap(referenced)];
}
