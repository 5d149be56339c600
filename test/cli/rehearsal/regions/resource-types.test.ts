import { RESOURCE_TYPES } from '../../../../cli/rehearsal/regions/local-region';
import { ResourceTypes } from '../../../../cli/rehearsal/regions/resource-types';

describe('ResourceTypes', () => {
  test('reports what is less than on AWS, by how often it occurs', () => {
    const known = new ResourceTypes({
      'AWS::SQS::Queue': { verdict: 'emulated', note: '' },
      'AWS::SNS::Topic': { verdict: 'emulated', note: 'Nothing is encrypted.' },
      'AWS::WAFv2::WebACL': { verdict: 'accepted', note: 'A record.' },
    });
    const used = ['AWS::WAFv2::WebACL', 'AWS::SQS::Queue', 'AWS::SNS::Topic', 'AWS::Nowhere::Cluster', 'AWS::SNS::Topic', 'AWS::ECR::Repository'];
    expect(known.report(used, new Set(['AWS::Nowhere::Cluster'])).map(({ type, verdict, count, note }) => [type, verdict, count, note])).toEqual([
      ['AWS::ECR::Repository', 'emulated', 1, expect.stringContaining('nobody has looked')],
      ['AWS::Nowhere::Cluster', 'skipped', 1, expect.stringContaining('Nothing is behind it')],
      ['AWS::SNS::Topic', 'emulated', 2, 'Nothing is encrypted.'],
      ['AWS::WAFv2::WebACL', 'accepted', 1, 'A record.'],
    ]);
    expect(known.report([], new Set())).toEqual([]);
  });

  test('reads what the local regions say of themselves', () => {
    const [{ verdict, note }] = ResourceTypes.read(RESOURCE_TYPES).report(['AWS::DynamoDB::GlobalTable'], new Set());
    expect([verdict, note.includes('nobody has looked')]).toEqual(['emulated', false]);
  });
});
