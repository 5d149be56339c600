import { AuditTrail, ComplianceMode, MultiRegionSystemProps } from '../../src';
import { allTemplates } from '../support/synth';
import { wholeSystem } from '../support/whole-system';

interface Resource {
  readonly at: string;
  readonly Type: string;
  readonly Properties: Record<string, any>;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

/** All resources of a system that has one of each construct. */
function resourcesOf(props: Partial<MultiRegionSystemProps> = {}): Resource[] {
  const { system, table, bus } = wholeSystem(2, props);
  table.publishChangesTo(bus, { detailType: 'Changed' });
  new AuditTrail(system, 'Trail', { dataEvents: [table] });
  return Object.entries(allTemplates(system)).flatMap(([stack, { Resources }]) => (
    Object.entries<any>(Resources).map(([id, resource]) => ({ at: `${stack}/${id}`, Properties: {}, ...resource }))
  ));
}

/** Whether the template says a resource's name, rather than CloudFormation. */
function isNamed({ Type, Properties }: Resource): boolean {
  const isOwnName = (prop: string) => prop === 'Name' || Type.split('::')[2].endsWith(prop.replace(/Name$/, ''));
  return Object.entries(Properties).some(([prop, value]) => prop.endsWith('Name') && isOwnName(prop) && !/"(Ref|Fn::GetAtt)"/.test(JSON.stringify(value)));
}

describe.each([ComplianceMode.STANDARD, ComplianceMode.STRICT])('a whole system in mode %s', compliance => {
  const resources = resourcesOf({ compliance });

  // Lambda publishes no version of code that its latest version has: one that a rolled-back deployment leaves is in the way of the next try
  test('keeps versions, but none whose deployment was rolled back', () => {
    for (const type of ['AWS::Lambda::Version', 'AWS::StepFunctions::StateMachineVersion']) {
      const versions = resources.filter(({ Type }) => Type === type);
      expect(versions.length).toBeGreaterThan(0);
      for (const { at, DeletionPolicy, UpdateReplacePolicy } of versions) {
        expect({ at, DeletionPolicy, UpdateReplacePolicy }).toEqual({ at, DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
      }
    }
  });

  // else a creation that was rolled back would be in the way of the next
  test('keeps nothing with a name of its own whose creation was rolled back', () => {
    const kept = resources.filter(({ DeletionPolicy = 'Delete', UpdateReplacePolicy = 'Delete' }) => DeletionPolicy !== 'Delete' || UpdateReplacePolicy !== 'Delete');
    expect(kept.map(({ Type }) => Type)).toEqual(expect.arrayContaining(['AWS::DynamoDB::GlobalTable', 'AWS::Logs::LogGroup', 'AWS::S3::Bucket']));
    expect(kept.filter(resource => isNamed(resource) && resource.DeletionPolicy !== 'RetainExceptOnCreate').map(({ at }) => at)).toEqual([]);
    expect(kept.filter(isNamed).map(({ UpdateReplacePolicy }) => UpdateReplacePolicy)).toEqual(kept.filter(isNamed).map(() => 'Retain'));
  });
});
