import { App, CloudFormationValidatePlugin, Stack, Validations } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { AlarmChat, ChatChannel, GlobalEventBus, GlobalTable, MultiRegionFunction, MultiRegionSystem } from '../../src';
import { CODE, errorOf, testApp } from '../support/synth';

const build = (secondary: string) => {
  const app = testApp();
  const system = new MultiRegionSystem(app, 'Orders', { primaryRegion: 'ap-southeast-2', secondaryRegions: [secondary] });
  const table = new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } });
  return { app, system, table, publish: () => table.publishChangesTo(new GlobalEventBus(system, 'Bus'), { detailType: 'OrderChanged' }) };
};

describe('A resource type that a region does not have', () => {
  const { CDK_VALIDATION } = process.env;
  beforeAll(() => void (process.env.CDK_VALIDATION = 'true'));
  afterAll(() => void (process.env.CDK_VALIDATION = CDK_VALIDATION));

  test.each(['mx-central-1', 'ap-southeast-4'])('is refused at synthesis, by what needs it: changes that are published from %s', region => {
    const { app, publish } = build(region);
    publish();
    const message = errorOf(() => app.synth());
    expect(message).toContain(`region is "${region}"; allowed: regions that have AWS::Pipes::Pipe, which Orders/${region}/Table/`);
    expect(message).toContain('acknowledge cdk-multi-region:notInRegion on Orders [Orders]');
  });

  test('is accepted once it is acknowledged, since the CDK\'s data may be behind', () => {
    const { app, system, publish } = build('mx-central-1');
    publish();
    Validations.of(system).acknowledge({ id: 'cdk-multi-region:notInRegion', reason: 'Pipes came there' });
    expect(() => app.synth()).not.toThrow();
  });

  test('is looked for once a region, whatever stacks are there', () => {
    const validate = jest.spyOn(CloudFormationValidatePlugin.prototype, 'validate');
    const { app, publish } = build('eu-north-1');
    publish();
    app.synth();
    const asked = validate.mock.calls.flatMap(([{ stackTemplates }]) => stackTemplates).filter(({ stackConstructPath }) => stackConstructPath === '');
    expect(asked.filter(({ region }) => region === 'eu-north-1')).toHaveLength(1);
    validate.mockRestore();
  });

  test('does not matter where nothing needs it', () => {
    const { app, system, table } = build('mx-central-1');
    table.grantReadData(new MultiRegionFunction(system, 'Handler', { codePath: CODE }));
    expect(() => app.synth()).not.toThrow();
  });

  test.each([['cn-north-1', 'cn-northwest-1'], ['us-gov-west-1', 'us-gov-east-1']])('is refused for a chat channel in %s', (primaryRegion, secondary) => {
    const app: App = testApp();
    const system = new MultiRegionSystem(app, 'Orders', { primaryRegion, secondaryRegions: [secondary] });
    system.alarmTopicIn(primaryRegion);
    new AlarmChat(new Stack(app, 'Chat'), 'Alarms', { channel: ChatChannel.slack('T1', 'C1'), systems: [system] });
    expect(errorOf(() => app.synth())).toContain(`region is "${primaryRegion}"; allowed: regions that have AWS::Chatbot::SlackChannelConfiguration, which Chat/Alarms/Configuration needs`);
  });
});
