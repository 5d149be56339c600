import { App, Duration, Stack, Stage } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { ComputeType } from 'aws-cdk-lib/aws-codebuild';
import { GitPullRequestEvent } from 'aws-cdk-lib/aws-codepipeline';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { askedBy, build, connectionIn, HOME, names, pipelineIn, questionOf, skeleton, stageOf, text } from './support';
import { EvacuationSwitch, GlobalTable, MultiRegionFunction, MultiRegionSystem, SystemUnit } from '../../src';
import { controlTableName } from '../../src/evacuation-switch/constants';
import { MultiRegionPipeline, PipelineSource } from '../../src/multi-region-pipeline';
import { CODE, errorOf, regions, resources, testApp } from '../support/synth';

const buildspecs = (stack: Stack) => Object.fromEntries(resources(Template.fromStack(stack), 'AWS::CodeBuild::Project')
  .map(({ Properties: { Name, Source } }) => [Name, JSON.parse(Source.BuildSpec)]));

describe('MultiRegionPipeline', () => {
  test('has the documented defaults', () => {
    const { stack } = build();
    const pipeline = pipelineIn(stack);
    expect(pipeline).toMatchObject({ Name: 'Deployment-Pipeline', PipelineType: 'V2', ExecutionMode: 'QUEUED', RestartExecutionOnUpdate: false });
    expect(pipeline.Triggers).toBeUndefined();
    expect(pipeline.DisableInboundStageTransitions).toBeUndefined();
    expect(pipeline.Stages[0].Actions[0].Configuration).toMatchObject({ FullRepositoryId: 'example-org/order-service', BranchName: 'main', DetectChanges: true });
    expect(questionOf(stack, 'Orders-us-west-2', 'Bake')).toEqual({
      stage: 'Orders-us-west-2', targets: ['us-west-2'], minutes: 10, named: false, lost: '#{variables.lostRegions}', unhealthy: '#{variables.unhealthyRegions}',
    });
    const { phases } = buildspecs(stack)['Deployment-Pipeline-Build'];
    expect(phases.install).toEqual({ 'runtime-versions': { nodejs: '22' }, 'commands': ['npm ci'] });
    expect(phases.build.commands).toEqual(expect.arrayContaining(['npm test', 'npx cdk synth --quiet']));

    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CodeBuild::Project', { Name: 'Deployment-Pipeline-Build', TimeoutInMinutes: 60, Environment: { ComputeType: 'BUILD_GENERAL1_MEDIUM' } });
    template.hasResourceProperties('AWS::CodeBuild::Project', { Name: 'Deployment-Pipeline-Orders-us-west-2', TimeoutInMinutes: 60, Environment: { ComputeType: 'BUILD_GENERAL1_SMALL' } });
    for (const project of resources(template, 'AWS::CodeBuild::Project')) {
      expect(project.Properties).toMatchObject({
        Environment: { Image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0', PrivilegedMode: false },
        EncryptionKey: { 'Fn::GetAtt': [expect.stringContaining('Key'), 'Arn'] },
        LogsConfig: { CloudWatchLogs: { Status: 'ENABLED' } },
      });
    }
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 180 });
    template.hasResourceProperties('AWS::S3::Bucket', {
      LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 365, NoncurrentVersionExpiration: { NoncurrentDays: 30 } })] },
    });
    expect(JSON.stringify(template.toJSON())).toContain('role/cdk-hnb659fds-deploy-role-');
    template.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'Deployment-Pipeline-notifications' });
    template.resourceCountIs('AWS::SNS::Subscription', 0);
    expect(names(stack).some(name => name.includes('approval'))).toBe(false);
  });

  test.each([
    [1, ['Orders-global', 'Orders-ap-southeast-2', 'Orders-mesh']],
    [2, ['Orders-global', 'Orders-ap-southeast-2', 'Orders-us-west-2', 'Orders-mesh']],
    [3, ['Orders-global', 'Orders-ap-southeast-2', 'Orders-us-west-2', 'Orders-eu-west-1', 'Orders-mesh']],
  ])('deploys %i regions one after the other, the primary one first, after what exists once and before what connects them', (count, expected) => {
    expect(names(build({ count }).stack)).toEqual(['Source', 'Build', ...expected]);
  });

  test('deploys ten regions in waves, the primary one alone', () => {
    const waves = [['us-west-2'], ['eu-west-1', 'us-east-1', 'eu-central-1'], ['ap-northeast-1', 'sa-east-1', 'ca-central-1', 'af-south-1', 'eu-north-1']];
    const { stack } = build({ count: 10, stage: { waves } });
    expect(names(stack)).toEqual(['Source', 'Build', 'Orders-global', 'Orders-ap-southeast-2', 'Orders-us-west-2', 'Orders-wave-2', 'Orders-wave-3', 'Orders-mesh']);
    const wave = stageOf(stack, 'Orders-wave-2');
    expect(wave.Actions.map(({ Name, RunOrder }: any) => [Name, RunOrder])).toEqual([['eu-west-1', 1], ['us-east-1', 1], ['eu-central-1', 1], ['Bake', 2]]);
    expect(questionOf(stack, 'Orders-wave-2', 'Bake').targets).toEqual(['eu-west-1', 'us-east-1', 'eu-central-1']);
    expect(questionOf(stack, 'Orders-wave-2-gate', 'Gate').targets).toEqual(['eu-west-1', 'us-east-1', 'eu-central-1']);
  });

  test('deploys systems in order, each behind its own approval', () => {
    const stages = [{ system: skeleton('Staging', 1) }, { system: skeleton('Orders'), approval: true }];
    expect(names(build({ withTopic: true }, { stages }).stack)).toEqual([
      'Source', 'Build', 'Staging-global', 'Staging-ap-southeast-2', 'Staging-mesh', 'Orders-approval', 'Orders-global', 'Orders-ap-southeast-2', 'Orders-us-west-2', 'Orders-mesh',
    ]);
  });

  test('deploys by commands that name exactly one stack, from what was built, by the CLI that came with it', () => {
    const { stack } = build();
    const commands = (name: string) => buildspecs(stack)[`Deployment-Pipeline-${name}`].phases.build.commands;
    const stacks = [['Orders-global', 'Orders/global'], ['Orders-ap-southeast-2', 'Orders/ap-southeast-2'], ['Orders-us-west-2', 'Orders/us-west-2'], ['Orders-us-west-2-mesh', 'Orders/us-west-2-mesh']];
    for (const [name, id] of stacks) {
      const stage = name.endsWith('-mesh') ? 'Orders-mesh' : name;
      const isRegion = !/-(global|mesh)$/.test(name);
      expect(commands(name)).toEqual([
        'tar -xzf assembly.tgz',
        `listed=$(node aws-cdk/bin/cdk ls '${id}' --app cdk.out --no-notices)`,
        `execution=$(aws codepipeline get-pipeline-state --name 'Deployment-Pipeline' --query "stageStates[?stageName=='${stage}'].latestExecution.type" --output text)`,
        'is_in() { case ",${1// /}," in *",$TARGET_REGION,"*) ;; *) return 1;; esac; }',
        ...isRegion ? ['shift=GRADUAL; if [ "$execution" = ROLLBACK ] || is_in "$UNHEALTHY_REGIONS"; then shift=AT_ONCE; fi'] : [],
        `if [ "$execution" != ROLLBACK ] && is_in "$LOST_REGIONS"; then echo 'Nothing is deployed: the region of ${id} is named as lost.'; `
          + `elif sed 's/ (.*//' <<< "$listed" | grep -qxF '${id}'; then `
          + `node aws-cdk/bin/cdk deploy '${id}' --app cdk.out --exclusively --import-existing-resources${isRegion ? ' --parameters "TrafficShift=$shift"' : ''} --require-approval never --no-notices --ci --progress events; `
          + `else echo 'Nothing to deploy: ${id} has no resources in this version. If it had some before, delete its stack by hand.'; fi`,
      ]);
    }
    const actions = pipelineIn(stack).Stages.slice(2).flatMap(({ Actions }: any) => Actions).filter(({ ActionTypeId }: any) => ActionTypeId.Provider === 'CodeBuild');
    expect(actions).toHaveLength(5);
    for (const action of actions) {
      expect([action.InputArtifacts, action.OutputArtifacts]).toEqual([[{ Name: 'Assembly' }], undefined]);
      expect(JSON.parse(action.Configuration.EnvironmentVariables)).toEqual([
        { name: 'LOST_REGIONS', type: 'PLAINTEXT', value: '#{variables.lostRegions}' },
        { name: 'UNHEALTHY_REGIONS', type: 'PLAINTEXT', value: '#{variables.unhealthyRegions}' },
      ]);
    }
  });

  test('connects all regions at last, side by side, behind the gate, takes nothing of that back and watches nothing', () => {
    const { stack } = build({ count: 3 });
    const { Actions, OnFailure } = stageOf(stack, 'Orders-mesh');
    expect(Actions.map(({ Name, RunOrder }: any) => [Name, RunOrder])).toEqual([['ap-southeast-2', 1], ['us-west-2', 1], ['eu-west-1', 1]]);
    expect(questionOf(stack, 'Orders-mesh-gate', 'Gate').targets).toEqual(['ap-southeast-2', 'us-west-2', 'eu-west-1']);
    expect(OnFailure).toBeUndefined();
  });

  test('calls stacks within a stage of the CDK as its CLI does', () => {
    const app = new App({ autoSynth: false });
    const system = new MultiRegionSystem(new Stage(app, 'Prod'), 'Orders', regions(2));
    const { stack } = build({ stage: { system } });
    expect(names(stack)).toEqual(['Source', 'Build', 'Prod-Orders-global', 'Prod-Orders-ap-southeast-2', 'Prod-Orders-us-west-2', 'Prod-Orders-mesh']);
    expect(buildspecs(stack)['Deployment-Pipeline-Prod-Orders-us-west-2'].phases.build.commands.at(-1)).toContain('cdk deploy \'Prod/Orders/us-west-2\'');
    expect(buildspecs(stack)['Deployment-Pipeline-Build'].phases.build.commands.join('\n')).toContain('=$(cdk ls \'Prod/Orders/**\'');
  });

  test('asks the gate in a stage of its own before each one that deploys, which takes nothing back', () => {
    const { stack } = build({ count: 3 });
    const all = pipelineIn(stack).Stages.slice(2);
    expect(all.map(({ Name }: any) => Name)).toEqual(names(stack).slice(2).flatMap(name => [`${name}-gate`, name]));
    for (const gate of all.filter(({ Name }: any) => Name.endsWith('-gate'))) {
      expect(gate).toEqual({ Name: gate.Name, Actions: [expect.objectContaining({ Name: 'Gate' })] });
      expect(questionOf(stack, gate.Name, 'Gate')).toMatchObject({ stage: gate.Name.replace(/-gate$/, ''), lost: '#{variables.lostRegions}', unhealthy: '#{variables.unhealthyRegions}' });
    }
  });

  test('takes a region back when its deployment fails or its alarm is in ALARM afterwards, and nothing else', () => {
    const { stack } = build({ count: 3 });
    for (const { Name, Actions, OnFailure } of pipelineIn(stack).Stages) {
      const isRegion = ['ap-southeast-2', 'us-west-2', 'eu-west-1'].some(region => Name === `Orders-${region}`);
      expect([Name, OnFailure]).toEqual([Name, isRegion ? { Result: 'ROLLBACK' } : undefined]);
      expect([Name, Actions.map((action: any) => action.Name).includes('Bake')]).toEqual([Name, isRegion]);
    }
    expect(pipelineIn(stack).Variables).toEqual([
      expect.objectContaining({ Name: 'lostRegions', DefaultValue: 'none' }), expect.objectContaining({ Name: 'unhealthyRegions', DefaultValue: 'none' }),
    ]);
  });

  test('has no conditions but those whose documentation says what they do', () => {
    const { stack, pipeline } = build({ stage: { deploymentWindow: { cron: '* * 9-16 ? * MON-THU *' } } }, { standbyRegion: 'us-west-2' });
    const providers = [stack, pipeline.standbyStack!].flatMap(each => pipelineIn(each).Stages.flatMap((stage: any) =>
      ['BeforeEntry', 'OnSuccess', 'OnFailure'].flatMap(kind => (stage[kind]?.Conditions ?? []).map(({ Rules }: any) => [stage.Name, kind, ...Rules.map((rule: any) => rule.RuleTypeId.Provider)]))));
    expect(providers).toEqual([
      ['Orders-global-gate', 'BeforeEntry', 'DeploymentWindow'], ['Build', 'BeforeEntry', 'VariableCheck'], ['Orders-us-west-2-gate', 'BeforeEntry', 'DeploymentWindow'],
    ]);
  });

  test('tells gate and bake which table and which alarms to look at, in every region', () => {
    const { stack, system } = build();
    const common = {
      PIPELINE_NAME: 'Deployment-Pipeline',
      SYSTEM_REGIONS: 'ap-southeast-2,us-west-2',
      KNOWN_REGIONS: 'ap-southeast-2,us-west-2',
      ALARM_NAMES: '{"ap-southeast-2":["Orders-ap-southeast-2-unhealthy"],"us-west-2":["Orders-us-west-2-unhealthy"]}',
      ROLE_ARNS: '{}',
    };
    for (const asked of [askedBy(stack, 'Gate'), askedBy(stack, 'Bake')]) {
      expect(asked).toMatchObject({ Runtime: 'nodejs24.x', TracingConfig: { Mode: 'Active' }, Timeout: 60 });
    }
    expect(askedBy(stack, 'Bake').Environment.Variables).toEqual(common);
    expect(askedBy(stack, 'Gate').Environment.Variables).toEqual({
      ...common, CONTROL_TABLE_NAME: 'Orders-Control-Table', DEPLOYING_STAGES: '["Orders-global","Orders-ap-southeast-2","Orders-us-west-2","Orders-mesh"]',
    });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
    expect(system.node.tryFindChild('Control')).toBeUndefined();
  });

  test.each(['Orders', 'Prod'])('knows the name that the evacuation switch gives its table', id => {
    const app = testApp();
    const system = new MultiRegionSystem(id === 'Prod' ? new Stage(app, id) : app, 'Orders', regions(2));
    expect(controlTableName(system.namePrefix)).toBe(EvacuationSwitch.of(system).controlTableName);
  });

  test('bakes as long and by what is asked for', () => {
    const alarmNames = { 'ap-southeast-2': ['errors', 'latency'], 'us-west-2': ['errors'] };
    const { stack } = build({ stage: { bake: { duration: Duration.minutes(45), alarmNames } } });
    expect(questionOf(stack, 'Orders-us-west-2', 'Bake')).toMatchObject({ minutes: 45, named: true });
    for (const asked of [askedBy(stack, 'Gate'), askedBy(stack, 'Bake')]) expect(JSON.parse(asked.Environment.Variables.ALARM_NAMES)).toEqual(alarmNames);
  });

  test('waits for the window in front of a system, and asks the gate after that', () => {
    const { stack } = build({ stage: { deploymentWindow: { cron: '* * 9-16 ? * MON-THU *', timeZone: 'Australia/Sydney' } } });
    const { BeforeEntry, Actions } = stageOf(stack, 'Orders-global-gate');
    expect(BeforeEntry.Conditions).toEqual([{
      Result: 'FAIL',
      Rules: [expect.objectContaining({
        RuleTypeId: expect.objectContaining({ Provider: 'DeploymentWindow' }), Configuration: { Cron: '* * 9-16 ? * MON-THU *', TimeZone: 'Australia/Sydney' },
      })],
    }]);
    expect(Actions.map(({ Name }: any) => Name)).toEqual(['Gate']);
    expect(pipelineIn(stack).Stages.filter((stage: any) => stage.BeforeEntry)).toHaveLength(1);
  });

  test('tells who approves which commit goes where', () => {
    const { stack } = build({ withTopic: true, stage: { approval: true } });
    const [approve] = stageOf(stack, 'Orders-approval').Actions;
    expect(approve.ActionTypeId).toMatchObject({ Category: 'Approval', Provider: 'Manual' });
    expect(approve.Configuration).toEqual({
      CustomData: '#{Source.CommitId} of example-org/order-service (main) goes to Orders/global, then Orders/ap-southeast-2, then Orders/us-west-2, '
        + 'then Orders/ap-southeast-2-mesh and Orders/us-west-2-mesh. '
        + 'Each region is watched for 10 minutes before the next.',
      ExternalEntityLink: 'https://github.com/example-org/order-service/commit/#{Source.CommitId}',
    });
  });

  test('keeps what it tells an approver within what CodePipeline takes', () => {
    const { stack } = build({ withTopic: true, count: 10, system: { systemName: 'S'.repeat(40) }, stage: { approval: true } });
    expect(stageOf(stack, `${'S'.repeat(40)}-approval`).Actions[0].Configuration.CustomData.length).toBeLessThanOrEqual(1000);
  });

  test('takes the repo\'s own commands, in its folder, and refuses an assembly with other stacks than it deploys', () => {
    const { stack } = build({}, {
      directory: 'services/orders', installCommands: ['corepack enable', 'yarn'], testCommands: [], synthCommands: ['yarn synth'], nodeVersion: '24',
    });
    const { phases, reports, artifacts } = buildspecs(stack)['Deployment-Pipeline-Build'];
    expect(phases.install).toEqual({ 'runtime-versions': { nodejs: '24' }, 'commands': ['cd "$CODEBUILD_SRC_DIR"/\'services/orders\'', 'corepack enable', 'yarn'] });
    expect(phases.build.commands[0]).toBe('cd "$CODEBUILD_SRC_DIR"/\'services/orders\'');
    expect(phases.build.commands).toContain('yarn synth');
    const stacks = ['ap-southeast-2', 'ap-southeast-2-mesh', 'global', 'us-west-2', 'us-west-2-mesh'].map(id => `'Orders/${id}'`);
    expect(phases.build.commands).toContain(`expected=$(printf '%s\\n' ${stacks.join(' ')})`);
    expect(reports.tests['base-directory']).toBe('services/orders/test-reports');
    expect(artifacts).toEqual({ files: ['assembly.tgz'] });
    Template.fromStack(stack).hasResourceProperties('AWS::CodeBuild::ReportGroup', { Name: 'Deployment-Pipeline-Build-tests', Type: 'TEST' });
  });

  test('takes other sizes and times', () => {
    const { stack } = build({}, {
      pipelineName: 'orders',
      buildComputeType: ComputeType.LARGE,
      buildTimeout: Duration.hours(2),
      deployTimeout: Duration.minutes(90),
      qualifier: 'acme',
      artifactRetention: Duration.days(400),
      logRetention: RetentionDays.ONE_YEAR,
    });
    const template = Template.fromStack(stack);
    template.hasResourceProperties('AWS::CodePipeline::Pipeline', { Name: 'orders' });
    template.hasResourceProperties('AWS::CodeBuild::Project', { Name: 'orders-Build', TimeoutInMinutes: 120, Environment: { ComputeType: 'BUILD_GENERAL1_LARGE' } });
    template.hasResourceProperties('AWS::CodeBuild::Project', { Name: 'orders-Orders-global', TimeoutInMinutes: 90 });
    template.hasResourceProperties('AWS::S3::Bucket', { LifecycleConfiguration: { Rules: [Match.objectLike({ ExpirationInDays: 400 })] } });
    template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 365 });
    expect(JSON.stringify(template.toJSON())).toContain('cdk-acme-deploy-role-');
  });

  test('refers to nothing of another stack, whose systems are in the same app or not', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Orders', regions(2));
    new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: 'S' as any } });
    const { stack, pipeline } = build({ app, stage: { system } }, { standbyRegion: 'us-west-2' });
    for (const each of [stack, pipeline.standbyStack!, system.globalStack, ...system.regions.map(region => system.stackIn(region))]) {
      expect(JSON.stringify(Template.fromStack(each).toJSON())).not.toMatch(/Fn::ImportValue|Fn::GetStackOutput|Exports(Reader|Writer)/);
      expect(each.dependencies.filter(({ stackName }) => stackName.startsWith('Deployment'))).toEqual([]);
    }
    expect(stack.dependencies).toEqual([]);
    expect(app.node.children.filter(child => child instanceof Stack).map(({ node }) => node.id)).toEqual(['Deployment', 'Deployment-standby']);
  });
});

describe('a system with units', () => {
  const withUnits = (count = 2, units = ['Billing', 'Search'], props: Parameters<typeof build>[1] = {}) => {
    const system = skeleton('Orders', count);
    units.forEach(id => new SystemUnit(system, id));
    return build({ stage: { system } }, props);
  };
  const actions = (stack: Stack, stage: string) => stageOf(stack, stage).Actions.map(({ Name, RunOrder }: any) => [Name, RunOrder]);

  test('is deployed with its units, which come before it in each region, and connected with them', () => {
    const { stack } = withUnits();
    expect(actions(stack, 'Orders-us-west-2')).toEqual([['Billing-us-west-2', 1], ['Search-us-west-2', 1], ['us-west-2', 2], ['Bake', 3]]);
    expect(actions(stack, 'Orders-mesh')).toEqual(['ap-southeast-2', 'us-west-2'].flatMap(region => [[`Billing-${region}`, 1], [`Search-${region}`, 1], [region, 1]]));
    const specs = buildspecs(stack);
    expect(specs['Deployment-Pipeline-Orders-Billing-us-west-2'].phases.build.commands.at(-1)).toContain('cdk deploy \'Orders/Billing/us-west-2\'');
    expect(specs['Deployment-Pipeline-Orders-Billing-us-west-2-mesh'].phases.build.commands.at(-1)).toContain('cdk deploy \'Orders/Billing/us-west-2-mesh\'');
    expect(specs['Deployment-Pipeline-Build'].phases.build.commands.find((command: string) => command.startsWith('expected='))).toContain('\'Orders/Billing/us-west-2-mesh\' \'Orders/Search/');
    // a region is asked for once
    expect(questionOf(stack, 'Orders-mesh-gate', 'Gate').targets).toEqual(['ap-southeast-2', 'us-west-2']);
  });

  test('names the stacks as they are', () => {
    const app = testApp();
    const system = new MultiRegionSystem(new Stage(app, 'Prod'), 'Orders', regions(2));
    const unit = new SystemUnit(system, 'Billing');
    const { stack } = build({ stage: { system } });
    new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: 'S' as any } });
    [system, unit].forEach(host => system.regions.forEach(region => [host._stacks.stackIn(region), host._stacks.meshIn(region)]));
    const specs = buildspecs(stack);
    const commands = system._allStacks.map(({ stackName, node }) => [specs[`Deployment-Pipeline-${stackName}`].phases.build.commands.at(-1), `cdk deploy '${node.path}' `]);
    expect(commands).toHaveLength(1 + 2 * 2 * 2);
    commands.forEach(([command, deploy]) => expect(command).toContain(deploy));
  });

  test('is connected in several stages when one does not take as many actions', () => {
    const { stack } = withUnits(10, ['A', 'B', 'C', 'D', 'E', 'F']);
    expect(names(stack).slice(-2)).toEqual(['Orders-mesh-1', 'Orders-mesh-2']);
    expect(['Orders-mesh-1', 'Orders-mesh-2'].map(stage => actions(stack, stage).length)).toEqual([49, 21]);
  });

  test('gives the pipeline no more permissions in its role than IAM takes', () => {
    const { stack } = withUnits(10, ['A', 'B', 'C', 'D', 'E']);
    expect(() => (stack.node.root as App).synth()).not.toThrow();
    const role = resources(Template.fromStack(stack), 'AWS::IAM::Role').find(({ Properties }) => Properties.AssumeRolePolicyDocument.Statement[0].Principal.Service === 'codepipeline.amazonaws.com');
    const policies = resources(Template.fromStack(stack), 'AWS::IAM::ManagedPolicy').map(({ Properties }) => Properties.PolicyDocument);
    const projects = [...role.Properties.Policies.map(({ PolicyDocument }: any) => PolicyDocument), ...policies].flatMap(({ Statement }) => Statement)
      .filter(({ Action }) => [Action].flat().includes('codebuild:StartBuild')).map(({ Resource }) => [Resource].flat().length);
    expect(projects.length).toBeGreaterThan(1);
    expect(projects.reduce((sum, count) => sum + count)).toBe(2 + 10 * 2 * 6);
    expect(role.Properties.ManagedPolicyArns.length).toBeLessThanOrEqual(10);
    policies.forEach(policy => expect(JSON.stringify(policy).length).toBeLessThan(6144));
  });

  test('that got a unit after the pipeline was made stops the synthesis', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Orders', regions(2));
    build({ app, stage: { system } });
    new MultiRegionFunction(new SystemUnit(system, 'Billing'), 'Charge', { codePath: CODE });
    expect(errorOf(() => app.synth())).toContain('unit is "Orders/Billing"; allowed: units that were made before the pipeline, which would not deploy this one [Deployment/Pipeline]');
  });
});

describe('PipelineSource.gitHub', () => {
  const stackFor = (source: PipelineSource) => build({ withTopic: true, stage: { approval: true } }, { source }).stack;
  const github = (props: object) => PipelineSource.gitHub('example-org/order-service', { connectionArn: connectionIn(HOME), ...props });

  test('starts on what the triggers say, and on nothing else', () => {
    const stack = stackFor(github({
      branch: 'release', triggers: { tags: ['v*'], paths: ['services/orders/**'], pullRequestEvents: [GitPullRequestEvent.CLOSED] },
    }));
    expect(pipelineIn(stack).Stages[0].Actions[0].Configuration).toMatchObject({ BranchName: 'release', DetectChanges: false });
    expect(pipelineIn(stack).Triggers).toEqual([{
      ProviderType: 'CodeStarSourceConnection',
      GitConfiguration: {
        SourceActionName: 'Source',
        Push: [{ Tags: { Includes: ['v*'] } }, { Branches: { Includes: ['release'] }, FilePaths: { Includes: ['services/orders/**'] } }],
        PullRequest: [{ Branches: { Includes: ['release'] }, Events: ['CLOSED'] }],
      },
    }]);
  });

  test.each([[{ tags: ['v*'] }, 'Push'], [{ paths: ['src/**'] }, 'Push'], [{ pullRequestEvents: [GitPullRequestEvent.OPEN] }, 'PullRequest']])('starts on %j alone', (triggers, kind) => {
    const [{ GitConfiguration }] = pipelineIn(stackFor(github({ triggers }))).Triggers;
    expect(Object.keys(GitConfiguration).sort()).toEqual([kind, 'SourceActionName'].sort());
  });

  test('warns of pull requests that nobody approves', () => {
    const source = github({ triggers: { pullRequestEvents: [GitPullRequestEvent.OPEN] } });
    Annotations.fromStack(build({}, { source }).stack).hasWarning('*', Match.stringLikeRegexp('pull request is deployed without'));
    Annotations.fromStack(stackFor(source)).hasNoWarning('*', Match.anyValue());
  });

  test('takes a connection that the same stack makes', () => {
    const stack = new Stack(testApp(), 'Deployment', { env: { region: HOME } });
    const connection = new (jest.requireActual('aws-cdk-lib/aws-codeconnections').CfnConnection)(stack, 'Connection', { connectionName: 'github', providerType: 'GitHub' });
    new MultiRegionPipeline(stack, 'Pipeline', { source: PipelineSource.gitHub('a/b', { connectionArn: connection.attrConnectionArn }), stages: [{ system: skeleton() }] });
    expect(text(pipelineIn(stack).Stages[0].Actions[0].Configuration.ConnectionArn)).toBe('<Connection.ConnectionArn>');
  });
});

describe('the standby pipeline', () => {
  const standby = (options: Parameters<typeof build>[0] = {}, props: Parameters<typeof build>[1] = {}) => {
    const { stack, pipeline } = build({ count: 3, ...options }, { standbyRegion: 'us-west-2', ...props });
    return { home: stack, stack: pipeline.standbyStack!, pipeline };
  };

  test('is in a stack beside the other, in the standby region, under the same name', () => {
    const { home, stack, pipeline } = standby({ account: '111122223333' });
    expect(stack.region).toBe('us-west-2');
    expect(stack.account).toBe('111122223333');
    expect(stack.node.path).toBe('Deployment-standby');
    expect(stack.stackName).toBe('Deployment-standby');
    expect(pipelineIn(stack).Name).toBe(pipelineIn(home).Name);
    expect(Stack.of(pipeline.standbyPipeline!)).toBe(stack);
    expect(Stack.of(pipeline.pipeline)).toBe(home);
  });

  test('is switched off: nothing starts it, and nothing gets past the source', () => {
    const { stack } = standby({}, {
      source: PipelineSource.gitHub('a/b', { connectionArn: connectionIn(HOME), standbyConnectionArn: connectionIn('us-west-2'), triggers: { tags: ['v*'] } }),
    });
    const { Stages: [source, buildStage], Triggers, DisableInboundStageTransitions } = pipelineIn(stack);
    expect(source.Actions[0].Configuration).toMatchObject({ DetectChanges: false, ConnectionArn: connectionIn('us-west-2') });
    expect(Triggers).toBeUndefined();
    expect(DisableInboundStageTransitions).toEqual([{ StageName: 'Build', Reason: 'standby: enable it when ap-southeast-2 is lost' }]);
    expect(buildStage.BeforeEntry.Conditions).toEqual([{
      Result: 'FAIL',
      Rules: [expect.objectContaining({ RuleTypeId: expect.objectContaining({ Provider: 'VariableCheck' }), Configuration: { Variable: '#{variables.useStandby}', Operator: 'EQ', Value: 'yes' } })],
    }]);
    expect(pipelineIn(stack).Variables).toContainEqual(expect.objectContaining({ Name: 'useStandby', DefaultValue: 'no' }));
  });

  test('deploys to all regions but the one whose loss it is for, and asks that one nothing', () => {
    const { home, stack } = standby();
    expect(names(stack)).toEqual(['Source', 'Build', 'Orders-us-west-2', 'Orders-eu-west-1', 'Orders-mesh']);
    expect(stageOf(stack, 'Orders-mesh').Actions.map(({ Name }: any) => Name)).toEqual(['us-west-2', 'eu-west-1']);
    const template = Template.fromStack(stack);
    expect(askedBy(stack, 'Gate').Environment.Variables).toMatchObject({ SYSTEM_REGIONS: 'us-west-2,eu-west-1', KNOWN_REGIONS: 'ap-southeast-2,us-west-2,eu-west-1' });
    const mentions = JSON.stringify(template.toJSON()).match(/.{30}ap-southeast-2/g)!;
    // whose loss it is for, and what the assembly must hold
    expect(mentions.filter(mention => !/lost|standing|enable|when|printf|Orders\/$|goes to|KNOWN_REGIONS/.test(mention.slice(0, 40)) && !mention.includes('Orders/ap-'))).toEqual([]);
    expect(buildspecs(stack)['Deployment-Pipeline-Build']).toEqual(buildspecs(home)['Deployment-Pipeline-Build']);
  });

  test('has a bucket and a key of its own', () => {
    const { stack } = standby({ withTopic: true });
    const template = Template.fromStack(stack);
    // and one for its topic
    template.resourceCountIs('AWS::KMS::Key', 2);
    template.hasResourceProperties('AWS::S3::Bucket', { VersioningConfiguration: { Status: 'Enabled' } });
  });

  test('deploys everything when the pipeline is not in a region of the systems', () => {
    const system = new MultiRegionSystem(new App({ autoSynth: false }), 'Orders', { primaryRegion: 'eu-west-1', secondaryRegions: ['eu-central-1'] });
    expect(names(standby({ stage: { system } }).stack)).toEqual(['Source', 'Build', 'Orders-global', 'Orders-eu-west-1', 'Orders-eu-central-1', 'Orders-mesh']);
  });

  test('is warned of when its connection would be lost with the region', () => {
    const source = PipelineSource.gitHub('a/b', { connectionArn: connectionIn(HOME) });
    Annotations.fromStack(standby({}, { source }).home).hasWarning('*', Match.stringLikeRegexp('standbyConnectionArn'));
    Annotations.fromStack(standby().home).hasNoWarning('*', Match.anyValue());
  });
});

describe('a system in another account', () => {
  const foreign = (account?: string) => build({ account, system: { account: '999988887777' } }).stack;

  test.each([['111122223333'], [undefined]])('of a pipeline in account %s, is deployed and asked by the roles of its bootstrapping', account => {
    const stack = foreign(account);
    const [roles, others] = (['Gate', 'Bake'] as const).map(action => JSON.parse(text(askedBy(stack, action).Environment.Variables.ROLE_ARNS)));
    expect(others).toEqual(roles);
    expect(roles['us-west-2']).toMatch(/^arn:<?[\w:]+>?:iam::999988887777:role\/cdk-hnb659fds-lookup-role-999988887777-us-west-2$/);
  });

  test('in the same account as the pipeline is none', () => {
    const stack = build({ account: '999988887777', system: { account: '999988887777' } }).stack;
    expect(JSON.stringify(Template.fromStack(stack).toJSON())).not.toContain('lookup-role');
  });
});

describe('an empty system in the app of the pipeline', () => {
  const withSystem = (isEmpty: boolean) => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Orders', regions(2));
    const { stack } = build({ app, stage: { system } });
    if (!isEmpty) new GlobalTable(system, 'Table', { partitionKey: { name: 'pk', type: 'S' as any } });
    return Annotations.fromStack(stack);
  };

  test('is warned of, since to deploy it is to delete the real one', () => {
    withSystem(true).hasWarning('*', Match.stringLikeRegexp('the system Orders is empty'));
    withSystem(false).hasNoWarning('*', Match.anyValue());
    Annotations.fromStack(build().stack).hasNoWarning('*', Match.anyValue());
  });
});
