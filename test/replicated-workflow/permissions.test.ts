import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { ManagedPolicy, PolicyStatement, Role } from 'aws-cdk-lib/aws-iam';
import { AwsSolutionsChecks } from 'cdk-nag';
import { GlobalTable, MultiRegionSystem, ReplicatedWorkflow, WorkflowDefinition } from '../../src';
import { isAllowed, neededActions } from '../../src/replicated-workflow/needed-actions';
import { errorOf, expectPropError, regional, regions, statementsOf, testApp, testSystem } from '../support/synth';

const REGION = 'us-west-2';
const task = (resource: string, more: object = {}) => ({ Type: 'Task', Resource: resource, End: true, ...more });
const machine = (state: object) => ({ StartAt: 'A', States: { A: state } });
const distributed = (inner: object, more: object = {}) => machine({ Type: 'Map', ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'EXPRESS' }, ...machine(inner) }, End: true, ...more });
const file = (definition: object) => {
  const path = join(mkdtempSync(join(tmpdir(), 'asl-')), 'workflow.asl.json');
  writeFileSync(path, JSON.stringify(definition));
  return path;
};
const build = (definition: object) => {
  const app: App = testApp();
  const system = new MultiRegionSystem(app, 'Orders', regions(2));
  const workflow = new ReplicatedWorkflow(system, 'Import', { definition: WorkflowDefinition.fromFile(file(definition)) });
  const allow = (...actions: string[]) => system.regions.forEach(region => workflow.grantableIn(region).grantPrincipal
    .addToPrincipalPolicy(new PolicyStatement({ actions, resources: ['arn:aws:s3:::my-bucket'] })));
  return { app, system, workflow, allow };
};
const literal = (service: string, rest: string) => ({ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:${service}:${REGION}:`, { Ref: 'AWS::AccountId' }, `:${rest}`]] });

describe('ReplicatedWorkflow from a file', () => {
  test('may run its Distributed Maps, by literal ARNs, and nothing else', () => {
    const { app, system } = build(distributed({ Type: 'Pass', End: true }));
    // throws if there is a circle
    const template = Template.fromStack(system.stackIn(REGION));
    expect(statementsOf(template, 'ImportRole')).toEqual([
      { Action: 'states:StartExecution', Effect: 'Allow', Resource: literal('states', 'stateMachine:Orders-Import') },
      { Action: ['states:DescribeExecution', 'states:StopExecution', 'states:RedriveExecution'], Effect: 'Allow', Resource: literal('states', 'execution:Orders-Import/*') },
    ]);
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
  });

  test('is told of executions that it waits for', () => {
    const { system, allow } = build(machine(task('arn:aws:states:::states:startExecution.sync:2')));
    allow('states:StartExecution', 'states:DescribeExecution', 'states:StopExecution');
    expect(statementsOf(regional(system, REGION), 'ImportRole')).toContainEqual({
      Action: ['events:PutTargets', 'events:PutRule', 'events:DescribeRule'], Effect: 'Allow', Resource: literal('events', 'rule/StepFunctionsGetEventsForStepFunctionsExecutionRule'),
    });
  });

  test.each<[string, object, string, string]>([
    ['a task', machine(task('arn:aws:states:::dynamodb:putItem')), 'state A: Resource is "arn:aws:states:::dynamodb:putItem"', 'lacks dynamodb:PutItem'],
    ['a task that waits', machine(task('arn:aws:states:::sqs:sendMessage.waitForTaskToken')), 'state A', 'lacks sqs:SendMessage'],
    ['a nested workflow', machine(task('arn:aws:states:::states:startExecution')), 'state A', 'lacks states:StartExecution'],
    ['a nested workflow that it waits for', machine(task('arn:aws:states:::states:startExecution.sync:2')), 'state A', 'lacks states:StartExecution, states:DescribeExecution, states:StopExecution'],
    ['an HTTP task', machine(task('arn:aws:states:::http:invoke')), 'state A', 'lacks states:InvokeHTTPEndpoint, events:RetrieveConnectionCredentials, secretsmanager:GetSecretValue'],
    ['a call of an SDK', machine(task('arn:aws:states:::aws-sdk:sfn:listExecutions')), 'state A', 'lacks states:*'],
    ['what a Distributed Map reads', distributed({ Type: 'Pass', End: true }, { ItemReader: { Resource: 'arn:aws:states:::s3:listObjectsV2' } }), 'state A', 'lacks s3:ListBucket'],
    ['what a Distributed Map writes', distributed({ Type: 'Pass', End: true }, { ResultWriter: { Resource: 'arn:aws:states:::s3:putObject' } }), 'state A', 'lacks s3:PutObject'],
    ['a task within', distributed(task('arn:aws:states:::sns:publish')), 'state A/A: Resource', 'lacks sns:Publish'],
  ])('is refused at synthesis without a grant for %s', (_, definition, state, missing) => {
    const { app } = build(definition);
    const message = errorOf(() => app.synth());
    expect(message).toContain(`definition: ${state}`);
    expect(message).toContain(`allowed: what the workflow's role in ${REGION} may do, which ${missing}`);
    expect(message).toContain('[Orders/Import]');
  });

  test('is accepted with grants, whoever gives them', () => {
    const { app, system, workflow } = build(machine(task('arn:aws:states:::dynamodb:putItem')));
    new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } }).grantWriteData(workflow);
    expect(() => app.synth()).not.toThrow();
  });

  test('is accepted where something else may allow it: a policy that is attached, or what was acknowledged', () => {
    const attached = build(machine(task('arn:aws:states:::sns:publish')));
    attached.system.regions.forEach(region => (attached.workflow.grantableIn(region).grantPrincipal as Role).addManagedPolicy(ManagedPolicy.fromAwsManagedPolicyName('AmazonSNSFullAccess')));
    expect(() => attached.app.synth()).not.toThrow();
    const acknowledged = build(machine(task('arn:aws:states:::sns:publish')));
    Validations.of(acknowledged.workflow).acknowledge({ id: 'cdk-multi-region:notGranted', reason: 'the topic\'s policy' });
    expect(() => acknowledged.app.synth()).not.toThrow();
  });

  test('is refused if it is larger than Step Functions takes', () => {
    const definition = WorkflowDefinition.fromFile(file({ Comment: 'x'.repeat(1024 * 1024), ...machine({ Type: 'Pass', End: true }) }));
    expectPropError(() => new ReplicatedWorkflow(testSystem(), 'Import', { definition }), 'definition', 'workflow.asl.json', 'at most 1048576 bytes', 'Orders/Import');
  });
});

describe('the actions of a definition', () => {
  test.each([
    ['arn:aws:lambda:us-west-2:111122223333:function:f', ['lambda:InvokeFunction']],
    ['arn:aws-cn:states:::lambda:invoke.waitForTaskToken', ['lambda:InvokeFunction']],
    ['arn:aws:states:::ecs:runTask.sync', ['ecs:RunTask', 'ecs:StopTask', 'ecs:DescribeTasks', 'iam:PassRole']],
    ['arn:aws:states:::events:putEvents', ['events:PutEvents']],
    ['arn:aws:states:::aws-sdk:cloudwatchlogs:putLogEvents', ['logs:*']],
    ['arn:aws:states:::aws-sdk:rekognition:detectFaces', ['rekognition:*']],
    ['arn:aws:states:::emr-serverless:startJobRun.sync', ['emr-serverless:*']],
  ])('%s needs %j', (resource, actions) => expect(neededActions(machine(task(resource)))).toEqual([{ state: 'A', resource, actions }]));

  test.each(['${Charge}', 'arn:aws:states:us-west-2:111122223333:activity:x'])(
    '%s is not looked at', resource => expect(neededActions(machine(task(resource)))).toEqual([]));

  test('are allowed by patterns too', () => {
    expect(isAllowed('s3:GetObject', ['s3:Get*'])).toBe(true);
    expect(isAllowed('s3:GetObject', ['s3:GetObjec?'])).toBe(true);
    expect(isAllowed('s3:GetObject', ['*'])).toBe(true);
    expect(isAllowed('s3:GetObject', ['s3:PutObject', 's3:GetObjectTagging'])).toBe(false);
    expect(isAllowed('logs:*', ['logs:PutLogEvents'])).toBe(true);
    expect(isAllowed('logs:*', ['s3:GetObject'])).toBe(false);
  });
});
