import { RESOURCE_TYPES } from '../../../../cli/rehearsal/regions/local-region';
import { ResourceTypes } from '../../../../cli/rehearsal/regions/resource-types';

const types = new ResourceTypes({
  'AWS::SQS::Queue': { verdict: 'emulated', note: '' },
  'AWS::WAFv2::WebACL': { verdict: 'accepted', note: 'A record.' },
  'AWS::XRay::Group': { verdict: 'accepted', note: 'A record.' },
});

describe('ResourceTypes', () => {
  test('names the accepted ones among those asked for', () => {
    expect(types.accepted(['AWS::SQS::Queue', 'AWS::WAFv2::WebACL'])).toEqual([{ type: 'AWS::WAFv2::WebACL', note: 'A record.' }]);
  });

  test('names the unknown ones', () => {
    expect(types.unknown(['AWS::SQS::Queue', 'AWS::EC2::VPC', 'toString'])).toEqual(['AWS::EC2::VPC', 'toString']);
  });

  test('reads what the local regions say of themselves', () => {
    expect(ResourceTypes.read(RESOURCE_TYPES).unknown(['AWS::DynamoDB::GlobalTable'])).toEqual([]);
  });
});
