import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { EventReplication, GlobalEventBus, GlobalEventBusProps, MultiRegionSystem } from '../../src';
import { expectPropError, testApp } from '../support/synth';

function busIn([primaryRegion, ...secondaryRegions]: string[], props: GlobalEventBusProps = {}): MultiRegionSystem {
  const system = new MultiRegionSystem(testApp(), 'Orders', { primaryRegion, secondaryRegions });
  new GlobalEventBus(system, 'Bus', props);
  return system;
}

const CHINA = ['cn-north-1', 'cn-northwest-1'];

describe('events between regions', () => {
  test.each([{}, { replication: EventReplication.matching({ source: ['orders'] }) }])('are refused in China: %j', props => {
    expectPropError(() => busIn(CHINA, props), 'replication', props.replication ? 'a replication' : 'undefined', 'EventReplication.none() in China', 'Orders/Bus');
  });

  test('are nothing to refuse where there are none', () => {
    busIn(CHINA, { replication: EventReplication.none() });
    busIn(CHINA.slice(0, 1));
  });

  test('are warned of in GovCloud, and nowhere else', () => {
    const warnings = (regions: string[]) => {
      const system = busIn(regions);
      return Annotations.fromStack(system.stackIn(regions[0])).findWarning('*', Match.stringLikeRegexp('sends events to other regions')).length;
    };
    expect([warnings(['us-gov-west-1', 'us-gov-east-1']), warnings(['us-east-1', 'us-west-2'])]).toEqual([1, 0]);
  });
});
