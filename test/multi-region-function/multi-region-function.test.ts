import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { AwsSolutionsChecks } from 'cdk-nag';
import { MultiRegionFunction, MultiRegionSystem } from '../../src';
import { chosen, CODE, errorOf, expectPropError, regional, regions, resources, statementsOf, testApp, testSystem } from '../support/synth';

describe('MultiRegionFunction', () => {
  test('has the documented defaults in every region', () => {
    const system = testSystem(3);
    new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    for (const region of system.regions) {
      const template = regional(system, region);
      template.hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: 'Orders-Handler',
        Handler: 'index.handler',
        Runtime: 'nodejs24.x',
        Architectures: ['arm64'],
        MemorySize: 512,
        Timeout: 10,
        TracingConfig: { Mode: 'Active' },
        DeadLetterConfig: Match.absent(),
        LoggingConfig: { LogFormat: 'JSON', LogGroup: Match.anyValue() },
        Environment: Match.absent(),
      });
      template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
        FunctionName: { Ref: Match.stringLikeRegexp('^HandlerFunction') },
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [Match.stringLikeRegexp('^DeadLettersUndelivered'), 'Arn'] } } },
      });
      template.hasResource('AWS::Logs::LogGroup', { Properties: { RetentionInDays: 30 }, DeletionPolicy: 'RetainExceptOnCreate' });
      template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
        DeploymentConfigName: chosen('CodeDeployDefault.LambdaAllAtOnce', 'CodeDeployDefault.LambdaCanary10Percent5Minutes'),
        AlarmConfiguration: { Enabled: chosen(false, true), Alarms: [{ Name: { Ref: Match.stringLikeRegexp('^HandlerErrors') } }, { Name: { Ref: Match.stringLikeRegexp('^HandlerLatency') } }] },
        AutoRollbackConfiguration: { Enabled: true, Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST', 'DEPLOYMENT_STOP_ON_ALARM'] },
      });
      template.hasResource('AWS::Lambda::Alias', {
        Properties: { Name: 'live' }, UpdatePolicy: { CodeDeployLambdaAliasUpdate: { BeforeAllowTrafficHook: Match.absent() } },
      });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Errors', Threshold: 1, EvaluationPeriods: 1 });
      template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'Duration', ExtendedStatistic: 'p99', Threshold: 5000, EvaluationPeriods: 3 });
    }
  });

  test('passes every option on', () => {
    const system = testSystem(1);
    new MultiRegionFunction(system, 'Handler', {
      codePath: CODE,
      handler: 'app.main',
      runtime: Runtime.PYTHON_3_13,
      architecture: Architecture.X86_64,
      memorySize: 1024,
      timeout: Duration.minutes(1),
      description: 'does it',
      environment: { A1: '1' },
      deploymentConfig: LambdaDeploymentConfig.ALL_AT_ONCE,
      logRetention: RetentionDays.ONE_YEAR,
    }).addEnvironment('B2', '2');
    const template = regional(system, 'ap-southeast-2');
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'app.main', Runtime: 'python3.13', Architectures: ['x86_64'], MemorySize: 1024, Timeout: 60, Description: 'does it', Environment: { Variables: { A1: '1', B2: '2' } },
    });
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', { DeploymentConfigName: chosen('CodeDeployDefault.LambdaAllAtOnce', 'CodeDeployDefault.LambdaAllAtOnce') });
    template.hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
  });

  test('goes without rollback alarms on request, or with another threshold', () => {
    const system = testSystem(1);
    new MultiRegionFunction(system, 'Quiet', { codePath: CODE, rollbackOnAlarm: false });
    new MultiRegionFunction(system, 'Fast', { codePath: CODE, alarmSettings: { latency: { threshold: 200 } } });
    const template = regional(system, 'ap-southeast-2');
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', { AlarmConfiguration: Match.absent(), AutoRollbackConfiguration: { Events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_REQUEST'] } });
    const alarms = resources(template, 'AWS::CloudWatch::Alarm').filter(alarm => alarm.Properties.MetricName === 'Duration');
    expect(alarms.map(alarm => alarm.Properties.Threshold)).toEqual([200]);
  });

  test('has a hook try the new version before any traffic, which may tell CodeDeploy of this deployment only', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Orders', regions(2));
    const hook = new MultiRegionFunction(system, 'Try', { codePath: CODE });
    new MultiRegionFunction(system, 'Handler', { codePath: CODE, preTrafficHook: hook });
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
    const template = regional(system, 'us-west-2');
    template.hasResource('AWS::Lambda::Alias', { UpdatePolicy: { CodeDeployLambdaAliasUpdate: { BeforeAllowTrafficHook: { Ref: Match.stringLikeRegexp('^TryFunction') } } } });
    template.resourceCountIs('AWS::IAM::Policy', 0);
    expect(statementsOf(template, 'CodeDeployRole')).toEqual([
      { Action: 'lambda:InvokeFunction', Effect: 'Allow', Resource: { 'Fn::Join': ['', expect.arrayContaining([':function:Orders-Try'])] } },
    ]);
    const allowed = statementsOf(template, 'TryRole').find(({ Action }) => Action === 'codedeploy:PutLifecycleEventHookExecutionStatus');
    expect(JSON.stringify(allowed.Resource)).toContain(':deploymentgroup:');
    expect(JSON.stringify(allowed.Resource)).not.toContain('*');
  });

  test('takes no alarm settings that change nothing', () => {
    const system = testSystem(1);
    new MultiRegionFunction(system, 'Handler', { codePath: CODE, rollbackOnAlarm: false, alarmSettings: { errors: { enabled: true, threshold: 5 }, latency: { enabled: false } } });
    expect(errorOf(() => (system.node.root as App).synth())).toMatch(/alarmSettings.errors .*"threshold":5.*allowed: settings of alarms that there are.*\[Orders\/Handler\]/);
  });

  test('is called through its live alias', () => {
    const system = testSystem();
    const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    expect(Stack.of(fn.inRegion('us-west-2'))).toBe(system.stackIn('us-west-2'));
    expect(system.stackIn('us-west-2').resolve(fn.inRegion('us-west-2').functionArn)).toEqual({ Ref: expect.stringMatching(/^HandlerLive/) });
    expectPropError(() => fn.inRegion('eu-west-1'), 'region', '"eu-west-1"', 'ap-southeast-2, us-west-2', 'Orders/Handler');
  });

  test('shares one CodeDeploy application and one place for failed invocations per region among all functions', () => {
    const system = testSystem();
    new MultiRegionFunction(system, 'A', { codePath: CODE });
    new MultiRegionFunction(system, 'B', { codePath: CODE });
    for (const region of system.regions) {
      const template = regional(system, region);
      template.resourceCountIs('AWS::CodeDeploy::Application', 1);
      template.resourceCountIs('AWS::SQS::Queue', 2);
      template.resourceCountIs('AWS::Lambda::Function', 3); // the redriver is one
    }
  });

  test('does not hide a wildcard that a user grants', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Orders', regions(1));
    const fn = new MultiRegionFunction(system, 'Handler', { codePath: CODE });
    expect(new AwsSolutionsChecks(app).validateScope(app).violations).toEqual([]);
    fn.grantableIn('ap-southeast-2').grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: ['*'] }));
    expect(new AwsSolutionsChecks(app).validateScope(app).violations.map(violation => violation.ruleName)).toEqual(['AwsSolutions-IAM5[Resource::*]']);
  });

  test('bundles an entry once for all regions, the AWS SDK included', () => {
    const folder = mkdtempSync(join(tmpdir(), 'entry-'));
    const entry = join(folder, 'handler.ts');
    writeFileSync(join(folder, 'answer.ts'), 'export const answer: number = 42;');
    writeFileSync(entry, `import { answer } from './answer';
      import { SFNClient } from '${join(process.cwd(), 'node_modules/@aws-sdk/client-sfn')}';
      export const handler = async () => [answer, typeof SFNClient];`);
    const app = new App();
    const system = new MultiRegionSystem(app, 'Orders', regions(3));
    new MultiRegionFunction(system, 'Handler', { entry });
    const { directory } = app.synth();
    const assets = readdirSync(directory).filter(name => /^asset\.[0-9a-f]+$/.test(name) && statSync(join(directory, name)).isDirectory());
    expect(assets).toHaveLength(1);
    const bundle = readFileSync(join(directory, assets[0], 'index.js'), 'utf8');
    expect([bundle.includes('42'), bundle.includes('SignatureV4')]).toEqual([true, true]);
  });

  describe('throws if', () => {
    const make = (props: any, id = 'Handler') => () => new MultiRegionFunction(testSystem(), id, props);

    test('neither entry nor codePath is given', () => {
      expectPropError(make({}), 'entry, codePath and image', '[]', 'exactly one', 'Orders/Handler');
    });
    test('both entry and codePath are given', () => {
      expectPropError(make({ entry: 'a.ts', codePath: CODE }), 'entry, codePath and image', '["entry","codePath"]', 'exactly one', 'Orders/Handler');
    });
    test('the entry does not exist or is a folder', () => {
      expectPropError(make({ entry: 'no.ts' }), 'entry', '"no.ts"', 'the path of a TypeScript or JavaScript file', 'Orders/Handler');
      expectPropError(make({ entry: CODE }), 'entry', CODE, 'the path of a TypeScript or JavaScript file', 'Orders/Handler');
    });
    test('the code path does not exist', () => {
      expectPropError(make({ codePath: 'no' }), 'codePath', '"no"', 'the path of a folder or zip file', 'Orders/Handler');
    });
    test('the hook is of another system', () => {
      const preTrafficHook = new MultiRegionFunction(testSystem(), 'Try', { codePath: CODE });
      expectPropError(make({ codePath: CODE, preTrafficHook }), 'preTrafficHook', '"Orders/Try"', 'a construct of the system Orders', 'Orders/Handler');
    });
    test('the id gives a name that Lambda does not accept', () => {
      expectPropError(make({ codePath: CODE }, 'my handler'), 'id', '"my handler"', 'at most 64 characters (the name of a Lambda function)', 'Orders/my handler');
      expectPropError(make({ codePath: CODE }, 'x'.repeat(58)), 'id', 'xxx', 'at most 64 characters', `Orders/${'x'.repeat(58)}`);
      expect(make({ codePath: CODE }, 'x'.repeat(57))).not.toThrow();
    });
    test('its scope is not inside a system, or is one region\'s stack', () => {
      expect(errorOf(() => new MultiRegionFunction(new Stack(testApp(), 'Stack'), 'Handler', { codePath: CODE }))).toBe(
        'scope is not inside a MultiRegionSystem; allowed: a system, or a construct within one [Stack/Handler]');
      expect(errorOf(() => new MultiRegionFunction(testSystem().stackIn('us-west-2'), 'Handler', { codePath: CODE }))).toBe(
        'scope is inside the stack Orders/us-west-2; allowed: the system, or a construct within it, because this construct spans all regions [Orders/us-west-2/Handler]');
    });
  });
});
