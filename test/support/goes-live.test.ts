import { notLive } from './goes-live';

const ref = (Ref: string) => ({ Ref });
const attribute = (id: string, name: string) => ({ 'Fn::GetAtt': [id, name] });

/** A stack with an API, a function and a state machine, and what AWS serves of each. */
const estate = (changes: Record<string, any> = {}) => ({
  stack: {
    Resources: {
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: {} },
      Model: { Type: 'AWS::ApiGateway::Model', Properties: { RestApiId: ref('Api'), Schema: 1 } },
      Method: { Type: 'AWS::ApiGateway::Method', Properties: { RestApiId: ref('Api'), RequestModels: { json: ref('Model') } } },
      Deployment1: { Type: 'AWS::ApiGateway::Deployment', Properties: { RestApiId: ref('Api') }, DependsOn: ['Method'] },
      Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: ref('Api'), DeploymentId: ref('Deployment1'), Tags: 1 } },
      Function: { Type: 'AWS::Lambda::Function', Properties: { MemorySize: 1, Tags: 1 } },
      Version1: { Type: 'AWS::Lambda::Version', Properties: { FunctionName: ref('Function') } },
      Alias: { Type: 'AWS::Lambda::Alias', Properties: { FunctionName: ref('Function'), FunctionVersion: attribute('Version1', 'Version') } },
      Machine: { Type: 'AWS::StepFunctions::StateMachine', Properties: { DefinitionString: 1 } },
      Revision: { Type: 'AWS::StepFunctions::StateMachineVersion', Properties: { StateMachineArn: ref('Machine'), StateMachineRevisionId: attribute('Machine', 'StateMachineRevisionId') } },
      Live: { Type: 'AWS::StepFunctions::StateMachineAlias', Properties: { DeploymentPreference: { StateMachineVersionArn: ref('Revision') } } },
      ...changes,
    },
  },
});

const type = (name: string, Properties: object, others: object = {}) => ({ Type: `AWS::${name}`, Properties, ...others });
const MODEL = type('ApiGateway::Model', { RestApiId: ref('Api'), Schema: 2 });
const STAGE = type('ApiGateway::Stage', { RestApiId: ref('Api'), DeploymentId: ref('Deployment2') });
const FUNCTION = type('Lambda::Function', { MemorySize: 2 });
const MACHINE = type('StepFunctions::StateMachine', { DefinitionString: 2 });

test.each<[string, Record<string, any>, string[]]>([
  ['nothing', {}, ['nothing changes']],
  ['what only the CDK reads', { Model: { ...estate().stack.Resources.Model, Metadata: 1 } }, ['nothing changes']],
  ['the settings of a stage', { Stage: type('ApiGateway::Stage', { RestApiId: ref('Api'), DeploymentId: ref('Deployment1'), Tags: 2 }) }, []],
  ['a model', { Model: MODEL }, ['stack: Stage goes on with the old snapshot, though Model changed']],
  ['a model, and the snapshot', { Model: MODEL, Deployment2: type('ApiGateway::Deployment', { RestApiId: ref('Api') }, { DependsOn: 'Method' }), Stage: STAGE }, []],
  ['a model, and the snapshot at once', { Model: MODEL, Deployment2: type('ApiGateway::Deployment', { RestApiId: ref('Api') }), Stage: STAGE }, ['stack: the snapshot of Stage may be taken before Model has changed']],
  ['the tags of a function', { Function: type('Lambda::Function', { MemorySize: 1, Tags: 2 }) }, []],
  ['a function', { Function: FUNCTION }, ['stack: Version1 stays the version of Function, which changed']],
  ['a function, and its version', {
    Function: FUNCTION, Version2: type('Lambda::Version', { FunctionName: ref('Function') }), Alias: type('Lambda::Alias', { FunctionName: ref('Function'), FunctionVersion: attribute('Version2', 'Version') }), Version1: undefined,
  }, []],
  ['a state machine', { Machine: MACHINE }, []],
  ['a state machine whose version is fixed', { Machine: MACHINE, Revision: type('StepFunctions::StateMachineVersion', { StateMachineArn: ref('Machine'), StateMachineRevisionId: '1' }) },
    ['stack: Revision stays the version of Machine, which changed']],
  ['a state machine whose alias is of no version', { Machine: MACHINE, Live: type('StepFunctions::StateMachineAlias', {}) }, ['stack: Revision stays the version of Machine, which changed']],
])('says what does not go live of a change of %s', (_, changes, expected) => {
  expect(notLive(estate(), JSON.parse(JSON.stringify(estate(changes))))).toEqual(expected);
});
