import { Duration, Stack } from 'aws-cdk-lib';
import { ComputeType, LinuxBuildImage } from 'aws-cdk-lib/aws-codebuild';
import { GitPullRequestEvent } from 'aws-cdk-lib/aws-codepipeline';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Subject } from './subject';
import { AlarmSubscription, BuildSecret, CodeArtifactTool, ComplianceMode, MultiRegionPipeline, MultiRegionPipelineProps, PackageManager, PipelineSource, PipelineStageProps } from '../../src';
import { connectionIn, GITHUB, HOME, skeleton } from '../multi-region-pipeline/support';
import { testApp } from '../support/synth';

const STANDBY = 'us-west-2';
const KEY = `arn:aws:kms:${HOME}:111122223333:key/1b2c3d4e-0000-0000-0000-000000000000`;

type Props = Partial<MultiRegionPipelineProps>;

/** The templates of a pipeline, and of its standby. */
function templatesOf(propsIn: (stack: Stack) => Props): Record<string, any> {
  const app = testApp();
  const stack = new Stack(app, 'Deployment', { env: { region: HOME, account: '111122223333' } });
  new MultiRegionPipeline(stack, 'Pipeline', { source: GITHUB, stages: [{ system: skeleton() }], ...propsIn(stack) });
  return Object.fromEntries(app.synth().stacks.map(({ stackName, template }) => [stackName, template]));
}

const vpc = (id: string) => (stack: Stack) => Vpc.fromVpcAttributes(stack, `Vpc-${id}`, {
  vpcId: `vpc-0000000${id}`, availabilityZones: ['a', 'b'], privateSubnetIds: ['subnet-a', 'subnet-b'], publicSubnetIds: ['subnet-c', 'subnet-d'],
});

/** Props that the pipeline's props are made of. A function among them makes what it gives in the pipeline's stack. */
function subject(of: string, base: object, propsOf: (given: any) => Props, changes: Subject['changes']): Subject {
  const make = (given: object) => templatesOf(stack => propsOf(Object.fromEntries(Object.entries(given)
    .map(([prop, value]) => [prop, typeof value === 'function' ? value(stack) : value]))));
  return { of, base: () => base, make: (_, given) => make(given), changes };
}

/** Such a function, as a change: changes that are functions are called with the system before. */
const inStack = (value: (stack: Stack) => unknown) => () => value;
const inStage = (props: Partial<PipelineStageProps>): Props => ({ stages: [{ system: skeleton('Orders', 3), ...props }] });
/** Who approves is shown the commit, at the address of the repository. */
const APPROVED = inStage({ approval: true });
const connection = { connectionArn: connectionIn(HOME), standbyConnectionArn: connectionIn(STANDBY) };

export const PIPELINES: Subject[] = [
  subject('MultiRegionPipelineProps', {}, given => given, {
    source: PipelineSource.gitHub('example-org/other', { connectionArn: connectionIn(HOME) }),
    stages: [{ system: skeleton('Other') }],
    artifactRetention: Duration.days(17),
    buildComputeType: ComputeType.LARGE,
    encryptionKeyArns: { [HOME]: KEY },
    buildOptions: { environment: { A: 'b' } },
    buildTimeout: Duration.minutes(17),
    compliance: ComplianceMode.STRICT,
    deployTimeout: Duration.minutes(37),
    directory: 'app',
    installCommands: ['make'],
    logRetention: RetentionDays.ONE_WEEK,
    nodeVersion: '24',
    notificationSubscriptions: [AlarmSubscription.email('ops@example.com')],
    notificationTopic: inStack(stack => Topic.fromTopicArn(stack, 'Own', `arn:aws:sns:${HOME}:111122223333:own`)),
    pipelineName: 'other',
    qualifier: 'other',
    standbyRegion: STANDBY,
    synthCommands: ['make synth'],
    testCommands: ['make test'],
  }),
  subject('PipelineStageProps', {}, inStage, {
    system: skeleton('Other'),
    approval: true,
    bake: { duration: Duration.minutes(17) },
    deploymentWindow: { cron: '0 0 9 ? * MON-FRI *' },
    waves: [[STANDBY, 'eu-west-1']],
  }),
  subject('BakeProps', {}, bake => inStage({ bake }), { duration: Duration.minutes(17), alarmNames: { [HOME]: ['own'], [STANDBY]: ['own'], 'eu-west-1': ['own'] } }),
  subject('DeploymentWindow', { cron: '0 0 8 ? * MON-FRI *' }, deploymentWindow => inStage({ deploymentWindow }), { cron: '0 0 9 ? * MON-FRI *', timeZone: 'Australia/Sydney' }),
  subject('PipelineBuildProps', {}, buildOptions => ({ standbyRegion: STANDBY, buildOptions }), {
    cacheFolders: ['node_modules'],
    cdkCliVersion: '2.1148.1',
    codeArtifact: { domain: 'own', repository: 'npm' },
    environment: { A: 'b' },
    image: LinuxBuildImage.STANDARD_7_0,
    packageManager: PackageManager.PNPM,
    permissions: [new PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::own/a'] })],
    privileged: true,
    runtimeVersions: { python: '3.13' },
    secrets: { TOKEN: BuildSecret.fromSecretsManager('npm/token') },
    vpcConfig: inStack(stack => ({ vpc: vpc('a')(stack) })),
    standbyVpcConfig: inStack(stack => ({ vpc: vpc('a')(stack) })),
  }),
  subject('BuildVpcConfig', { vpc: vpc('a') }, vpcConfig => ({ buildOptions: { vpcConfig } }), {
    vpc: inStack(vpc('b')),
    securityGroups: inStack(stack => [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0000000a')]),
    subnetSelection: { subnetType: SubnetType.PUBLIC },
  }),
  subject('BuildCodeArtifactProps', { domain: 'own', repository: 'npm' }, codeArtifact => ({ buildOptions: { codeArtifact } }), {
    domain: 'other', repository: 'other', domainOwner: '444455556666', region: 'eu-west-1', tools: [CodeArtifactTool.PIP],
  }),
  subject('SecretsManagerOptions', {}, options => ({ buildOptions: { secrets: { TOKEN: BuildSecret.fromSecretsManager('npm/token', options) } } }), {
    encryptionKeyArn: KEY, jsonField: 'token', versionStage: 'AWSPREVIOUS',
  }),
  subject('ParameterStoreOptions', {}, options => ({ buildOptions: { secrets: { TOKEN: BuildSecret.fromParameterStore('/npm/token', options) } } }), { encryptionKeyArn: KEY }),
  subject('ConnectionSourceProps', connection, props => ({ source: PipelineSource.gitHub('example-org/orders', props), standbyRegion: STANDBY }), {
    branch: 'release', connectionArn: `${connectionIn(HOME)}0`, standbyConnectionArn: `${connectionIn(STANDBY)}0`, triggers: { tags: ['v*'] },
  }),
  subject('SelfManagedSourceProps', { ...connection, serverUrl: 'https://git.example.com' }, props => ({ ...APPROVED, source: PipelineSource.gitLabSelfManaged('example-org/orders', props) }), {
    serverUrl: 'https://code.example.com',
  }),
  subject('AzureDevOpsSourceProps', { ...connection, repositoryUrl: 'https://dev.azure.com/own/shop/_git/orders' }, props => ({ ...APPROVED, source: PipelineSource.azureDevOps('own/shop/orders', props) }), {
    repositoryUrl: 'https://dev.azure.com/own/shop/_git/other',
  }),
  subject('SourceTriggers', { tags: ['w*'] }, triggers => ({ source: PipelineSource.gitHub('example-org/orders', { ...connection, triggers }) }), {
    tags: ['v*'], paths: ['src/**'], pullRequestEvents: [GitPullRequestEvent.CLOSED],
  }),
];
