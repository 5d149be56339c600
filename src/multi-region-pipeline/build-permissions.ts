import { Stack } from 'aws-cdk-lib';
import { BuildEnvironmentVariable, BuildEnvironmentVariableType } from 'aws-cdk-lib/aws-codebuild';
import { IManagedPolicy, ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { BuildVpcConfig } from './build-props';
import { BuildSecret } from './build-secret';
import { BuildSettings, CodeArtifactSettings } from './build-settings';
import { acknowledge, wildcardFinding } from '../system/acknowledge';

/** Returns the environment variables of a build, as a pipeline in the region of a stack has them. */
export function buildEnvironment({ environment, secrets }: BuildSettings, stack: Stack): { [name: string]: BuildEnvironmentVariable } {
  return {
    ...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, { value }])),
    ...Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, variableOf(secret, stack)])),
  };
}

function variableOf({ _service: service, _id: id, _options: { jsonField = '', versionStage = '' } }: BuildSecret, stack: Stack): BuildEnvironmentVariable {
  if (service === 'ssm') return { type: BuildEnvironmentVariableType.PARAMETER_STORE, value: id };
  // empty parts at the end may be left out
  const value = [inRegion(id, stack.region), jsonField, versionStage].join(':').replace(/:+$/, '');
  return { type: BuildEnvironmentVariableType.SECRETS_MANAGER, value };
}

/** Returns the permissions to read the secrets, these and no others. */
export function secretStatements({ secrets }: BuildSettings, stack: Stack): PolicyStatement[] {
  const all = Object.values(secrets);
  return (['secretsmanager', 'ssm'] as const).flatMap(service => {
    const read = all.filter(({ _service }) => _service === service);
    const keys = new Set(read.flatMap(({ _options: { encryptionKeyArn: key } }) => (key === undefined ? [] : [inRegion(key, stack.region)])));
    return read.length === 0 ? [] : [
      new PolicyStatement({
        actions: [service === 'ssm' ? 'ssm:GetParameters' : 'secretsmanager:GetSecretValue'],
        resources: [...new Set(read.map(secret => arnOf(secret, stack)))],
      }),
      ...keys.size === 0 ? [] : [new PolicyStatement({
        actions: ['kms:Decrypt'],
        resources: [...keys],
        conditions: { StringEquals: { 'kms:ViaService': `${service}.${stack.region}.amazonaws.com` } },
      })],
    ];
  });
}

function arnOf({ _service: service, _id: id }: BuildSecret, stack: Stack): string {
  if (service === 'ssm') return stack.formatArn({ service, resource: 'parameter', resourceName: id.replace(/^\//, '') });
  // Secrets Manager appends six characters to the name
  return id.startsWith('arn:') ? inRegion(id, stack.region) : stack.formatArn({ service, resource: `secret:${id}-??????` });
}

/** Returns the ARN of the same secret or key in another region: that of a replica differs in nothing else. */
function inRegion(arn: string, region: string): string {
  return arn.startsWith('arn:') ? arn.split(':').map((part, i) => (i === 3 ? region : part)).join(':') : arn;
}

/**
 * Returns the permissions to install from a repository of CodeArtifact.
 *
 * @see https://docs.aws.amazon.com/codeartifact/latest/ug/auth-and-access-control-permissions-reference.html
 */
export function codeArtifactStatements({ domain, repository, domainOwner: account, region }: CodeArtifactSettings, stack: Stack): PolicyStatement[] {
  const arn = (resource: string, resourceName: string) => stack.formatArn({ service: 'codeartifact', region, account, resource, resourceName });
  return [
    new PolicyStatement({ actions: ['codeartifact:GetAuthorizationToken'], resources: [arn('domain', domain)] }),
    new PolicyStatement({ actions: ['codeartifact:GetRepositoryEndpoint', 'codeartifact:ReadFromRepository'], resources: [arn('repository', `${domain}/${repository}`)] }),
  ];
}

/** Creates the policy for the tokens of CodeArtifact. */
export function bearerTokenPolicy(scope: Construct): IManagedPolicy {
  return onEverything(scope, 'BearerToken', 'gets tokens of CodeArtifact', 'STS knows no resources for bearer tokens; the condition leaves CodeArtifact\'s', new PolicyStatement({
    actions: ['sts:GetServiceBearerToken'],
    resources: ['*'],
    conditions: { StringEquals: { 'sts:AWSServiceName': 'codeartifact.amazonaws.com' } },
  }));
}

/** Creates the policy for signing in at the account's registry of images. */
export function registryPolicy(scope: Construct): IManagedPolicy {
  return onEverything(scope, 'Registry', 'signs in at the registry of images', 'ECR knows no resources for tokens', new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }));
}

/**
 * Creates the policy for builds in a VPC.
 *
 * @see https://docs.aws.amazon.com/codebuild/latest/userguide/auth-and-access-control-iam-identity-based-access-control.html#customer-managed-policies-example-create-vpc-network-interface
 */
export function networkPolicy(scope: Construct, { vpc, subnetSelection }: BuildVpcConfig): IManagedPolicy {
  const stack = Stack.of(scope);
  const interfaces = { service: 'ec2', resource: 'network-interface', resourceName: '*' };
  const policy = onEverything(scope, 'Network', 'connects builds with the VPC', 'the interfaces have no names before CodeBuild makes them, and EC2 knows no resources for what describes; only CodeBuild may use them, in the given subnets',
    new PolicyStatement({
      actions: [
        'ec2:CreateNetworkInterface', 'ec2:DeleteNetworkInterface', 'ec2:DescribeDhcpOptions', 'ec2:DescribeNetworkInterfaces',
        'ec2:DescribeSecurityGroups', 'ec2:DescribeSubnets', 'ec2:DescribeVpcs',
      ],
      resources: ['*'],
    }),
    new PolicyStatement({
      actions: ['ec2:CreateNetworkInterfacePermission'],
      resources: [stack.formatArn(interfaces)],
      conditions: {
        StringEquals: {
          'ec2:AuthorizedService': 'codebuild.amazonaws.com',
          'ec2:Subnet': vpc.selectSubnets(subnetSelection).subnetIds.map(resourceName => stack.formatArn({ service: 'ec2', resource: 'subnet', resourceName })),
        },
      },
    }));
  acknowledge(policy, { id: wildcardFinding(stack, interfaces), reason: 'the interfaces have no names before CodeBuild makes them; only CodeBuild may use them, in the given subnets' });
  return policy;
}

/** Creates a managed policy, so that the wildcard is acknowledged where it is, and nowhere else. */
function onEverything(scope: Construct, id: string, description: string, reason: string, ...statements: PolicyStatement[]): ManagedPolicy {
  const policy = new ManagedPolicy(scope, id, { description, statements });
  acknowledge(policy, { id: 'AwsSolutions-IAM5[Resource::*]', reason });
  return policy;
}
