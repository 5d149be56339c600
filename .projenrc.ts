import { existsSync } from 'fs';
import { awscdk, github, javascript, release, TaskShell, typescript } from 'projen';
import { addCommunityFiles, PULL_REQUEST } from './projenrc/community';
import { addWorkflows, BUILD_WORKFLOW, GITHUB } from './projenrc/workflows';

/** Everything the rehearsal and the tests write outside of `lib`, `assets` and `dist`. */
const SCRATCH = ['/example-app/.rehearsal/', '/example-app/cdk.out/', '/example-app/node_modules/', '/.snippets/', '__pycache__/'];

/** The command, in one file. */
const COMMAND = 'bin/cdk-multi-region.js';

/** What the modules of a rehearsal's workload import, as `cdk-multi-region/rehearsal`. */
const REHEARSAL = 'cli/rehearsal/workload/index.ts';

/** Who made what is bundled. */
const NOTICES = 'THIRD-PARTY-NOTICES';

/** What esbuild tells of each of its runs. */
const METAFILES = ['handlers', 'command', 'rehearsal', 'page', 'live'].map(name => `.bundles/${name}.json`);

/** Lambda handlers that ship prebuilt inside the package, so that users need no bundler for them. */
const HANDLERS = [
  'src/dead-letters/redriver.lambda.ts',
  'src/evacuation-switch/evacuation.lambda.ts',
  'src/global-table/detect-conflicts.lambda.ts',
  'src/global-table/stream-arn.lambda.ts',
  'src/multi-region-api/health.lambda.ts',
  'src/multi-region-api/jwt-authorizer.lambda.ts',
  'src/multi-region-pipeline/bake.lambda.ts',
  'src/multi-region-pipeline/deployment-gate.lambda.ts',
  'src/replicated-workflow/recorder.lambda.ts',
  'src/replicated-workflow/starter.lambda.ts',
  'src/replicated-workflow/sweeper.lambda.ts',
];

/**
 * Tests that take long: all combinations of options, many regions or random cases, other processes (npm, the CDK CLI, local regions). Those that mostly wait for
 * others come first: jest starts them first.
 */
const SLOW_TESTS = [
  'example-app/clone.test.ts',
  'cli/rehearsal/local-region-package.test.ts',
  'cli/rehearsal/machine/adversity.test.ts',
  'package.test.ts',
  'languages/languages.test.ts',
  'docs/other-pipelines.test.ts',
  'deadlines.test.ts',
  'rules.test.ts',
  'rehearsal/deliveries.test.ts', 'rehearsal/adopted.test.ts',
  'global-table/matrix.test.ts',
  'replicated-workflow/matrix.test.ts',
  'multi-region-pipeline/example-app.test.ts',
  'compliance/docs.test.ts',
  'multi-region-pipeline/commands.test.ts',
  'multi-region-pipeline/package-managers.test.ts',
  'system/retiring.test.ts',
  'global-event-bus/event-flow.test.ts',
  'example-app/costs.test.ts',
  'replicated-workflow/model/model.test.ts',
  'replicated-workflow/model/mutations.test.ts',
];
/** Tests that run with the longer ones only, for the time that they take: each is one of several that cover the same. */
const LATER_TESTS = [
  'docs/adopting/functions.test.ts', 'docs/adopting/apis.test.ts', 'docs/adopting/data.test.ts', 'docs/adopting/networks.test.ts', 'docs/adopting/regions.test.ts', 'docs/constructs.test.ts', 'multi-region-function/existing-functions.test.ts', 'multi-region-api/own-domain.test.ts', 'costs/costs.test.ts',
  'docs/snippets.test.ts', 'cli/doctor/before.test.ts', 'cli/status/twenty-regions.test.ts',
  'multi-region-api/matrix.test.ts', 'global-event-bus/matrix.test.ts', 'compliance/strict.test.ts', 'fuzz/fuzz.test.ts', 'goes-live.test.ts', 'observability/dashboard/matrix.test.ts', 'observability/audit-trail-matrix.test.ts',
  'multi-region-pipeline/matrix.test.ts', 'event-patterns.test.ts', 'cli/rehearsal/live/sampler.test.ts', 'life/customer.test.ts',
];
const missing = [...SLOW_TESTS, ...LATER_TESTS].filter(file => !existsSync(`test/${file}`));
if (missing.length > 0) throw new Error(`SLOW_TESTS names files that are not there: ${missing.join(', ')}`);

/** What `test:long` runs: besides `LATER_TESTS`, tests of which some or all cases run only with LONG=1. */
const LONG_TESTS = [
  'example-app/clone', 'cli/rehearsal/local-region-package', 'cli/rehearsal/drills/real-regions', 'rehearsal/rehearse', 'rehearsal/ui', 'cli/rehearsal/regions/killed-region', 'cli/rehearsal/machine/adversity', 'deadlines', 'package.test.ts', 'cli/messages',
  'cli/rehearsal/page/page', 'cli/rehearsal/live', 'cli/operate/evacuate', 'compliance/docs', 'example-app/costs', 'costs', 'replicated-workflow/model/mutations', 'languages/languages', 'docs/site',
];

/** What a project of jest has of its own; it takes none of these from the configuration around it. */
function jestProject(displayName: string, testMatch: string[], except: string[] = []) {
  return {
    displayName,
    testMatch,
    testPathIgnorePatterns: ['/node_modules/', ...except],
    clearMocks: true,
    setupFiles: ['<rootDir>/test/support/setup.ts'],
    moduleNameMapper: { '^cdk-multi-region$': '<rootDir>/src', '^cdk-multi-region/rehearsal$': `<rootDir>/${REHEARSAL}` },
    modulePathIgnorePatterns: ['<rootDir>/example-app/.rehearsal', '<rootDir>/dist'],
    transform: { '^.+\\.ts$': '<rootDir>/test/support/transform.js' },
  };
}

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-multi-region',
  description: 'Write your AWS application once; run it active-active in every region, and keep it running when one dies.',
  author: 'cdk-multi-region contributors',
  authorAddress: 'https://github.com/cdk-multi-region/cdk-multi-region',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-multi-region/cdk-multi-region.git',
  license: 'Apache-2.0',
  bin: { 'cdk-multi-region': COMMAND },
  // it would find the same file, by another name
  autoDetectBin: false,
  // Construct Hub looks for `awscdk`: https://aws.amazon.com/blogs/opensource/best-practices-for-discoverability-of-a-construct-library-on-construct-hub/
  keywords: ['aws', 'awscdk', 'aws-cdk', 'cdk', 'multi-region', 'active-active', 'disaster-recovery', 'failover', 'dynamodb', 'eventbridge', 'step-functions'],
  defaultReleaseBranch: 'main',
  // until it has run on AWS for others; jsii shows it in every language
  stability: 'experimental',

  // a maintainer starts a release, and another approves it: docs/RELEASING.md
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  releaseEnvironment: 'release',
  npmTrustedPublishing: true,
  jsiiReleaseVersion: '0.2.1061',
  buildWorkflowOptions: BUILD_WORKFLOW,
  githubOptions: GITHUB,
  pullRequestTemplateContents: PULL_REQUEST,
  packageManager: javascript.NodePackageManager.NPM,
  projenrcTs: true,
  projenrcTsOptions: { runner: typescript.TypeScriptRunner.tsx({ tsconfig: 'tsconfig.dev.json' }) },
  projenVersion: '~0.103.25',

  // 2.269.0 is the first version whose Validations.acknowledge() accepts ids that contain an ARN's `::`,
  // which per-finding acknowledgements of cdk-nag (AwsSolutions-IAM4[Policy::arn:…]) need.
  cdkVersion: '2.269.0',
  // what cdk-nag 3 asks for; nothing in here needs more than aws-cdk-lib's own floor
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  // docs/COMPATIBILITY.md says why
  minNodeVersion: '22.0.0',
  // trusted publishing needs npm 11.5.1, which comes with it
  workflowNodeVersion: '24',

  tsconfigDevFile: 'tsconfig.dev.json',
  // The handlers ship as bundles under assets/; their sources would only be shipped twice.
  excludeTypescript: ['src/**/*.lambda.ts'],
  lambdaAutoDiscover: false,
  integrationTestAutoDiscover: false,

  // a change of these names is another library to its users
  publishToPypi: { distName: 'cdk-multi-region', module: 'cdk_multi_region', trustedPublishing: true },
  publishToMaven: { mavenGroupId: 'io.github.cdk-multi-region', mavenArtifactId: 'cdk-multi-region', javaPackage: 'io.github.cdkmultiregion', mavenServerId: 'central-ossrh' },
  publishToNuget: { packageId: 'CdkMultiRegion', dotNetNamespace: 'CdkMultiRegion', trustedPublishing: true },
  publishToGo: { moduleName: 'github.com/cdk-multi-region/cdk-multi-region-go' },

  devDeps: [
    // for ComplianceReport, which loads the one of the user's project, and for the tests. No peer: jsii makes every peer a dependency in the other languages
    'cdk-nag@3.0.2',
    // the library's handlers and the example-app's
    '@aws-sdk/client-cloudwatch', '@aws-sdk/client-cloudwatch-logs', '@aws-sdk/client-codepipeline', '@aws-sdk/client-dynamodb', '@aws-sdk/lib-dynamodb', '@aws-sdk/util-dynamodb', '@aws-sdk/client-eventbridge', '@aws-sdk/client-lambda', '@aws-sdk/client-sfn', '@aws-sdk/client-sqs', '@aws-sdk/client-sts', '@types/aws-lambda', 'ajv', 'aws-jwt-verify@^5.2.1', 'lossless-json@^4.3.3',
    // what the command asks besides
    '@aws-sdk/client-account', '@aws-sdk/client-acm', '@aws-sdk/client-api-gateway', '@aws-sdk/client-cloudformation', '@aws-sdk/client-route-53', '@aws-sdk/client-service-quotas',
    // property-based tests
    'fast-check@^4.10.2',
    // bundling of handlers, here and in `MultiRegionFunction.entry`
    'esbuild',
    // arguments, of the command and of the rehearsal
    'commander@^14',
    // the rehearsal: pinned CLI (npm's `latest` of aws-cdk is an older, odd 3.0.0) and task list.
    // listr2 10 and later need Node 22.13
    'aws-cdk@2.1148.1', 'listr2@^9', 'picocolors', 'tsx',
    // the choices of a rehearsal's customers, by seed
    'pure-rand@^8.4.2',
    // the workflows in the documentation
    'yaml@^2',
    // the rehearsal's page, and a browser that the tests open it in
    'preact@^10', 'preact-render-to-string@^6', 'uplot@^1.6.32', 'playwright-core@^1.65.1',
  ],
  gitignore: SCRATCH,

  eslintOptions: {
    dirs: ['src'],
    devdirs: ['cli', 'test', 'example-app'],
    // one project for all: tsconfig.json, which an editor's service would choose, has neither the handlers nor the tests
    projectService: false,
    tsconfigPath: './tsconfig.dev.json',
    ignorePatterns: ['*.js', '*.d.ts', 'node_modules/', '*.generated.ts', 'coverage', 'cdk.out', '.rehearsal'],
  },
  jestOptions: {
    // a changed snapshot is for a person to accept: npx projen test:update
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    passWithNoTests: false,
    configFilePath: 'jest.config.json',
    extraCliOptions: ['--selectProjects', 'slow', 'unit'],
    jestConfig: {
      collectCoverage: false,
      // jest would leave one core of two idle
      maxWorkers: '100%',
      // a worker keeps much of what each suite has loaded; a new one is cheaper than collecting that garbage again and again
      workerIdleMemoryLimit: '1GB',
      testSequencer: '<rootDir>/test/support/slow-first.js',
      globalSetup: '<rootDir>/test/support/temporary-folder.ts',
      globalTeardown: '<rootDir>/test/support/remove-temporary-folder.ts',
      projects: [
        jestProject('slow', SLOW_TESTS.map(file => `<rootDir>/test/${file}`)),
        jestProject('later', LATER_TESTS.map(file => `<rootDir>/test/${file}`)),
        jestProject('unit', ['<rootDir>/test/**/*.test.ts'], [...SLOW_TESTS, ...LATER_TESTS].map(file => `<rootDir>/test/${file}$`)),
      ],
    },
  },
  tsconfigDev: {
    compilerOptions: { paths: { 'cdk-multi-region': ['./src/index.ts'], 'cdk-multi-region/rehearsal': [`./${REHEARSAL}`] } },
    include: ['.projenrc.ts'],
  },
  docgenFilePath: 'API.md',
  depsUpgradeOptions: {
    workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.WEEKLY },
    // days in which others notice that a version is malicious
    cooldown: 7,
  },
});
// They would be half of the package, of sources that are not in it otherwise. What is compiled is readable as it is.
for (const option of ['inlineSourceMap', 'inlineSources']) project.tryFindObjectFile('tsconfig.json')?.addOverride(`compilerOptions.${option}`, false);
// bundled, hence no dependencies of the package
project.eslint?.allowDevDeps('src/**/*.lambda.ts');
project.eslint?.allowDevDeps('cli/**');
// Lambda gives a function its credentials in environment variables. Where else the SDK may look for them is a fifth of each bundle; Lambda has it, if it were ever asked for.
// https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
const OTHER_CREDENTIALS = ['ini', 'process', 'sso', 'web-identity'].map(provider => `--external:@aws-sdk/credential-provider-${provider}`);
// esbuild makes all of them at once: a task of projen's for each takes as many times longer
const bundle = project.addTask('bundle', {
  description: 'Bundles the handlers and the command',
  exec: [
    'esbuild', ...HANDLERS, '--bundle', '--outbase=src', '--outdir=assets', '--entry-names=[dir]/[name]/index', '--platform=node', '--target=node20', '--minify', '--keep-names',
    '--main-fields=module,main', ...OTHER_CREDENTIALS, '--log-level=warning', `--metafile=${METAFILES[0]}`,
  ].join(' '),
});
bundle.exec([
  'esbuild', 'cli/main.ts', '--bundle', `--outfile=${COMMAND}`, '--platform=node', '--target=node22', '--minify', '--keep-names',
  '--main-fields=module,main', '--external:aws-cdk-lib', '--external:constructs', '--log-level=warning', `--metafile=${METAFILES[1]}`,
].join(' '));
// what the command starts, or serves, is beside it
bundle.exec('rm -rf bin/local-region && cp -R cli/rehearsal/local-region bin/ && find bin/local-region -name __pycache__ -prune -exec rm -r {} +');
bundle.exec([
  'esbuild', REHEARSAL, '--bundle', '--outfile=rehearsal/index.js', '--platform=node', '--target=node22', '--log-level=warning', `--metafile=${METAFILES[2]}`,
].join(' '));
bundle.exec('esbuild cli/rehearsal/page/main.ts --bundle --outfile=bin/page/page.js --format=iife --global-name=rehearsalPage --platform=browser --target=es2022 --minify --log-level=warning --metafile=.bundles/page.json');
// what the rehearsal's page needs besides while the regions run
bundle.exec('esbuild cli/rehearsal/live/panel/main.ts --bundle --outfile=bin/page/live.js --format=iife --platform=browser --target=es2022 --minify --log-level=warning --metafile=.bundles/live.json');
// most licences ask that their text goes along with the code
bundle.exec(`node --import tsx projenrc/third-party-notices.ts ${NOTICES} ${METAFILES.join(' ')}`);
project.preCompileTask.spawn(bundle);
project.compileTask.exec([
  // those of files that are no more would go along
  `rm -rf rehearsal/types && tsc ${REHEARSAL} --ignoreConfig --declaration --emitDeclarationOnly --rootDir cli/rehearsal --outDir rehearsal/types`,
  '--module node16 --target es2022 --strict --skipLibCheck --stripInternal --types node',
].join(' '));
project.compileTask.exec('echo "export * from \'./types/workload\';" > rehearsal/index.d.ts');
// Without them, an ES module could not import a folder. A file is still imported by its path, with its extension.
project.package.addField('exports', {
  '.': { types: './lib/index.d.ts', default: './lib/index.js' },
  './rehearsal': { types: './rehearsal/index.d.ts', default: './rehearsal/index.js' },
  './*': './*',
});
project.gitignore.addPatterns('/assets/', '/bin/', '/rehearsal/', '/.bundles/', `/${NOTICES}`);
project.npmignore?.include('/assets/', '/bin/', '/rehearsal/', `/${NOTICES}`);
project.addPackageIgnore('__pycache__/');
project.addPackageIgnore('/cli/');
project.addPackageIgnore('/.bundles/');

// jsii leaves the handlers out and jest does not check types: this covers all that is TypeScript, the example-app included.
project.addTask('typecheck', { exec: 'tsc --noEmit --incremental --tsBuildInfoFile node_modules/.cache/typecheck.tsbuildinfo -p tsconfig.dev.json' });
const checks = project.addTask('checks', {
  description: 'Bundles the handlers and the command, and checks types and style side by side',
  shell: TaskShell.bash(),
  exec: 'projen eslint & eslint=$!; projen bundle && projen typecheck; checked=$?; wait $eslint && exit $checked',
});
project.testTask.removeStep(project.testTask.steps.findIndex(step => step.spawn === 'eslint'));
project.testTask.prependSpawn(checks);
// synthesis makes much that is soon garbage: a larger nursery saves a twentieth of the time
project.testTask.env('NODE_OPTIONS', '--max-semi-space-size=64');
project.addTask('test:unit', { description: 'Runs the fast tests, all or those of the files or folders given', exec: 'jest --selectProjects unit --reporters=default', receiveArgs: true });

project.addTask('test:large', { description: 'Synthesizes 150 functions in 20 regions', exec: 'jest test/system/large-systems', env: { LARGE: '1' } });

project.addTask('test:goes-live', {
  description: 'Changes every public prop, each of which must take effect when the change is deployed',
  exec: 'jest --ci test/goes-live --reporters=default',
  env: { GOES_LIVE: '1' },
});

project.addTask('test:fuzz', {
  description: 'Puts every odd value into every public prop, one at a time',
  exec: 'jest --ci test/fuzz --reporters=default',
  env: { FUZZ: '1' },
});

project.addTask('test:pipeline', {
  description: 'Runs the example-app\'s pipeline in a clean checkout, with the packed package, and a few of the scenarios, against local regions',
  exec: 'jest --ci test/example-app/pipeline-dry-run test/example-app/pipeline/scenarios test/local-pipeline/test/aws-cli test/docs/other-pipelines test/multi-region-pipeline/commands test/multi-region-pipeline/operations test/multi-region-pipeline/package-managers',
  env: { PIPELINE: '1' },
});

project.addTask('test:scenarios', {
  description: 'Shows everything that the example-app\'s PIPELINE.md says that a pipeline does',
  exec: 'jest --ci test/example-app/pipeline/scenarios --reporters=default',
  env: { PIPELINE: 'all' },
});

project.addTask('test:life', {
  description: 'Puts faults into the templates, each of which the life drill must notice',
  exec: 'jest test/life/mutations --maxConcurrency=2 --reporters=default',
  env: { LIFE: '1' },
  receiveArgs: true,
});

project.addTask('test:long', {
  description: 'Runs what takes long: the example-app in a clone, local regions and drills on them, the package as npm installs it, pages in a browser, what documents count, and the mistakes in the takeover of workflows that the model must notice',
  exec: `jest --ci ${[...LATER_TESTS, ...LONG_TESTS].map(name => `test/${name}`).join(' ')}`,
  env: { LONG: '1' },
});

project.addTask('test:operate', {
  description: 'Runs every command of an operator on local regions that are frozen, evacuated, cut off and throttled',
  exec: 'jest --ci test/cli/operate test/docs/runbook --maxWorkers=1 --reporters=default',
  env: { LONG: '1' },
});

project.addTask('test:drills', {
  description: 'Runs every drill on both apps by five seeds, or as many as SEEDS says from FIRST_SEED on: nothing may be lost, and nothing doubled that no fault explains',
  exec: 'jest --ci test/rehearsal/seeds --reporters=default',
  env: { DRILLS: '1' },
});

project.addTask('test:model', {
  description: 'Looks for a history in which the takeover of workflows breaks its promise, in 60,000 runs or as many as MODEL_RUNS says',
  exec: 'jest test/replicated-workflow/model/model.test.ts',
  env: { MODEL: '1' },
});

project.addTask('throughput', {
  description: 'Measures how many events the functions of a workflow get done',
  steps: [{ spawn: bundle.name }, { exec: 'node --import tsx test/replicated-workflow/throughput/main.ts', receiveArgs: true }],
});

project.addTask('costs', { description: 'Prints what the example-app costs a month, by what causes it: --rps, --regions, --orders', exec: 'node --import tsx test/costs/main.ts', env: { TSX_TSCONFIG_PATH: 'tsconfig.dev.json' }, receiveArgs: true });
project.addTask('bench', { description: 'Measures synthesis, loading and handlers against what they could be replaced by: --only, --pairs, --regions', exec: 'node --import tsx test/bench/main.ts', env: { TSX_TSCONFIG_PATH: 'tsconfig.dev.json' }, receiveArgs: true });

const architecture = project.addTask('architecture', { description: 'Draws the example-app into the README' });
architecture.spawn(bundle);
architecture.exec('TSX_TSCONFIG_PATH=tsconfig.dev.json tsx test/diagram/update-readme.ts');

// the README's and docstrings' snippets must compile
project.postCompileTask.exec('jsii-rosetta extract --strict --cache .jsii.tabl.json .');
project.gitignore.addPatterns('.jsii.tabl.json');
project.addPackageIgnore('.jsii.tabl.json');
// 1.13.0, which eslint's import resolver would take, was published without most of its platforms: npm ci refuses the lock file
project.package.addPackageResolutions('unrs-resolver@1.12.2');
project.addPackageIgnore('/example-app');
project.addPackageIgnore('/.ci/');
project.addPackageIgnore('/docs/');
// .jsii has the same, which Construct Hub and editors read
project.addPackageIgnore('/API.md');

// Neither a projen task nor under the tsx command, so that Ctrl-C reaches the rehearsal itself and leaves it the time to stop what it started.
// what the bundler says is of interest only if it fails
const bundled = 'mkdir -p .bundles && projen bundle > .bundles/log 2>&1 || { cat .bundles/log; exit 1; }';
const rehearse = `${bundled}; cd example-app && node ../${COMMAND} rehearse --workload rehearsal/workload.ts`;
project.setScript('start', rehearse);
project.setScript('drill', `${rehearse} --drills all`);
project.setScript('life', 'projen bundle && TSX_TSCONFIG_PATH=tsconfig.dev.json node --import tsx test/life/drill/main.ts');

// so that a clone's example-app runs right after `npm ci`
project.setScript('prepare', 'projen bundle');

addWorkflows(project);
addCommunityFiles(project);
for (const page of ['CONTRIBUTING', 'SECURITY', 'CODE_OF_CONDUCT', 'CHANGELOG']) project.addPackageIgnore(`/${page}.md`);

// The documentation's site. Its generator has a package of its own, so that it is not a part of each `npm ci`.
const docs = project.addTask('docs', { description: 'Builds the documentation\'s site into the folder site, from what `npx projen compile` has made' });
docs.exec('test -d docs-site/node_modules || npm ci --prefix docs-site --no-audit --no-fund');
docs.exec('rm -rf ../site && node node_modules/@11ty/eleventy/cmd.cjs --quiet', { cwd: 'docs-site' });
project.gitignore.addPatterns('/site/');
project.addPackageIgnore('/site/');
project.addPackageIgnore('/docs-site/');
const pages = project.github?.addWorkflow('docs');
pages?.on({ push: { branches: ['main'] }, workflowDispatch: {} });
pages?.addJob('publish', {
  runsOn: ['ubuntu-latest'],
  permissions: {
    contents: github.workflows.JobPermission.READ,
    pages: github.workflows.JobPermission.WRITE,
    idToken: github.workflows.JobPermission.WRITE,
  },
  environment: { name: 'github-pages' },
  concurrency: { group: 'pages' },
  steps: [
    { uses: github.ActionRefs.ACTIONS_CHECKOUT },
    { uses: github.ActionRefs.ACTIONS_SETUP_NODE, with: { 'node-version': '22' } },
    { run: 'npm ci' },
    { run: 'npx projen compile' },
    { run: 'npx projen docs' },
    { uses: 'actions/upload-pages-artifact@v4.0.0', with: { path: 'site' } },
    { uses: 'actions/deploy-pages@v4.0.5' },
  ],
});

project.synth();
