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
});
