import { LOST, TARGET_REGION, UNHEALTHY } from './constants';
import { quote } from './shell';
import { AT_ONCE, GRADUAL, TRAFFIC_SHIFT } from '../system/traffic-shift';

/**
 * The commands of all actions, as CodeBuild runs them. Nothing in here comes from the application's content or from a token, so that the pipeline
 * stays the same whatever it deploys, and so that anyone can run the same commands.
 */

/** The output of the build: the assembly, and the CDK CLI that is to deploy it. An archive, because a zip of CodeBuild's loses links and modes. */
const ARCHIVE = 'assembly.tgz';
const CLOUD_ASSEMBLY = 'cdk.out';
const REPORTS = 'test-reports';

/** The paths of the stacks that the CLI listed: it writes "path (name)". */
const LISTED = 'sed \'s/ (.*//\' <<< "$listed"';

const QUIET = { CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: 'true' };

/**
 * Copies the CDK CLI out of what the app has installed, wherever its package manager keeps it: behind links, or in an archive of Yarn's Plug'n'Play, which only Yarn's own loader reads. The package needs
 * nothing beside it.
 */
const COPY_CLI = [
  'const { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } = require("fs");',
  'const { dirname, join } = require("path");',
  'for (let dir = process.cwd(), last; dir !== last; last = dir, dir = dirname(dir)) {',
  '  if (existsSync(join(dir, ".pnp.cjs"))) { require(join(dir, ".pnp.cjs")).setup(); break; }',
  '}',
  'const copy = (from, to) => {',
  '  if (!statSync(from).isDirectory()) return writeFileSync(to, readFileSync(from));',
  '  mkdirSync(to, { recursive: true });',
  '  readdirSync(from).forEach(name => copy(join(from, name), join(to, name)));',
  '};',
  'let cli;',
  'try {',
  '  cli = require.resolve("aws-cdk/package.json", { paths: [process.cwd()] });',
  '} catch {',
  '  console.error("The app has not installed aws-cdk, the CDK CLI: add it to its dependencies, or set buildOptions.cdkCliVersion of the pipeline.");',
  '  process.exit(1);',
  '}',
  'copy(dirname(cli), process.argv[1]);',
].join('\n');

export interface BuildCommands {
  /** The commands that sign in where packages come from. */
  readonly signIn: string[];
  readonly install: string[];
  readonly test: string[];
  readonly synth: string[];
  /** The folder of the app in the repository. */
  readonly directory: string;
  /** The versions of the runtimes, unless the image has what it has. */
  readonly runtimes?: { [runtime: string]: string };
  /** The version of the CDK CLI, unless it is the one that the app installs. */
  readonly cdkCliVersion?: string;
  /** The folders that are kept for the next build. */
  readonly cacheFolders: string[];
  /** The ids of the stacks of each system, by the system's path. */
  readonly stackIds: { [path: string]: string[] };
}

/** Installs, tests, synthesizes once, and packs what was synthesized. */
export function buildBuildspec({ signIn, install, test, synth, directory, runtimes, cdkCliVersion, cacheFolders, stackIds }: BuildCommands): object {
  const enter = directory === '.' ? [] : [`cd "$CODEBUILD_SRC_DIR"/${quote(directory)}`];
  return {
    version: '0.2',
    env: { shell: 'bash', variables: { CI: 'true', ...QUIET } },
    phases: {
      install: { ...runtimes && { 'runtime-versions': runtimes }, commands: [...enter, ...signIn, ...install] },
      // one phase, since CodeBuild goes on to the next one after a build that failed
      build: {
        commands: [
          ...enter,
          ...provideCli(cdkCliVersion),
          `mkdir -p ${REPORTS}`,
          ...test,
          // tests that write no report would leave one behind that never completes
          `ls ${REPORTS}/*.xml > /dev/null 2>&1 || echo '<testsuite name="tests"><testcase name="all commands succeeded"/></testsuite>' > ${REPORTS}/tests.xml`,
          ...synth,
          ...Object.entries(stackIds).flatMap(([path, ids]) => compareStacks(path, ids)),
          `tar -czf "$CODEBUILD_SRC_DIR"/${ARCHIVE} ${CLOUD_ASSEMBLY} -C "$cdk_cli" aws-cdk`,
        ],
      },
    },
    reports: { tests: { 'base-directory': directory === '.' ? REPORTS : `${directory}/${REPORTS}`, 'files': ['**/*.xml'], 'file-format': 'JUNITXML' } },
    artifacts: { files: [ARCHIVE] },
    ...cacheFolders.length > 0 && { cache: { paths: cacheFolders.map(folder => `${folder}/**/*`) } },
  };
}

/**
 * Puts the CDK CLI that is to deploy into a folder of its own, outside of the repository, and on the path as `cdk`. The build asks the same one which stacks there are, so that one that is too old for
 * the assembly fails the build and no deployment.
 */
function provideCli(version?: string): string[] {
  return [
    'cdk_cli=$(mktemp -d)',
    ...version === undefined ? [`node -e ${quote(COPY_CLI)} "$cdk_cli"/aws-cdk`] : [
      // the registry may be one of the repository's own
      'if [ -f .npmrc ]; then cp .npmrc "$cdk_cli"; fi',
      `npm install --prefix "$cdk_cli" --no-save --no-audit --no-fund aws-cdk@${version}`,
      'mv "$cdk_cli"/node_modules/aws-cdk "$cdk_cli"/aws-cdk',
    ],
    'mkdir "$cdk_cli"/bin && ln -s ../aws-cdk/bin/cdk "$cdk_cli"/bin/cdk && chmod +x "$cdk_cli"/aws-cdk/bin/cdk',
    'export PATH="$cdk_cli/bin:$PATH"',
  ];
}

export interface DeployCommands {
  readonly stackId: string;
  /** Indicates whether it is a regional stack, in which traffic moves to new versions. */
  readonly hasTraffic: boolean;
  readonly pipelineName: string;
  /** The stage that deploys it. */
  readonly stage: string;
  readonly nodeVersion: string;
}

/**
 * Deploys one stack of the assembly, by the CLI that came with it: nothing is installed. A stack that the assembly does not have, because nothing is in it, is skipped; so is a stack of a region that is named as lost.
 *
 * What an earlier attempt or an earlier life of the stack has left behind under the same name is taken over, so that a first deployment can be tried again, and a region can join again.
 *
 * A rollback, and a cure of a region that is named as unhealthy, move traffic at once: alarms that are in ALARM would stop them.
 *
 * A rollback has the variables of the execution that it goes back to. If the region was lost then, that execution left the stage's artifacts and a success, but deployed nothing; now it is there, and is to get what the
 * other regions got.
 */
export function deployBuildspec({ stackId, hasTraffic, pipelineName, stage, nodeVersion }: DeployCommands): object {
  const cli = 'node aws-cdk/bin/cdk';
  const traffic = hasTraffic ? ` --parameters "${TRAFFIC_SHIFT}=$shift"` : '';
  const deploy = `${cli} deploy ${quote(stackId)} --app ${CLOUD_ASSEMBLY} --exclusively --import-existing-resources${traffic} --require-approval never --no-notices --ci --progress events`;
  const skipped = quote(`Nothing to deploy: ${stackId} has no resources in this version. If it had some before, delete its stack by hand.`);
  const lost = quote(`Nothing is deployed: the region of ${stackId} is named as lost.`);
  return {
    version: '0.2',
    env: { shell: 'bash', variables: { CI: 'true', ...QUIET } },
    phases: {
      install: { 'runtime-versions': { nodejs: nodeVersion } },
      build: {
        commands: [
          `tar -xzf ${ARCHIVE}`,
          // commands of their own, so that their failures are ones
          `listed=$(${cli} ls ${quote(stackId)} --app ${CLOUD_ASSEMBLY} --no-notices)`,
          `execution=$(aws codepipeline get-pipeline-state --name ${quote(pipelineName)} --query "stageStates[?stageName=='${stage}'].latestExecution.type" --output text)`,
          `is_in() { case ",\${1// /}," in *",$${TARGET_REGION},"*) ;; *) return 1;; esac; }`,
          ...hasTraffic ? [`shift=${GRADUAL}; if [ "$execution" = ROLLBACK ] || is_in "$${UNHEALTHY}"; then shift=${AT_ONCE}; fi`] : [],
          `if [ "$execution" != ROLLBACK ] && is_in "$${LOST}"; then echo ${lost}; `
            + `elif ${LISTED} | grep -qxF ${quote(stackId)}; then ${deploy}; else echo ${skipped}; fi`,
        ],
      },
    },
  };
}

/**
 * A unit or region that the application has and the pipeline does not would never be deployed, and nobody would notice. The other way round, a stack without resources is not in the assembly; but
 * if none is, it is not this application.
 */
function compareStacks(path: string, ids: string[]): string[] {
  const unknown = quote(`The pipeline does not deploy these stacks of ${path}: deploy the pipeline first.`);
  return [
    // units are a level deeper; the CLI lists the stacks that these depend on as well
    `listed=$(cdk ls ${quote(`${path}/**`)} --app ${CLOUD_ASSEMBLY} --no-notices)`,
    `actual=$(${LISTED} | grep ${quote(`^${path}/`)}) || { echo ${quote(`There is no stack of ${path}: does the app still have this system?`)}; exit 1; }`,
    `expected=$(printf '%s\\n' ${[...ids].sort().map(quote).join(' ')})`,
    `if unknown=$(grep -vxF "$expected" <<< "$actual"); then echo ${unknown}; echo "$unknown"; exit 1; fi`,
    'if absent=$(grep -vxF "$actual" <<< "$expected"); then echo \'Without resources, and not deployed:\'; echo "$absent"; fi',
  ];
}
