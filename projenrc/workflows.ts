import { awscdk, Component, github, javascript } from 'projen';

const { AppPermission, JobPermission } = github.workflows;

/** The lowest Node.js that is supported, and the newest with long-term support. */
export const NODE_VERSIONS = ['22', 'lts/*'];

/** A run of all tests takes this many runners side by side. */
const SHARDS = 4;

/** Tells the task `test` to leave its tests to the jobs that share them. */
const SHARDED = 'TESTS_ARE_SHARDED';

// v4.36.2; projen has no reference of its own
const CODEQL = '8aad20d150bbac5944a9f9d289da16a4b0d87c1e';

const MATRIX_NODE = '${{ matrix.node }}';

type Jobs = Parameters<github.GithubWorkflow['addJobs']>[0];
type Job = Jobs[string];

function job(steps: github.workflows.JobStep[], options: Partial<Job> = {}): Job {
  return { runsOn: ['ubuntu-latest'], permissions: { contents: JobPermission.READ }, steps: [github.WorkflowSteps.checkout(), ...steps], ...options };
}

const setUpNode = (node: string): github.workflows.JobStep => (
  { name: 'Setup Node.js', uses: github.ActionRefs.ACTIONS_SETUP_NODE, with: { 'node-version': node, 'package-manager-cache': false } }
);

const INSTALL: github.workflows.JobStep = { name: 'Install dependencies', run: 'npm ci' };

/** A job in each version of Node.js, of which one that fails does not stop the others. */
function jobPerNode(steps: github.workflows.JobStep[], options: Partial<Job> = {}, domain: github.workflows.JobMatrix['domain'] = {}): Job {
  const matrix = { domain: { node: NODE_VERSIONS, ...domain } };
  return job([setUpNode(MATRIX_NODE), ...steps], { ...options, strategy: { failFast: false, matrix } });
}

/** The build of a pull request, which leaves the tests to other jobs. */
export const BUILD_WORKFLOW: javascript.BuildWorkflowOptions = {
  // a build that may write to the repository could be made to by whoever opens a pull request
  mutableBuild: false,
  permissions: { contents: JobPermission.READ },
  workflowTriggers: { pullRequest: {}, push: { branches: ['main'] }, workflowDispatch: {} },
  env: { [SHARDED]: 'true' },
};

export const GITHUB: github.GitHubOptions = {
  // GitHub's own rules and queue need no App that may write
  mergify: false,
  dependencyReview: true,
  dependencyReviewOptions: { failOnSeverity: 'moderate', commentSummaryInPr: 'never' },
  pullRequestLintOptions: { semanticTitleOptions: { types: ['feat', 'fix', 'docs', 'test', 'refactor', 'perf', 'build', 'ci', 'style', 'chore'] } },
  // for the pull request of an upgrade: those that GITHUB_TOKEN opens start no workflow
  projenCredentials: github.GithubCredentials.fromApp({
    permissions: { contents: AppPermission.WRITE, pullRequests: AppPermission.WRITE, workflows: AppPermission.WRITE },
  }),
};

/** What projen's own workflows lack, and workflows that it does not know. */
export function addWorkflows(project: awscdk.AwsCdkConstructLibrary): void {
  shardTests(project);
  compareApi(project);
  new PublicRegistry(project);

  const weekly = (hour: number) => ({ schedule: [{ cron: `0 ${hour} * * 1` }], workflowDispatch: {} });
  addWorkflow(project, 'full', weekly(1), {
    full: jobPerNode([{ name: 'Everything that can be tested without an AWS account', run: '.ci/run' }], { timeoutMinutes: 300 }),
  });
  const newest = project.addTask('test:newest-cdk', {
    description: 'Runs the unit tests and the rules of all templates with the newest aws-cdk-lib; npm ci brings the lowest back',
    steps: [
      { exec: 'npm install --no-save --no-audit aws-cdk-lib@latest constructs@latest' },
      // a newer one may write more into the templates, which only the snapshot of all of them notices
      { execArgs: ['jest', '--ci', '--selectProjects', 'unit', '--testNamePattern', '^(?!the example-app has a picture of what it deploys)'] },
      { exec: 'jest --ci test/rules.test.ts' },
    ],
  });
  addWorkflow(project, 'newest-cdk', weekly(3), {
    test: job([setUpNode('lts/*'), INSTALL, { name: 'Test with the newest aws-cdk-lib', run: project.runTaskCommand(newest) }]),
  });
  addWorkflow(project, 'codeql', { ...weekly(5), pullRequest: {}, push: { branches: ['main'] } }, {
    analyze: job([
      { name: 'Initialize', uses: `github/codeql-action/init@${CODEQL}`, with: { 'languages': '${{ matrix.language }}', 'build-mode': 'none' } },
      { name: 'Analyze', uses: `github/codeql-action/analyze@${CODEQL}`, with: { category: '/language:${{ matrix.language }}' } },
    ], {
      permissions: { contents: JobPermission.READ, actions: JobPermission.READ, securityEvents: JobPermission.WRITE },
      strategy: { failFast: false, matrix: { domain: { language: ['javascript-typescript', 'python', 'actions'] } } },
    }),
  });
}

function addWorkflow(project: awscdk.AwsCdkConstructLibrary, name: string, triggers: github.workflows.Triggers, jobs: Jobs): void {
  const workflow = project.github!.addWorkflow(name);
  workflow.on(triggers);
  workflow.addJobs(jobs);
}

/** The build of a pull request makes and checks all but the tests; they run beside it. */
function shardTests(project: awscdk.AwsCdkConstructLibrary): void {
  const { steps } = project.testTask;
  const index = steps.findIndex(({ execArgs }) => execArgs?.[0] === 'jest');
  project.testTask.updateStep(index, { ...steps[index], condition: `node -e "process.exit(process.env.${SHARDED} ? 1 : 0)"` } as typeof steps[number]);
  const shard = project.addTask('test:shard', {
    description: 'Runs a part of the tests of npm test, without its checks: --shard=1/4', env: project.testTask.envVars, execArgs: steps[index].execArgs!, receiveArgs: true,
  });
  project.buildWorkflow!.workflow.addJobs({
    test: jobPerNode(
      [INSTALL, { name: 'Test', run: `${project.runTaskCommand(shard)} -- --shard=\${{ matrix.shard }}/${SHARDS}` }],
      { env: { CI: 'true' } },
      { shard: Array.from({ length: SHARDS }, (_, number) => number + 1) },
    ),
    rehearsal: jobPerNode([INSTALL, { name: 'Lose a region', run: 'npm start' }], { env: { CI: 'true' } }),
  });
}

/** Compares the public API with that of the newest version that is published. */
function compareApi(project: awscdk.AwsCdkConstructLibrary): void {
  const compat = project.tasks.tryFind('compat')!;
  // projen's own lets changes of what is experimental pass, as all is before 1.0.0
  compat.reset(`jsii-diff npm:${project.package.packageName} --keys --error-on all --ignore-file .compatignore`);
  project.buildWorkflow!.addPostBuildSteps({
    name: 'Compare the API with the published one',
    run: [
      `if published=$(npm view ${project.package.packageName} version 2>&1); then`,
      `  ${project.runTaskCommand(compat)}`,
      'elif grep -q E404 <<< "$published"; then',
      `  echo "::notice title=API not compared::No version of ${project.package.packageName} is published yet."`,
      'else',
      '  echo "$published"; exit 1',
      'fi',
    ].join('\n'),
  });
}

/** Leaves the choice of npm's registry to the publisher, whose default is the public one: a workflow that names it cannot be tried with another. */
class PublicRegistry extends Component {
  public constructor(private readonly library: awscdk.AwsCdkConstructLibrary) {
    super(library);
  }

  public preSynthesize(): void {
    const release = this.library.github!.tryFindWorkflow('release')!.getJob('release_npm') as github.workflows.Job;
    const publish = release.steps.filter(({ env }) => env?.NPM_REGISTRY);
    if (publish.length !== 1) throw new Error(`release_npm has ${publish.length} steps with NPM_REGISTRY; allowed: 1`);
    delete publish[0].env!.NPM_REGISTRY;
  }
}
