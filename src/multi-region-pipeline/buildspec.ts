/**
 * The commands of all actions, as CodeBuild runs them. Nothing in here comes from the application's content or from a token, so that the pipeline
 * stays the same whatever it deploys, and so that anyone can run the same commands.
 */

/** What the build hands on: the assembly, and the CDK CLI that is to deploy it. An archive, because a zip of CodeBuild's loses links and modes. */
const ARCHIVE = 'assembly.tgz';
const CLOUD_ASSEMBLY = 'cdk.out';
const REPORTS = 'test-reports';

const QUIET = { CDK_DISABLE_CLI_TELEMETRY: 'true', CDK_DISABLE_VERSION_CHECK: 'true' };

export interface BuildCommands {
  readonly install: string[];
  readonly test: string[];
  readonly synth: string[];
  /** The folder of the app in the repository. */
  readonly directory: string;
  /** The major version of Node.js. */
  readonly nodeVersion: string;
  /** The ids of the stacks of each system, by the system's path. */
  readonly stackIds: { [path: string]: string[] };
}

/** Installs, tests, synthesizes once, and packs what was synthesized. */
export function buildBuildspec({ install, test, synth, directory, nodeVersion, stackIds }: BuildCommands): object {
  const enter = directory === '.' ? [] : [`cd "$CODEBUILD_SRC_DIR"/${quote(directory)}`];
  return {
    version: '0.2',
    env: { shell: 'bash', variables: { CI: 'true', ...QUIET } },
    phases: {
      install: { 'runtime-versions': { nodejs: nodeVersion }, 'commands': [...enter, ...install] },
      // one phase, since CodeBuild goes on to the next one after a build that failed
      build: {
        commands: [
          ...enter,
          `mkdir -p ${REPORTS}`,
          ...test,
          // tests that write no report would leave one behind that never completes
          `ls ${REPORTS}/*.xml > /dev/null 2>&1 || echo '<testsuite name="tests"><testcase name="all commands succeeded"/></testsuite>' > ${REPORTS}/tests.xml`,
          ...synth,
          ...Object.entries(stackIds).map(([path, ids]) => compareStacks(path, ids)),
          `tar -czf "$CODEBUILD_SRC_DIR"/${ARCHIVE} ${CLOUD_ASSEMBLY} -C "$(node -p "path.resolve(require.resolve('aws-cdk/package.json'), '../..')")" aws-cdk`,
        ],
      },
    },
    reports: { tests: { 'base-directory': directory === '.' ? REPORTS : `${directory}/${REPORTS}`, 'files': ['**/*.xml'], 'file-format': 'JUNITXML' } },
    artifacts: { files: [ARCHIVE] },
  };
}

/** Deploys one stack of the assembly, by the CLI that came with it: nothing is installed. */
export function deployBuildspec(stackId: string, nodeVersion: string): object {
  return {
    version: '0.2',
    env: { shell: 'bash', variables: { CI: 'true', ...QUIET } },
    phases: {
      install: { 'runtime-versions': { nodejs: nodeVersion } },
      build: {
        commands: [
          `tar -xzf ${ARCHIVE}`,
          `node aws-cdk/bin/cdk deploy ${quote(stackId)} --app ${CLOUD_ASSEMBLY} --exclusively --require-approval never --no-notices --ci --progress events`,
        ],
      },
    },
  };
}

/** A region that the application has got and the pipeline has not would never be deployed to, and nobody would notice. */
function compareStacks(path: string, ids: string[]): string {
  // the CLI lists the stacks that these depend on as well
  const actual = `npx cdk ls ${quote(`${path}/*`)} --app ${CLOUD_ASSEMBLY} --no-notices | sed 's/ (.*//' | grep ${quote(`^${path}/`)} | LC_ALL=C sort`;
  const expected = `printf '%s\\n' ${[...ids].sort().map(quote).join(' ')}`;
  const otherwise = quote(`The stacks of ${path} (<) are not those that this pipeline deploys (>): deploy the pipeline first.`);
  return `diff <(${actual}) <(${expected}) || { echo ${otherwise}; exit 1; }`;
}

function quote(text: string): string {
  return `'${text.replace(/'/g, '\'\\\'\'')}'`;
}
