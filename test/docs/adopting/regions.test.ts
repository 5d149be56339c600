/** Each program of docs/adopting/regions.md compiles, and is synthesized as it is printed. */
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { allOf, describePage } from '../../support/adopting-page';

jest.setTimeout(300_000);

const replicasOf = (assembly: CloudAssembly) => allOf(assembly, 'AWS::DynamoDB::GlobalTable')[0].Replicas;
const names = (assembly: CloudAssembly) => assembly.stacks.map(({ stackName }) => stackName);

describePage('docs/adopting/regions.md', {
  'One region to two': assembly => {
    expect(replicasOf(assembly).map(({ Region }: any) => Region)).toEqual(['ap-southeast-2']);
    expect(allOf(assembly, 'AWS::DynamoDB::GlobalTable')[0].StreamSpecification).toEqual({ StreamViewType: 'NEW_AND_OLD_IMAGES' });
  },
  'Two regions to three': assembly => {
    expect(replicasOf(assembly)).toHaveLength(3);
    expect(JSON.stringify(assembly.stacks.flatMap(({ messages }) => messages))).not.toContain('oneReplicaPerDeployment');
  },
  'Back to fewer': assembly => {
    expect(replicasOf(assembly).map(({ Region, DeletionProtectionEnabled }: any) => [Region, DeletionProtectionEnabled]).sort())
      .toEqual([['ap-southeast-2', true], ['eu-west-1', false], ['us-west-2', true]]);
  },
  'Strong consistency': assembly => {
    const [{ MultiRegionConsistency, GlobalTableWitnesses }] = allOf(assembly, 'AWS::DynamoDB::GlobalTable');
    expect([MultiRegionConsistency, GlobalTableWitnesses]).toEqual(['STRONG', [{ Region: 'us-east-2' }]]);
    expect(names(assembly).some(name => name.includes('us-east-2'))).toBe(false);
  },
});
