/** Each program of docs/adopting/networks.md compiles, and is synthesized as it is printed. */
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { allOf, describePage } from '../../support/adopting-page';

jest.setTimeout(300_000);

const networkOf = (assembly: CloudAssembly, name: string) => allOf(assembly, 'AWS::Lambda::Function').filter(({ FunctionName }) => FunctionName === name).map(({ VpcConfig }) => VpcConfig);
const IMPORTED = [['subnet-0a1b2c3d', 'subnet-1a2b3c4d'], ['subnet-2a3b4c5d', 'subnet-3a4b5c6d']];

describePage('docs/adopting/networks.md', {
  'Ids': assembly => expect(networkOf(assembly, 'Orders-Place').map(({ SubnetIds }) => SubnetIds)).toEqual(IMPORTED),
  'A VPC of the system\'s stack': assembly => {
    expect(allOf(assembly, 'AWS::EC2::VPC')).toHaveLength(2);
    for (const { SubnetIds } of networkOf(assembly, 'Orders-Place')) expect(SubnetIds).toEqual([{ Ref: expect.stringMatching(/private/) }, { Ref: expect.stringMatching(/private/) }]);
    // no account is asked
    expect(assembly.manifest.missing ?? []).toEqual([]);
  },
  'A VPC of another stack': assembly => {
    expect(allOf(assembly, 'AWS::EC2::VPC')).toEqual([]);
    for (const name of ['Orders-Place', 'Orders-Billing-Bill']) expect(networkOf(assembly, name).map(({ SubnetIds }) => SubnetIds)).toEqual(IMPORTED);
  },
  'One function': assembly => {
    expect(networkOf(assembly, 'Orders-Export').map(network => network?.SubnetIds)).toEqual([IMPORTED[0], undefined]);
    expect(networkOf(assembly, 'Orders-Place')).toEqual([undefined, undefined]);
  },
});
