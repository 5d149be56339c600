import { Validations } from 'aws-cdk-lib';
import { IVpc } from 'aws-cdk-lib/aws-ec2';
import { RegionInfo } from 'aws-cdk-lib/region-info';
import { Construct } from 'constructs';
import { BuildCodeArtifactProps, CodeArtifactTool, PackageManager, PipelineBuildProps } from './build-props';
import { BuildSecret } from './build-secret';
import { BuildCommands } from './buildspec';
import { quote } from './shell';
import { invalidProp, requireLiteral } from '../system/errors';

/** The default commands of the package managers; `run` runs a command of the app, such as its CDK CLI. */
const COMMANDS: { [manager in PackageManager]: { readonly install: string[]; readonly test: string; readonly run: string } } = {
  [PackageManager.NPM]: { install: ['npm ci'], test: 'npm test', run: 'npx' },
  [PackageManager.PNPM]: { install: ['corepack enable', 'pnpm install --frozen-lockfile'], test: 'pnpm test', run: 'pnpm exec' },
  [PackageManager.YARN]: { install: ['corepack enable', 'yarn install --immutable'], test: 'yarn test', run: 'yarn exec' },
  [PackageManager.YARN_CLASSIC]: { install: ['yarn install --frozen-lockfile'], test: 'yarn test', run: 'yarn -s' },
};

/** The names that CodeBuild accepts for a variable, less those that it reserves. */
const VARIABLE = /^(?!CODEBUILD_)[A-Za-z_][A-Za-z0-9_]*$/;
const CREDENTIALS = /^AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/;
/** Without patterns, and a slash at the end. */
const FOLDER = /^[^*\s]*[^*\s/]$/;
const IMAGES = ['LINUX_CONTAINER', 'ARM_CONTAINER'];
const IMAGES_OF_CODEBUILD = /^aws\/codebuild\//;

export interface CodeArtifactSettings extends BuildCodeArtifactProps {
  readonly region: string;
  readonly tools: CodeArtifactTool[];
}

/** The settings of the build besides its commands; defaults included. */
export interface BuildSettings extends PipelineBuildProps {
  readonly environment: { [name: string]: string };
  readonly secrets: { [name: string]: BuildSecret };
  readonly cacheFolders: string[];
  readonly codeArtifact?: CodeArtifactSettings;
}

/** Returns the settings that the props amount to, for pipelines whose home is a region; throws if one is not acceptable. */
export function resolveBuild(owner: Construct, props: PipelineBuildProps = {}, home: string): BuildSettings {
  const { environment = {}, secrets = {}, cacheFolders = [], image } = props;
  for (const [name, value] of Object.entries(environment)) {
    requireVariable(owner, `buildOptions.environment.${name}`, name);
    if (CREDENTIALS.test(name)) {
      throw invalidProp(owner, `buildOptions.environment.${name}`, '...', 'no credentials of AWS: give the build permissions by buildOptions.permissions or buildRole');
    }
    requireLiteral(owner, `buildOptions.environment.${name}`, value, /^/, 'a literal text');
  }
  for (const [name, secret] of Object.entries(secrets)) {
    requireVariable(owner, `buildOptions.secrets.${name}`, name);
    if (name in environment) {
      throw invalidProp(owner, `buildOptions.secrets.${name}`, name, 'names that buildOptions.environment does not have');
    }
    requireSecret(owner, `buildOptions.secrets.${name}`, secret, home);
  }
  if (!Array.isArray(cacheFolders) || cacheFolders.some(folder => typeof folder !== 'string' || !FOLDER.test(folder))) {
    throw invalidProp(owner, 'buildOptions.cacheFolders', cacheFolders, 'folders, without patterns and a slash at the end');
  }
  for (const name of ['vpcConfig', 'standbyVpcConfig'] as const) {
    if (props[name] && typeof (props[name].vpc as Partial<IVpc> | undefined)?.selectSubnets !== 'function') {
      throw invalidProp(owner, `buildOptions.${name}.vpc`, props[name].vpc, 'a VPC in the region of the pipeline');
    }
  }
  if (image && !IMAGES.includes(image.type)) {
    throw invalidProp(owner, 'buildOptions.image', image.type, `an image of the type ${IMAGES.join(' or ')}, because the commands are for bash`);
  }
  return { ...props, environment, secrets, cacheFolders, codeArtifact: resolveCodeArtifact(owner, props, home) };
}

/** Warns of what the build of a standby pipeline lacks in its region, when that of the home is lost. */
export function warnOfStandbyBuild(owner: Construct, settings: BuildSettings, home: string, standby: string): void {
  const { secrets, vpcConfig, standbyVpcConfig, codeArtifact } = settings;
  const warn = (id: string, text: string) => Validations.of(owner).addWarning(`cdk-multi-region:${id}`, text);
  if (vpcConfig && !standbyVpcConfig) {
    warn('standbyVpcConfig', `the build of the standby pipeline runs in no VPC: set buildOptions.standbyVpcConfig to one in ${standby}`);
  }
  if (codeArtifact?.region === home) {
    warn('standbyCodeArtifact', `the build of the standby pipeline installs from CodeArtifact in ${home}, which is lost when the standby is needed: set buildOptions.codeArtifact.region to another region, with a domain of the same name`);
  }
  for (const [name, { _options: { encryptionKeyArn } }] of Object.entries(secrets)) {
    if (encryptionKeyArn !== undefined && !encryptionKeyArn.includes(':key/mrk-')) {
      warn(`standbyKey-${name}`, `buildOptions.secrets.${name} is encrypted with a key of ${home} alone: the build of the standby pipeline in ${standby} can only use a replica of a multi-Region key`);
    }
  }
}

/** Returns the commands of the package manager, and what they need. */
export function defaultCommands(owner: Construct, props: PipelineBuildProps = {}): Pick<BuildCommands, 'install' | 'test' | 'synth' | 'cdkCliVersion'> {
  const { packageManager = PackageManager.NPM, cdkCliVersion } = props;
  const commands = COMMANDS[packageManager];
  if (!commands) {
    throw invalidProp(owner, 'buildOptions.packageManager', packageManager, Object.values(PackageManager).join(', '));
  }
  if (cdkCliVersion !== undefined) {
    requireLiteral(owner, 'buildOptions.cdkCliVersion', cdkCliVersion, /^\d+\.\d+\.\d+$/, 'a version of the npm package aws-cdk, such as 2.1148.1');
  }
  // a CLI that is not the app's is found on the path, where Yarn's Plug'n'Play still has to be set up for the app
  const run = cdkCliVersion === undefined || packageManager === PackageManager.YARN ? [commands.run] : [];
  return { install: commands.install, test: [commands.test], synth: [[...run, 'cdk synth --quiet'].join(' ')], cdkCliVersion };
}

/** Returns the runtimes that CodeBuild sets up; an image of one's own has what it has. */
export function runtimes(owner: Construct, nodeVersion: string, props: PipelineBuildProps = {}): BuildCommands['runtimes'] {
  const { image, runtimeVersions = {} } = props;
  Object.entries(runtimeVersions).forEach(([runtime, version]) => {
    requireLiteral(owner, 'buildOptions.runtimeVersions', runtime, /^(?!nodejs$)[a-z]+$/, 'runtimes of CodeBuild, such as python; for Node.js set nodeVersion');
    requireLiteral(owner, `buildOptions.runtimeVersions.${runtime}`, version, /^[\w.]+$/, 'a version as CodeBuild calls it, such as 3.13');
  });
  return image && !IMAGES_OF_CODEBUILD.test(image.imageId) ? undefined : { nodejs: nodeVersion, ...runtimeVersions };
}

/**
 * Returns the commands that sign in at the repository that the build installs from.
 *
 * @see https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
 * @see https://docs.aws.amazon.com/codeartifact/latest/ug/npm-yarn.html
 */
export function signIn({ codeArtifact }: BuildSettings): string[] {
  if (!codeArtifact) return [];
  const { domain, repository, domainOwner, region, tools } = codeArtifact;
  const where = ['--domain', domain, ...domainOwner ? ['--domain-owner', domainOwner] : [], '--region', region].map(quoteUnlessFlag).join(' ');
  return tools.flatMap(tool => tool !== CodeArtifactTool.YARN ? [`aws codeartifact login --tool ${tool} ${where} --repository ${quote(repository)}`] : [
    // two commands each, so that a failure is one
    `YARN_NPM_AUTH_TOKEN=$(aws codeartifact get-authorization-token ${where} --query authorizationToken --output text)`,
    `YARN_NPM_REGISTRY_SERVER=$(aws codeartifact get-repository-endpoint ${where} --repository ${quote(repository)} --format npm --query repositoryEndpoint --output text)`,
    'export YARN_NPM_AUTH_TOKEN YARN_NPM_REGISTRY_SERVER YARN_NPM_ALWAYS_AUTH=true',
  ]);
}

function quoteUnlessFlag(word: string): string {
  return word.startsWith('--') ? word : quote(word);
}

function resolveCodeArtifact(owner: Construct, { codeArtifact, packageManager }: PipelineBuildProps, home: string): CodeArtifactSettings | undefined {
  if (codeArtifact === undefined) return undefined;
  const { domain, repository, domainOwner, region = home } = codeArtifact;
  const { tools = [packageManager === PackageManager.YARN ? CodeArtifactTool.YARN : CodeArtifactTool.NPM] } = codeArtifact;
  requireLiteral(owner, 'buildOptions.codeArtifact.domain', domain, /^[a-z][a-z0-9-]{0,48}[a-z0-9]$/, 'the literal name of a domain');
  requireLiteral(owner, 'buildOptions.codeArtifact.repository', repository, /^[A-Za-z0-9][A-Za-z0-9._-]{1,99}$/, 'the literal name of a repository');
  if (domainOwner !== undefined) {
    requireLiteral(owner, 'buildOptions.codeArtifact.domainOwner', domainOwner, /^\d{12}$/, 'the literal id of an account');
  }
  requireLiteral(owner, 'buildOptions.codeArtifact.region', region, /./, 'the literal name of an AWS region');
  if (RegionInfo.get(region).partition !== RegionInfo.get(home).partition) {
    throw invalidProp(owner, 'buildOptions.codeArtifact.region', region, 'a region of the partition of the pipeline');
  }
  const known = Object.values(CodeArtifactTool);
  if (!Array.isArray(tools) || tools.length === 0 || tools.some(tool => !known.includes(tool))) {
    throw invalidProp(owner, 'buildOptions.codeArtifact.tools', tools, `at least one of ${known.join(', ')}`);
  }
  return { ...codeArtifact, region, tools };
}

/** @see https://docs.aws.amazon.com/codebuild/latest/APIReference/API_EnvironmentVariable.html */
function requireVariable(owner: Construct, prop: string, name: string): void {
  requireLiteral(owner, prop, name, VARIABLE, 'names of letters, digits and underscores, none of which begins with a digit or with CODEBUILD_');
}

function requireSecret(owner: Construct, prop: string, secret: BuildSecret, home: string): void {
  if (!(secret instanceof BuildSecret)) {
    throw invalidProp(owner, prop, secret, 'BuildSecret.fromSecretsManager or BuildSecret.fromParameterStore');
  }
  const { _service: service, _id: id, _options: { jsonField, versionStage, encryptionKeyArn } } = secret;
  const partition = RegionInfo.get(home).partition ?? 'aws';
  if (service === 'ssm') {
    requireLiteral(owner, prop, id, /^\/?[\w.-]+(\/[\w.-]+)*$/, 'the literal name of a parameter');
  } else {
    requireLiteral(owner, prop, id, new RegExp(`^([\\w/+=.@-]+|arn:${partition}:secretsmanager:${home}:\\d{12}:secret:[\\w/+=.@-]+-[A-Za-z0-9]{6})$`), `the literal name of a secret, or the whole ARN of one in ${home}`);
  }
  for (const [option, value] of Object.entries({ jsonField, versionStage })) {
    if (value !== undefined) requireLiteral(owner, `${prop}.${option}`, value, /^[^:]+$/, 'a text without a colon');
  }
  if (encryptionKeyArn !== undefined) {
    requireLiteral(owner, `${prop}.encryptionKeyArn`, encryptionKeyArn, new RegExp(`^arn:${partition}:kms:${home}:\\d{12}:key/[\\w-]+$`), `the literal ARN of a key in ${home}`);
  }
}
