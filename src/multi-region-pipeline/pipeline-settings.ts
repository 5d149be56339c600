import { Duration, Stack, Token } from 'aws-cdk-lib';
import { ComputeType } from 'aws-cdk-lib/aws-codebuild';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BuildSettings, defaultCommands, resolveBuild, runtimes, signIn } from './build-settings';
import { BuildCommands } from './buildspec';
import { SystemPlan } from './deployment-plan';
import { MultiRegionPipelineProps } from './pipeline-props';
import { PipelineSource } from './pipeline-source';
import { ComplianceMode } from '../system/compliance-mode';
import { requireKeyArns } from '../system/encryption-keys';
import { invalidProp, requireLiteral } from '../system/errors';
import { requireRetention } from '../system/ranges';

/**
 * The longest time of an action of CodeBuild. CodeBuild itself would go on for 36 hours, while the pipeline has given up and may begin the next deployment.
 *
 * @see https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
 */
const MAX_HOURS = 8;

/**
 * The most characters of the name of a CodeBuild project. A report group takes 128: that of the build is named in fewer.
 *
 * @see https://docs.aws.amazon.com/codebuild/latest/APIReference/API_CreateProject.html
 */
const MAX_PROJECT_NAME = 150;

/** The settings that a pipeline and its standby have in common, defaults included. */
export interface PipelineSettings {
  readonly pipelineName: string;
  readonly source: PipelineSource;
  readonly commands: BuildCommands;
  readonly build: BuildSettings;
  readonly nodeVersion: string;
  readonly qualifier?: string;
  readonly buildComputeType: ComputeType;
  readonly buildTimeout: Duration;
  readonly deployTimeout: Duration;
  readonly artifactRetention: Duration;
  readonly logRetention: RetentionDays;
  readonly isStrict: boolean;
  readonly encryptionKeyArns?: { [region: string]: string };
}

/** Returns the settings that the props amount to; throws if one is not acceptable. */
export function resolveSettings(owner: Construct, props: MultiRegionPipelineProps, plans: SystemPlan[]): PipelineSettings {
  const { directory = '.', nodeVersion = '22', qualifier, artifactRetention = Duration.days(365) } = props;
  requireLiteral(owner, 'directory', directory, /^(\.|[^\s/'".][^'"]*)$/, 'a folder in the repository, without a slash in front');
  requireLiteral(owner, 'nodeVersion', nodeVersion, /^\d+$/, 'a major version of Node.js, such as 22');
  if (qualifier !== undefined) {
    requireLiteral(owner, 'qualifier', qualifier, /^[A-Za-z0-9_-]{1,10}$/, 'at most 10 letters, digits, hyphens and underscores');
  }
  requireRetention(owner, 'logRetention', props.logRetention);
  const { standbyRegion } = props;
  requireKeyArns(owner, 'encryptionKeyArns', [Stack.of(owner).region, ...standbyRegion === undefined ? [] : [standbyRegion]], props.encryptionKeyArns);
  if (artifactRetention.isUnresolved() || artifactRetention.toDays({ integral: false }) < 1) {
    throw invalidProp(owner, 'artifactRetention', artifactRetention.toHumanString(), 'at least 1 day');
  }
  const build = resolveBuild(owner, props.buildOptions, Stack.of(owner).region);
  const defaults = defaultCommands(owner, props.buildOptions);
  return {
    pipelineName: resolveName(owner, props, plans),
    source: props.source,
    build,
    nodeVersion,
    commands: {
      signIn: signIn(build),
      install: requireCommands(owner, 'installCommands', props.installCommands ?? defaults.install),
      test: requireCommands(owner, 'testCommands', props.testCommands ?? defaults.test),
      synth: requireCommands(owner, 'synthCommands', props.synthCommands ?? defaults.synth),
      cdkCliVersion: defaults.cdkCliVersion,
      directory,
      runtimes: runtimes(owner, nodeVersion, props.buildOptions),
      cacheFolders: build.cacheFolders,
      stackIds: Object.fromEntries(plans.map(({ system, stages }) =>
        [system.node.path, stages.flatMap(stage => stage.deployments.map(({ stackId }) => stackId))])),
    },
    qualifier,
    buildComputeType: props.buildComputeType ?? ComputeType.MEDIUM,
    buildTimeout: requireTimeout(owner, 'buildTimeout', props.buildTimeout ?? Duration.hours(1)),
    deployTimeout: requireTimeout(owner, 'deployTimeout', props.deployTimeout ?? Duration.hours(1)),
    artifactRetention,
    logRetention: props.logRetention ?? RetentionDays.SIX_MONTHS,
    isStrict: props.compliance === ComplianceMode.STRICT,
    encryptionKeyArns: props.encryptionKeyArns,
  };
}

function resolveName(owner: Construct, { pipelineName }: MultiRegionPipelineProps, plans: SystemPlan[]): string {
  const name = pipelineName ?? owner.node.path.split('/').join('-');
  const prop = pipelineName === undefined ? 'path, which makes the pipelineName,' : 'pipelineName';
  // the names of CodeBuild's projects begin with it, and take no dots
  requireLiteral(owner, prop, name, /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/, 'at most 100 letters, digits, hyphens and underscores');
  const stackNames = plans.flatMap(({ stages }) => stages.flatMap(({ deployments }) => deployments.map(({ stackName }) => stackName)));
  const longest = Math.max(...stackNames.map(({ length }) => length));
  if (name.length + 1 + longest > MAX_PROJECT_NAME) {
    throw invalidProp(owner, prop, name, `at most ${MAX_PROJECT_NAME - 1 - longest} characters, because CodeBuild's projects are named after it and the stacks, in ${MAX_PROJECT_NAME} characters at most; the longest name of a stack is ${stackNames.find(({ length }) => length === longest)}`);
  }
  return name;
}

function requireCommands(owner: Construct, prop: string, commands: string[]): string[] {
  if (!Array.isArray(commands) || commands.some(command => typeof command !== 'string' || command.trim() === '' || Token.isUnresolved(command))) {
    throw invalidProp(owner, prop, commands, 'literal commands, none empty');
  }
  return commands;
}

function requireTimeout(owner: Construct, prop: string, timeout: Duration): Duration {
  if (timeout.isUnresolved() || timeout.toMinutes({ integral: false }) < 5 || timeout.toHours({ integral: false }) > MAX_HOURS) {
    throw invalidProp(owner, prop, timeout.toHumanString(), `from 5 minutes, as CodeBuild has it, to ${MAX_HOURS} hours, as CodePipeline has it for an action of CodeBuild`);
  }
  return timeout;
}
