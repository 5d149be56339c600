/** What each role may, all of it: a change of the snapshot beside this file is a change of permissions. */
import { Template } from 'aws-cdk-lib/assertions';
import { build, Options, text } from './support';

const list = (value: unknown): string[] => [value].flat().map(text).sort();

/** Every role with its permissions, those of managed policies of its stack included, one a line. */
function permissions(options: Options, standby = false): Record<string, string[]> {
  const { stack, pipeline } = build(options, { standbyRegion: 'us-west-2' });
  const resources: [string, any][] = Object.entries(Template.fromStack(standby ? pipeline.standbyStack! : stack).toJSON().Resources);
  const ofType = (type: string) => resources.filter(([, resource]) => resource.Type === type);
  return Object.fromEntries(ofType('AWS::IAM::Role').map(([id, role]) => {
    const inline = (role.Properties.Policies ?? []).map(({ PolicyDocument }: any) => PolicyDocument);
    const policies = (role.Properties.ManagedPolicyArns ?? []).map((arn: any) => Object.fromEntries(ofType('AWS::IAM::ManagedPolicy'))[arn.Ref].Properties.PolicyDocument);
    const statements = [...inline, ...policies].flatMap(document => document.Statement);
    return [id.replace(/[0-9A-F]{8}$/, ''), [
      `is assumed by ${role.Properties.AssumeRolePolicyDocument.Statement.map(({ Principal }: any) => text(Principal.Service)).join()}`,
      ...statements.map(({ Effect, Action, Resource, Condition }: any) =>
        `${Effect}: ${list(Action).join(', ')} on ${list(Resource).join(', ')}${Condition ? ` if ${JSON.stringify(Condition)}` : ''}`).sort(),
    ]];
  }));
}

describe('the roles of MultiRegionPipeline', () => {
  test('hold their permissions, so that nothing runs before it has them', () => {
    const template = Template.fromStack(build({ count: 3, withTopic: true }).stack);
    template.resourceCountIs('AWS::IAM::Policy', 0);
    // sending traces, answering, listing functions, and seeing alarms, for the gate and for the bake
    template.resourceCountIs('AWS::IAM::ManagedPolicy', 5);
  });

  test('may what is listed', () => expect(permissions({ withTopic: true })).toMatchSnapshot());
  test('may what is listed, of the standby', () => expect(permissions({}, true)).toMatchSnapshot());
  test('may what is listed, for a system in another account', () => {
    expect(permissions({ account: '111122223333', system: { account: '999988887777' } })).toMatchSnapshot();
  });

  test('deploy to no other region than their action\'s', () => {
    for (const region of ['ap-southeast-2', 'us-west-2']) {
      const [, deploying] = Object.entries(permissions({})).find(([id]) => id.endsWith(`Orders${region.replace(/-/g, '')}Role`))!;
      const assumed = deploying.filter(line => line.includes('sts:AssumeRole'));
      expect(assumed).toHaveLength(1);
      expect(assumed[0].match(/role\/\S+-role-\S+?(?=,|$)/g)).toEqual([
        expect.stringMatching(new RegExp(`^role/cdk-hnb659fds-deploy-role-<AWS::AccountId>-${region}$`)),
        expect.stringMatching(new RegExp(`^role/cdk-hnb659fds-file-publishing-role-<AWS::AccountId>-${region}$`)),
      ]);
      expect(deploying.filter(line => line.includes('s3:PutObject'))).toEqual([]);
    }
  });
});
