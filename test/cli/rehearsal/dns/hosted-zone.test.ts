import { hostedZonesOf } from '../../../../cli/rehearsal/dns/hosted-zone';
import { StackArtifact } from '../../../../cli/system/cloud-assembly';

function stackWith(...records: [name: unknown, zone: unknown][]): StackArtifact {
  const Resources = Object.fromEntries(records.map(([Name, HostedZoneId], i) => [`Record${i}`, { Type: 'AWS::Route53::RecordSet', Properties: { Name, HostedZoneId } }]));
  return { id: 'Stack', stackName: 'Stack', region: 'us-west-2', dependencies: [], template: { Resources }, templateFile: '', metadata: [] };
}

test('zones are named by what their records have in common', () => {
  const stacks = [
    stackWith(['api.example.com.', 'Z1'], ['us-west-2.api.example.com.', 'Z1']),
    stackWith(['eu-west-1.api.example.com', 'Z1'], ['www.example.org', 'Z2'], ['Shop.example.org.', 'Z2'], ['one.example.net.', 'Z3']),
  ];
  expect(hostedZonesOf({ stacks })).toEqual([
    { id: 'Z1', name: 'api.example.com' }, { id: 'Z2', name: 'example.org' }, { id: 'Z3', name: 'one.example.net' },
  ]);
});

test('a zone that the template itself makes is not there before', () => {
  expect(hostedZonesOf({ stacks: [stackWith(['api.example.com.', { Ref: 'Zone' }])] })).toEqual([]);
});

test('an app without records needs none', () => {
  expect(hostedZonesOf({ stacks: [] })).toEqual([]);
});
