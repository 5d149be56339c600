/** The build's environment and permissions, none of which a deployment has. */
import { readFileSync } from 'fs';
import { join } from 'path';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { LinuxArmBuildImage, LinuxBuildImage, WindowsBuildImage } from 'aws-cdk-lib/aws-codebuild';
import { SecurityGroup, SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Repository } from 'aws-cdk-lib/aws-ecr';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { build, HOME, skeleton, text } from './support';
import {
  BuildSecret, CodeArtifactTool, MultiRegionPipeline, MultiRegionPipelineProps, PackageManager, PipelineBuildProps, PipelineSource,
} from '../../src/multi-region-pipeline';
import { expectNoFindings } from '../support/findings';
import { expectPropError, resources, testApp } from '../support/synth';

const KEY = `arn:aws:kms:${HOME}:111122223333:key/mrk-1a2b`;
const SECRET_ARN = `arn:aws:secretsmanager:${HOME}:999988887777:secret:shared/token-a1b2C3`;

const projects = (stack: Stack) => resources(Template.fromStack(stack), 'AWS::CodeBuild::Project').map(({ Properties }) => Properties);
const projectIn = (stack: Stack) => projects(stack).find(({ Name }) => Name.endsWith('-Build'));
const specIn = (stack: Stack) => JSON.parse(projectIn(stack).Source.BuildSpec);
const variablesIn = (stack: Stack) => Object.fromEntries((projectIn(stack).Environment.EnvironmentVariables ?? []).map(({ Name, Type, Value }: any) => [Name, `${Type} ${text(Value)}`]));

/** What the role of the build may, those of its managed policies included, one a line. */
function permissionsIn(stack: Stack): string[] {
  const all = Template.fromStack(stack).toJSON().Resources;
  const { Policies, ManagedPolicyArns = [] } = all[projectIn(stack).ServiceRole['Fn::GetAtt'][0]].Properties;
  const documents = [...Policies, ...ManagedPolicyArns.map(({ Ref }: any) => all[Ref].Properties)].map(({ PolicyDocument }: any) => PolicyDocument);
  return documents.flatMap(({ Statement }) => Statement).map(({ Action, Resource, Condition }: any) =>
    `${[Action].flat().join(', ')} on ${[Resource].flat().map(text).join(', ')}${Condition ? ` if ${JSON.stringify(Condition)}` : ''}`);
}

const withBuild = (buildOptions: PipelineBuildProps, more: Partial<MultiRegionPipelineProps> = {}) => build({}, { buildOptions, ...more });
/** What a build has beyond one without any of it. */
const added = (props: PipelineBuildProps) => {
  const usual = permissionsIn(build().stack);
  return permissionsIn(withBuild(props).stack).filter(line => !usual.includes(line));
};

describe('the build of MultiRegionPipeline', () => {
  test('has the documented defaults', () => {
    const { stack } = build();
    expect(projectIn(stack)).toMatchObject({ Environment: { Image: 'aws/codebuild/amazonlinux-x86_64-standard:5.0', PrivilegedMode: false }, Cache: { Type: 'NO_CACHE' } });
    expect(projectIn(stack).VpcConfig).toBeUndefined();
    expect(variablesIn(stack)).toEqual({});
    expect(specIn(stack).cache).toBeUndefined();
    expect(specIn(stack).env.variables.CI).toBe('true');
  });

  test.each([
    [PackageManager.NPM, ['npm ci'], ['npm test', 'npx cdk synth --quiet']],
    [PackageManager.PNPM, ['corepack enable', 'pnpm install --frozen-lockfile'], ['pnpm test', 'pnpm exec cdk synth --quiet']],
    [PackageManager.YARN, ['corepack enable', 'yarn install --immutable'], ['yarn test', 'yarn exec cdk synth --quiet']],
    [PackageManager.YARN_CLASSIC, ['yarn install --frozen-lockfile'], ['yarn test', 'yarn -s cdk synth --quiet']],
  ])('runs the commands of %s, unless it is given others', (packageManager, install, commands) => {
    const { phases } = specIn(withBuild({ packageManager }).stack);
    expect(phases.install.commands).toEqual(install);
    expect(phases.build.commands).toEqual(expect.arrayContaining(commands));
    const others = specIn(withBuild({ packageManager }, { installCommands: ['make'], testCommands: [], synthCommands: ['make synth'] }).stack).phases;
    expect(others.install.commands).toEqual(['make']);
    expect(others.build.commands).toContain('make synth');
    expect(others.build.commands).toEqual(expect.not.arrayContaining(commands));
  });

  test('brings a CDK CLI and further runtimes', () => {
    const { phases } = specIn(withBuild({ cdkCliVersion: '2.1148.1', runtimeVersions: { python: '3.13' } }).stack);
    expect(phases.install['runtime-versions']).toEqual({ nodejs: '22', python: '3.13' });
    expect(phases.build.commands).toEqual(expect.arrayContaining([expect.stringContaining('aws-cdk@2.1148.1'), 'cdk synth --quiet']));
    expect(specIn(withBuild({ cdkCliVersion: '2.1148.1', packageManager: PackageManager.YARN }).stack).phases.build.commands).toContain('yarn exec cdk synth --quiet');
  });

  test('has environment variables, and secrets that are in no template', () => {
    const { stack } = withBuild({
      environment: { STAGE: 'all' },
      secrets: {
        NPM_TOKEN: BuildSecret.fromSecretsManager('npm/token'),
        PASSWORD: BuildSecret.fromSecretsManager('proxy', { jsonField: 'password' }),
        OLD: BuildSecret.fromSecretsManager('proxy', { versionStage: 'AWSPREVIOUS' }),
        SHARED: BuildSecret.fromSecretsManager(SECRET_ARN, { jsonField: 'token' }),
        LICENCE: BuildSecret.fromParameterStore('/build/licence'),
      },
    });
    expect(variablesIn(stack)).toEqual({
      STAGE: 'PLAINTEXT all',
      NPM_TOKEN: 'SECRETS_MANAGER npm/token',
      PASSWORD: 'SECRETS_MANAGER proxy:password',
      OLD: 'SECRETS_MANAGER proxy::AWSPREVIOUS',
      SHARED: `SECRETS_MANAGER ${SECRET_ARN}:token`,
      LICENCE: 'PARAMETER_STORE /build/licence',
    });
  });

  test('may read exactly its secrets, and decrypt them where a key is given', () => {
    expect(added({
      secrets: {
        NPM_TOKEN: BuildSecret.fromSecretsManager('npm/token', { encryptionKeyArn: KEY }),
        AGAIN: BuildSecret.fromSecretsManager('npm/token', { encryptionKeyArn: KEY }),
        SHARED: BuildSecret.fromSecretsManager(SECRET_ARN),
        LICENCE: BuildSecret.fromParameterStore('/build/licence'),
      },
    })).toEqual([
      `secretsmanager:GetSecretValue on arn:<AWS::Partition>:secretsmanager:${HOME}:<AWS::AccountId>:secret:npm/token-??????, ${SECRET_ARN}`,
      `kms:Decrypt on ${KEY} if {"StringEquals":{"kms:ViaService":"secretsmanager.${HOME}.amazonaws.com"}}`,
      `ssm:GetParameters on arn:<AWS::Partition>:ssm:${HOME}:<AWS::AccountId>:parameter/build/licence`,
    ]);
    expect(added({ secrets: { LICENCE: BuildSecret.fromParameterStore('licence', { encryptionKeyArn: KEY }) } })).toEqual([
      `ssm:GetParameters on arn:<AWS::Partition>:ssm:${HOME}:<AWS::AccountId>:parameter/licence`,
      `kms:Decrypt on ${KEY} if {"StringEquals":{"kms:ViaService":"ssm.${HOME}.amazonaws.com"}}`,
    ]);
  });

  test('may what it is given, by statements and by grants, in the pipeline and in its standby', () => {
    const statement = new PolicyStatement({ actions: ['route53:ListHostedZonesByName'], resources: ['arn:aws:route53:::hostedzone/Z1'] });
    const { stack, pipeline } = withBuild({ permissions: [statement] }, { standbyRegion: 'us-west-2' });
    const both = [[stack, pipeline.buildRole], [pipeline.standbyStack!, pipeline.standbyBuildRole!]] as const;
    both.forEach(([of, role]) => Bucket.fromBucketName(of, 'Packages', 'packages').grantRead(role, 'npm/*'));
    for (const [of] of both) {
      const permissions = permissionsIn(of).join('\n');
      expect(permissions).toContain('route53:ListHostedZonesByName on arn:aws:route53:::hostedzone/Z1');
      expect(permissions).toMatch(/s3:GetObject\*.* on arn:<AWS::Partition>:s3:::packages, arn:<AWS::Partition>:s3:::packages\/npm\/\*/);
      Template.fromStack(of).resourceCountIs('AWS::IAM::Policy', 0);
    }
    expect(build().pipeline.standbyBuildRole).toBeUndefined();
  });

  test.each([
    [{}, [`aws codeartifact login --tool npm --domain 'acme' --region '${HOME}' --repository 'all'`]],
    [{ domainOwner: '999988887777', region: 'us-east-1', tools: [CodeArtifactTool.NPM, CodeArtifactTool.PIP] }, ['npm', 'pip'].map(tool =>
      `aws codeartifact login --tool ${tool} --domain 'acme' --domain-owner '999988887777' --region 'us-east-1' --repository 'all'`)],
    [{ tools: [CodeArtifactTool.YARN] }, [
      `YARN_NPM_AUTH_TOKEN=$(aws codeartifact get-authorization-token --domain 'acme' --region '${HOME}' --query authorizationToken --output text)`,
      `YARN_NPM_REGISTRY_SERVER=$(aws codeartifact get-repository-endpoint --domain 'acme' --region '${HOME}' --repository 'all' --format npm --query repositoryEndpoint --output text)`,
      'export YARN_NPM_AUTH_TOKEN YARN_NPM_REGISTRY_SERVER YARN_NPM_ALWAYS_AUTH=true',
    ]],
  ])('signs in at CodeArtifact with %j before it installs', (props, commands) => {
    const codeArtifact = { domain: 'acme', repository: 'all', ...props };
    expect(specIn(withBuild({ codeArtifact }).stack).phases.install.commands).toEqual([...commands, 'npm ci']);
  });

  test('installs by Yarn from CodeArtifact when that is its package manager', () => {
    const { stack } = withBuild({ packageManager: PackageManager.YARN, codeArtifact: { domain: 'acme', repository: 'all' } });
    expect(specIn(stack).phases.install.commands[0]).toContain('YARN_NPM_AUTH_TOKEN');
  });

  test('may read from its repository of CodeArtifact', () => {
    expect(added({ codeArtifact: { domain: 'acme', repository: 'all', domainOwner: '999988887777', region: 'us-east-1' } })).toEqual([
      'codeartifact:GetAuthorizationToken on arn:<AWS::Partition>:codeartifact:us-east-1:999988887777:domain/acme',
      'codeartifact:GetRepositoryEndpoint, codeartifact:ReadFromRepository on arn:<AWS::Partition>:codeartifact:us-east-1:999988887777:repository/acme/all',
      'sts:GetServiceBearerToken on * if {"StringEquals":{"sts:AWSServiceName":"codeartifact.amazonaws.com"}}',
    ]);
  });

  test('keeps folders for the next build in the pipeline\'s bucket', () => {
    const { stack } = withBuild({ cacheFolders: ['/root/.npm'] });
    expect(specIn(stack).cache).toEqual({ paths: ['/root/.npm/**/*'] });
    expect(projectIn(stack).Cache).toEqual({ Type: 'S3', Location: { 'Fn::Join': ['/', [{ Ref: expect.stringContaining('ArtifactsBucket') }, 'cache']] } });
    expect(added({ cacheFolders: ['/root/.npm'] })).toEqual([expect.stringMatching(/^s3:ListBucket on <PipelineRegionalArtifactsBucket\w+\.Arn>$/)]);
  });

  test('may run Docker, in another image, on request', () => {
    const { stack } = withBuild({ privileged: true, image: LinuxArmBuildImage.AMAZON_LINUX_2023_STANDARD_3_0 }, { buildComputeType: 'BUILD_GENERAL1_LARGE' as any });
    expect(projectIn(stack).Environment).toMatchObject({ PrivilegedMode: true, Type: 'ARM_CONTAINER', ComputeType: 'BUILD_GENERAL1_LARGE' });
    expect(specIn(stack).phases.install['runtime-versions']).toEqual({ nodejs: '22' });
  });

  test('may get an image of a private registry, with the runtimes that it has', () => {
    const stack = new Stack(testApp(), 'Deployment', { env: { region: HOME } });
    const image = LinuxBuildImage.fromEcrRepository(Repository.fromRepositoryName(stack, 'Images', 'build-images'), '7');
    new MultiRegionPipeline(stack, 'Pipeline', { source: SOURCE, stages: [{ system: skeleton() }], buildOptions: { image } });
    expect(specIn(stack).phases.install['runtime-versions']).toBeUndefined();
    expect(permissionsIn(stack)).toEqual(expect.arrayContaining([
      `ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer on arn:<AWS::Partition>:ecr:${HOME}:<AWS::AccountId>:repository/build-images`,
      'ecr:GetAuthorizationToken on *',
    ]));
    expectNoFindings(stack);
  });
});

const SOURCE = PipelineSource.gitHub('a/b', { connectionArn: `arn:aws:codeconnections:${HOME}:111122223333:connection/1b2c3d4e` });

const VPC_IDS: Record<string, string> = { [HOME]: 'vpc-0000000a', 'us-west-2': 'vpc-0000000b' };

/** A pipeline whose build has everything, in a VPC as it would be looked up. */
function everything(app = testApp(), standbyRegion?: string) {
  const stack = new Stack(app, 'Deployment', { env: { region: HOME } });
  const vpcIn = (id: string, region: string, zones: string[]) => Vpc.fromVpcAttributes(stack, id, {
    vpcId: VPC_IDS[region], availabilityZones: zones, privateSubnetIds: zones.map(zone => `subnet-0000000${zone}`),
  });
  const vpc = vpcIn('Vpc', HOME, ['a', 'b']);
  const pipeline = new MultiRegionPipeline(stack, 'Pipeline', {
    source: SOURCE,
    stages: [{ system: skeleton() }],
    standbyRegion,
    buildOptions: {
      environment: { STAGE: 'all' },
      secrets: { TOKEN: BuildSecret.fromSecretsManager(SECRET_ARN, { encryptionKeyArn: KEY }), LICENCE: BuildSecret.fromParameterStore('/licence') },
      codeArtifact: { domain: 'acme', repository: 'all' },
      vpcConfig: { vpc, subnetSelection: { subnetType: SubnetType.PRIVATE_WITH_EGRESS } },
      standbyVpcConfig: { vpc: vpcIn('StandbyVpc', 'us-west-2', ['c']), securityGroups: [SecurityGroup.fromSecurityGroupId(stack, 'Group', 'sg-0000000a')] },
      privileged: true,
      cacheFolders: ['/root/.npm'],
      runtimeVersions: { python: '3.13' },
      image: LinuxBuildImage.fromDockerRegistry('registry.example.com/build:7', { secretsManagerCredentials: Secret.fromSecretCompleteArn(stack, 'Registry', `arn:aws:secretsmanager:${HOME}:111122223333:secret:registry-a1b2c3`) }),
    },
  });
  return { app, stack, pipeline };
}

describe('a build that has everything', () => {
  const { CDK_VALIDATION } = process.env;
  afterEach(() => { Object.assign(process.env, { CDK_VALIDATION }); });

  test('runs in the subnets of the VPC, for which it may make interfaces, by CodeBuild alone', () => {
    const { stack } = everything();
    expect(projectIn(stack).VpcConfig).toMatchObject({ VpcId: 'vpc-0000000a', Subnets: ['subnet-0000000a', 'subnet-0000000b'], SecurityGroupIds: [{ 'Fn::GetAtt': [expect.any(String), 'GroupId'] }] });
    const permissions = permissionsIn(stack).filter(line => line.startsWith('ec2:'));
    expect(permissions).toEqual([
      'ec2:CreateNetworkInterface, ec2:DeleteNetworkInterface, ec2:DescribeDhcpOptions, ec2:DescribeNetworkInterfaces, ec2:DescribeSecurityGroups, ec2:DescribeSubnets, ec2:DescribeVpcs on *',
      expect.stringContaining(`ec2:CreateNetworkInterfacePermission on arn:<AWS::Partition>:ec2:${HOME}:<AWS::AccountId>:network-interface/* if {"StringEquals":{"ec2:AuthorizedService":"codebuild.amazonaws.com","ec2:Subnet":[`),
    ]);
    expect(permissions[1]).toContain(':subnet/subnet-0000000b');
    Template.fromStack(stack).resourceCountIs('AWS::IAM::Policy', 0);
    // the project waits for its role, and the role for its policies
    const all = Template.fromStack(stack).toJSON().Resources;
    const dependencies = Object.values<any>(all).filter(({ Type }) => Type === 'AWS::CodeBuild::Project').flatMap(({ DependsOn = [] }) => DependsOn);
    expect(dependencies.filter(id => !(id in all))).toEqual([]);
  });

  test('leaves the deployments as they are', () => {
    const deployments = (stack: Stack) => projects(stack).filter(({ Name }) => !Name.endsWith('-Build'));
    const roles = (stack: Stack) => Object.entries<any>(Template.fromStack(stack).toJSON().Resources)
      .filter(([id, { Type }]) => Type === 'AWS::IAM::Role' && !id.includes('Build')).map(([, role]) => role);
    expect(deployments(everything().stack)).toEqual(deployments(build().stack));
    expect(roles(everything().stack)).toEqual(roles(build().stack));
  });

  test.each([[undefined], ['us-west-2']])('has no finding, with the standby %s, and passes the CDK\'s own validation', standbyRegion => {
    process.env.CDK_VALIDATION = 'true';
    const { app } = everything(testApp(), standbyRegion);
    const { directory } = app.synth();
    expect(JSON.parse(readFileSync(join(directory, 'validation-report.json'), 'utf8')).pluginReports).toEqual([]);
    expectNoFindings(app);
  });

  test('has its own network, secrets and keys in the region of the standby', () => {
    const { stack, pipeline } = everything(testApp(), 'us-west-2');
    const standby = pipeline.standbyStack!;
    expect(projectIn(standby).VpcConfig).toEqual({ VpcId: 'vpc-0000000b', Subnets: ['subnet-0000000c'], SecurityGroupIds: ['sg-0000000a'] });
    expect(variablesIn(standby).TOKEN).toBe(`SECRETS_MANAGER ${SECRET_ARN.replace(HOME, 'us-west-2')}`);
    const permissions = permissionsIn(standby).filter(line => /^(secretsmanager|ssm|kms:Decrypt on arn)/.test(line)).join('\n');
    expect(permissions).toContain(`GetSecretValue on ${SECRET_ARN.replace(HOME, 'us-west-2')}`);
    expect(permissions).toContain(`kms:Decrypt on ${KEY.replace(HOME, 'us-west-2')} if`);
    expect(permissions).toContain(':ssm:us-west-2:');
    expect(specIn(standby)).toEqual(specIn(stack));
  });
});

describe('the build of the standby pipeline', () => {
  const warnings = (props: PipelineBuildProps) => Annotations.fromStack(withBuild(props, { standbyRegion: 'us-west-2' }).stack);

  test('is warned of what it lacks when the region of the pipeline is lost', () => {
    const codeArtifact = { domain: 'acme', repository: 'all' };
    warnings({ codeArtifact }).hasWarning('*', Match.stringLikeRegexp(`CodeArtifact in ${HOME}, which is lost`));
    const { vpcConfig, ...others } = { vpcConfig: 1, codeArtifact: { ...codeArtifact, region: 'us-west-2' } };
    warnings({ ...others, secrets: { TOKEN: BuildSecret.fromSecretsManager('token', { encryptionKeyArn: KEY }) } }).hasNoWarning('*', Match.anyValue());
    warnings({ secrets: { TOKEN: BuildSecret.fromSecretsManager('token', { encryptionKeyArn: KEY.replace('mrk-', '') }) } })
      .hasWarning('*', Match.stringLikeRegexp('buildOptions.secrets.TOKEN is encrypted with a key of ap-southeast-2 alone'));
  });

  test('is warned of when it runs in no VPC and the other does', () => {
    const app = testApp();
    const stack = new Stack(app, 'Deployment', { env: { region: HOME } });
    const vpc = Vpc.fromVpcAttributes(stack, 'Vpc', { vpcId: 'vpc-1', availabilityZones: ['a'], privateSubnetIds: ['subnet-a'] });
    new MultiRegionPipeline(stack, 'Pipeline', { source: SOURCE, stages: [{ system: skeleton() }], standbyRegion: 'us-west-2', buildOptions: { vpcConfig: { vpc } } });
    Annotations.fromStack(stack).hasWarning('*', Match.stringLikeRegexp('the build of the standby pipeline runs in no VPC: set buildOptions.standbyVpcConfig to one in us-west-2'));
  });
});

describe('MultiRegionPipeline throws for the build', () => {
  const secret = (id: string, options = {}) => ({ secrets: { TOKEN: BuildSecret.fromSecretsManager(id, options) } });
  const artifact = (props: object) => ({ codeArtifact: { domain: 'acme', repository: 'all', ...props } });

  test.each<[object, string, string, string]>([
    [{ packageManager: 'bun' }, 'packageManager', '"bun"', 'npm, pnpm, yarn, yarn-classic'],
    [{ cdkCliVersion: 'latest' }, 'cdkCliVersion', '"latest"', 'such as 2.1148.1'],
    [{ runtimeVersions: { nodejs: '22' } }, 'runtimeVersions', '"nodejs"', 'set nodeVersion'],
    [{ runtimeVersions: { python: '3 13' } }, 'runtimeVersions.python', '"3 13"', 'such as 3.13'],
    [{ environment: { '1A': 'x' } }, 'environment.1A', '"1A"', 'letters, digits and underscores'],
    [{ environment: { CODEBUILD_X: 'x' } }, 'environment.CODEBUILD_X', '"CODEBUILD_X"', 'CODEBUILD_'],
    [{ environment: { AWS_SECRET_ACCESS_KEY: 'x' } }, 'environment.AWS_SECRET_ACCESS_KEY', '"..."', 'no credentials of AWS'],
    [{ environment: { STAGE: 1 } }, 'environment.STAGE', '1', 'a literal text'],
    [{ environment: { TOKEN: 'x' }, ...secret('a') }, 'secrets.TOKEN', '"TOKEN"', 'names that buildOptions.environment does not have'],
    [{ secrets: { TOKEN: 'npm/token' } }, 'secrets.TOKEN', '"npm/token"', 'BuildSecret.fromSecretsManager'],
    [secret(''), 'secrets.TOKEN', '""', 'the literal name of a secret'],
    [secret('npm token'), 'secrets.TOKEN', '"npm token"', 'the literal name of a secret'],
    [secret(SECRET_ARN.replace(HOME, 'us-east-1')), 'secrets.TOKEN', 'us-east-1', `of one in ${HOME}`],
    [secret(SECRET_ARN.replace(/-\w{6}$/, '')), 'secrets.TOKEN', 'shared/token', 'the whole ARN'],
    [secret('a', { jsonField: 'a:b' }), 'secrets.TOKEN.jsonField', '"a:b"', 'without a colon'],
    [secret('a', { encryptionKeyArn: 'alias/npm' }), 'secrets.TOKEN.encryptionKeyArn', '"alias/npm"', `the literal ARN of a key in ${HOME}`],
    [{ secrets: { TOKEN: BuildSecret.fromParameterStore(`arn:aws:ssm:${HOME}:111122223333:parameter/a`) } }, 'secrets.TOKEN', 'arn:aws:ssm', 'the literal name of a parameter'],
    [artifact({ domain: 'Acme' }), 'codeArtifact.domain', '"Acme"', 'the literal name of a domain'],
    [artifact({ repository: '' }), 'codeArtifact.repository', '""', 'the literal name of a repository'],
    [artifact({ domainOwner: 'acme' }), 'codeArtifact.domainOwner', '"acme"', 'the literal id of an account'],
    [artifact({ region: 'nowhere' }), 'codeArtifact.region', '"nowhere"', 'of the partition of the pipeline'],
    [artifact({ tools: [] }), 'codeArtifact.tools', '[]', 'npm, yarn, pip'],
    [{ cacheFolders: ['/root/.npm/**'] }, 'cacheFolders', '["/root/.npm/**"]', 'without patterns'],
    [{ cacheFolders: '/root/.npm' }, 'cacheFolders', '"/root/.npm"', 'folders'],
    [{ image: WindowsBuildImage.WIN_SERVER_CORE_2022_BASE_3_0 }, 'image', '"WINDOWS_SERVER_2022_CONTAINER"', 'LINUX_CONTAINER or ARM_CONTAINER'],
  ])('%#: %j', (props, prop, value, allowed) => expectPropError(() => withBuild(props as PipelineBuildProps), `buildOptions.${prop}`, value, allowed, 'Deployment/Pipeline'));

  test('a name that makes the name of a project too long', () => {
    const name = 'p'.repeat(95);
    expectPropError(() => build({ stage: { system: skeleton('Orders'.repeat(6)) } }, { pipelineName: name }), 'pipelineName', name, 'at most 93 characters, because CodeBuild\'s projects', 'Deployment/Pipeline');
    expect(() => build({}, { pipelineName: 'p'.repeat(100) })).not.toThrow();
  });
});
