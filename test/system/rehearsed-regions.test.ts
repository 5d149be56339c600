import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { GlobalTable, MultiRegionSystem } from '../../src';
import { REHEARSED_REGIONS } from '../../src/system/description';
import { testApp } from '../support/synth';

const REGIONS = ['ap-southeast-2', 'us-west-2', 'eu-west-1'];

function systemFor(rehearsed?: string, retiringRegions?: string[]): MultiRegionSystem {
  const app = testApp(rehearsed === undefined ? {} : { context: { [REHEARSED_REGIONS]: rehearsed } });
  const [primaryRegion, ...secondaryRegions] = REGIONS;
  const system = new MultiRegionSystem(app, 'Orders', { primaryRegion, secondaryRegions, retiringRegions });
  new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  return system;
}

const warningsOf = (system: MultiRegionSystem) => system.node.metadata.filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data);

describe('a system that is rehearsed', () => {
  test('has all its regions unless some are chosen', () => {
    const system = systemFor();
    expect(system.regions).toEqual(REGIONS);
    expect(warningsOf(system)).toEqual([]);
  });

  test('has those that are chosen, the primary one first, and warns of a deployment', () => {
    const system = systemFor('eu-west-1, ap-southeast-2');
    expect(system.regions).toEqual(['ap-southeast-2', 'eu-west-1']);
    expect(system.peersOf('ap-southeast-2')).toEqual(['eu-west-1']);
    expect(warningsOf(system)).toEqual([expect.stringContaining('Do not deploy this to AWS: it deletes what the tables have in us-west-2')]);
  });

  test('forgets that a region is about to leave which is not there', () => {
    expect(systemFor('ap-southeast-2,eu-west-1', ['us-west-2']).retiringRegions).toEqual([]);
    expect(systemFor('ap-southeast-2,eu-west-1', ['eu-west-1']).retiringRegions).toEqual(['eu-west-1']);
  });

  test.each([
    ['us-east-1,ap-southeast-2', 'us-east-1'],
    ['us-west-2', 'a list with the primary region, ap-southeast-2'],
    ['', 'regions of the system'],
  ])('refuses %j', (rehearsed, message) => {
    expect(() => systemFor(rehearsed)).toThrow(message);
  });
});
