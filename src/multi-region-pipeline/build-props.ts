import { IBuildImage } from 'aws-cdk-lib/aws-codebuild';
import { ISecurityGroup, IVpc, SubnetSelection } from 'aws-cdk-lib/aws-ec2';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { BuildSecret } from './build-secret';

/** The package manager of an app. It decides the default commands. */
export enum PackageManager {
  /** Runs `npm ci`, `npm test` and `npx cdk synth`. */
  NPM = 'npm',
  /** Runs `pnpm install --frozen-lockfile`, `pnpm test` and `pnpm exec cdk synth`; corepack brings the version that `package.json` names. */
  PNPM = 'pnpm',
  /** Runs `yarn install --immutable`, `yarn test` and `yarn exec cdk synth`, for Yarn 2 or newer, Plug'n'Play or not; corepack brings the version that `package.json` names. */
  YARN = 'yarn',
  /** Runs `yarn install --frozen-lockfile`, `yarn test` and `yarn -s cdk synth`, for Yarn 1. */
  YARN_CLASSIC = 'yarn-classic',
}

/** The tool that is led to a repository of CodeArtifact. */
export enum CodeArtifactTool {
  /** Writes npm's registry and token into the configuration of the user, which pnpm and Yarn 1 read as well. */
  NPM = 'npm',
  /** Sets Yarn's registry and token in the environment, for Yarn 2 or newer. */
  YARN = 'yarn',
  /** Writes pip's index into the configuration of the user. */
  PIP = 'pip',
}

/** A repository of CodeArtifact that the build installs from. */
export interface BuildCodeArtifactProps {
  /** The name of the domain. */
  readonly domain: string;

  /** The name of the repository. */
  readonly repository: string;

  /**
   * The account of the domain. If it is another one, its policies must let the build read.
   *
   * @default - the account of the pipeline
   */
  readonly domainOwner?: string;

  /**
   * The region of the domain. While it is lost, nothing can be installed, by the standby pipeline neither.
   *
   * @default - the region of the pipeline
   */
  readonly region?: string;

  /**
   * The tools that install from it.
   *
   * @default - Yarn, if packageManager is that, else npm
   * @see https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html
   */
  readonly tools?: CodeArtifactTool[];
}

/** The network that a build runs in. CodeBuild gives it no public address, so that it needs a NAT gateway or endpoints. */
export interface BuildVpcConfig {
  /** The VPC: one of the pipeline's stack, or one that is imported into it. */
  readonly vpc: IVpc;

  /**
   * The subnets, private ones, at most 16.
   *
   * @default - all private subnets with a way out
   */
  readonly subnetSelection?: SubnetSelection;

  /**
   * The security groups, at most 5.
   *
   * @default - a new one that lets everything out and nothing in
   */
  readonly securityGroups?: ISecurityGroup[];
}

/** The environment and the permissions of the build. The deployments have none of it: they install nothing, and run nothing of the application's. */
export interface PipelineBuildProps {
  /**
   * The package manager of the app, which decides what the commands are by default.
   *
   * @default PackageManager.NPM
   */
  readonly packageManager?: PackageManager;

  /**
   * The version of the CDK CLI, the package `aws-cdk`, that is installed for the build and the deployments, such as `2.1148.1`: for an app that does not install one itself, such as one in Python.
   * It must know the assembly's schema: take one that is not older than the app's `aws-cdk-lib`.
   *
   * @default - the one that the app installs; without one, the build fails
   * @see https://docs.aws.amazon.com/cdk/v2/guide/versioning.html
   */
  readonly cdkCliVersion?: string;

  /**
   * Further runtimes, beside Node.js, such as `{ python: '3.13' }`.
   *
   * @default - Node.js only
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/available-runtimes.html
   */
  readonly runtimeVersions?: { [runtime: string]: string };

  /**
   * Environment variables in plain text. Who may see the project sees them.
   *
   * @default - `CI`, and what CodeBuild sets
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-env-vars.html
   */
  readonly environment?: { [name: string]: string };

  /**
   * Secrets in environment variables, by the name of the variable: the token of a private registry, for example, which an `.npmrc` in the repository refers to as `${NPM_TOKEN}`.
   * The build may read exactly these. Whoever can change the application's commands can read them as well.
   *
   * @default - no secrets
   */
  readonly secrets?: { [name: string]: BuildSecret };

  /**
   * Further permissions of the build, and of the standby pipeline's. For those that a `grant` method gives, use `buildRole` of the pipeline.
   *
   * @default - what the other properties need
   */
  readonly permissions?: PolicyStatement[];

  /**
   * The repository of CodeArtifact that the build installs from. It signs in before the install commands.
   *
   * @default - none
   */
  readonly codeArtifact?: BuildCodeArtifactProps;

  /**
   * The network that the build runs in.
   *
   * @default - none: the build reaches the internet, and nothing that is in a VPC
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/vpc-support.html
   */
  readonly vpcConfig?: BuildVpcConfig;

  /**
   * The network that the standby pipeline's build runs in: a VPC in the standby region that is imported by its literal ids.
   *
   * @default - none, with a warning if there are vpcConfig and a standby pipeline
   */
  readonly standbyVpcConfig?: BuildVpcConfig;

  /**
   * The image that the build runs in, with bash, Node.js and npm. In an image of your own, versions of runtimes are what it has: nodeVersion and runtimeVersions have no effect.
   *
   * @default - Amazon Linux 2023, the image `amazonlinux-x86_64-standard:5.0` of CodeBuild
   */
  readonly image?: IBuildImage;

  /**
   * Indicates whether the build may run Docker, for functions that the CDK bundles in a container, for example. Its container then has access to all
   * devices of its host.
   *
   * @default false
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/build-env-ref-compute-types.html
   */
  readonly privileged?: boolean;

  /**
   * The folders that are kept for the next build, such as `/root/.npm`, in the pipeline's bucket. Not on the machine, since releases are too seldom to find the same one again. What a build leaves there
   * reaches the next one, so keep only what the lock file has checksums of.
   *
   * @default - nothing is kept: each release is built from scratch
   * @see https://docs.aws.amazon.com/codebuild/latest/userguide/caching-s3.html
   */
  readonly cacheFolders?: string[];
}
