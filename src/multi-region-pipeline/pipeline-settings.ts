import { Duration, Token } from 'aws-cdk-lib';
import { ComputeType } from 'aws-cdk-lib/aws-codebuild';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { BuildCommands } from './buildspec';
import { SystemPlan } from './deployment-plan';
import { MultiRegionPipelineProps } from './pipeline-props';
import { PipelineSource } from './pipeline-source';
import { ComplianceMode } from '../system/compliance-mode';
import { invalidProp, requireLiteral } from '../system/errors';

/** What a pipeline and its standby have in common, defaults included. */
export interface PipelineSettings {
  readonly pipelineName: string;
  readonly source: PipelineSource;
  readonly commands: BuildCommands;
  readonly qualifier?: string;
  readonly buildComputeType: ComputeType;
  readonly buildTimeout: Duration;
  readonly deployTimeout: Duration;
  readonly artifactRetention: Duration;
  readonly logRetention: RetentionDays;
  readonly isStrict: boolean;
}

/** The settings that the props amount to; throws if one is not acceptable. */
export function resolveSettings(owner: Construct, props: MultiRegionPipelineProps, plans: SystemPlan[]): PipelineSettings {
  const { directory = '.', nodeVersion = '22', qualifier, artifactRetention = Duration.days(365) } = props;
  requireLiteral(owner, 'directory', directory, /^(\.|[^\s/'".][^'"]*)$/, 'a folder in the repository, without a slash in front');
  requireLiteral(owner, 'nodeVersion', nodeVersion, /^\d+$/, 'a major version of Node.js, such as 22');
  if (qualifier !== undefined) {
    requireLiteral(owner, 'qualifier', qualifier, /^[A-Za-z0-9_-]{1,10}$/, 'at most 10 letters, digits, hyphens and underscores');
  }
  if (artifactRetention.toDays({ integral: false }) < 1) {
    throw invalidProp(owner, 'artifactRetention', artifactRetention.toHumanString(), 'at least 1 day');
  }
  return {
    pipelineName: resolveName(owner, props),
    source: props.source,
    commands: {
      install: requireCommands(owner, 'installCommands', props.installCommands ?? ['npm ci']),
      test: requireCommands(owner, 'testCommands', props.testCommands ?? ['npm test']),
      synth: requireCommands(owner, 'synthCommands', props.synthCommands ?? ['npx cdk synth --quiet']),
      directory,
      nodeVersion,
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
  };
}

function resolveName(owner: Construct, { pipelineName }: MultiRegionPipelineProps): string {
  const name = pipelineName ?? owner.node.path.split('/').join('-');
  // the names of CodeBuild's projects begin with it, and take no dots
  requireLiteral(owner, pipelineName === undefined ? 'path, which makes the pipelineName,' : 'pipelineName', name, /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/,
    'at most 100 letters, digits, hyphens and underscores');
  return name;
}

function requireCommands(owner: Construct, prop: string, commands: string[]): string[] {
  if (!Array.isArray(commands) || commands.some(command => typeof command !== 'string' || command.trim() === '' || Token.isUnresolved(command))) {
    throw invalidProp(owner, prop, commands, 'literal commands, none empty');
  }
  return commands;
}

function requireTimeout(owner: Construct, prop: string, timeout: Duration): Duration {
  if (timeout.toMinutes({ integral: false }) < 5 || timeout.toHours({ integral: false }) > 36) {
    throw invalidProp(owner, prop, timeout.toHumanString(), 'from 5 minutes to 36 hours, as CodeBuild has it');
  }
  return timeout;
}
