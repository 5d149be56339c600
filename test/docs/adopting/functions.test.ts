/** Each program of docs/adopting/functions.md compiles, is synthesized as it is printed and does what its section says, and the script for Python packages runs. */
import { execFileSync } from 'child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App } from 'aws-cdk-lib';
import { CloudAssembly } from 'aws-cdk-lib/cx-api';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { findPython } from '../../../cli/rehearsal/machine/python';
import { appOf, compilerErrors, snippetsOf, withSnippets } from '../../support/snippets';

jest.setTimeout(300_000);

const PAGE = 'docs/adopting/functions.md';
const TEXT = readFileSync(PAGE, 'utf8');
const REGIONS = ['ap-southeast-2', 'us-west-2'];
const snippets = snippetsOf(PAGE);
const programs = snippets.filter(({ isProgram }) => isProgram);
const [head, ...sections] = TEXT.split(/^## /m);
const titles = sections.map(section => section.split('\n')[0]);

function all(assembly: CloudAssembly, type: string): any[] {
  const resources = assembly.stacks.flatMap(({ template }) => Object.values<any>(template.Resources ?? {}));
  return resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
}

/** The functions of a name that the templates make. */
const made = (assembly: CloudAssembly, name: string) => all(assembly, 'AWS::Lambda::Function').filter(({ FunctionName }) => FunctionName === name);

/** What may invoke a function of some name, region by region. */
const invokers = (assembly: CloudAssembly, name: string) => REGIONS.map(region => Object.values<any>(assembly.getStackByName(`Orders-${region}`).template.Resources)
  .filter(({ Type, Properties }) => Type === 'AWS::Lambda::Permission' && JSON.stringify(Properties.FunctionName).includes(name)).map(({ Properties }) => Properties.Principal).sort());

const messages = (assembly: CloudAssembly) => assembly.stacks.flatMap(stack => stack.messages.map(({ entry }) => String(entry.data)));

const PROMISED: Record<string, (assembly: CloudAssembly) => void> = {
  'The same name in every region': assembly => {
    expect(invokers(assembly, ':function:place-order:live')).toEqual(REGIONS.map(() => ['apigateway.amazonaws.com']));
    const warnings = messages(assembly).filter(message => message.includes('cdk-multi-region:unknownRole'));
    for (const region of REGIONS) {
      for (const part of [`"events:PutEvents","Effect":"Allow","Resource":"arn:\${AWS::Partition}:events:${region}:\${AWS::AccountId}:event-bus/Orders-Bus"`, `:sqs:${region}:\${AWS::AccountId}:Orders-Placed"`]) {
        expect(warnings.filter(warning => warning.includes(part))).toHaveLength(1);
      }
    }
  },
  'Stacks of the same app': assembly => {
    expect(invokers(assembly, ':function:list-orders')).toEqual(REGIONS.map(() => ['apigateway.amazonaws.com']));
    for (const region of REGIONS) {
      const { template } = assembly.getStackByName(`Team-${region}`);
      expect(JSON.stringify(template)).toContain(`:dynamodb:${region}:`);
      expect(assembly.getStackByName(`Orders-${region}`).dependencies.map(({ id }) => id)).toContain(`Team-${region}`);
    }
  },
  'ARNs in Parameter Store': assembly => {
    expect(invokers(assembly, 'inform').flat()).toEqual(REGIONS.map(() => 'events.amazonaws.com'));
  },
  'Container images': assembly => {
    expect(made(assembly, 'Orders-Rank').map(({ PackageType, Code }) => [PackageType, /shop\/rank@sha256:/.test(JSON.stringify(Code))])).toEqual(REGIONS.map(() => ['Image', true]));
  },
  'Layers and settings by region': assembly => {
    expect(made(assembly, 'Orders-Price').map(({ Layers, Environment: { Variables } }) => [Layers[0].split(':')[3], Variables.CURRENCY, Variables.RATES_URL.slice(0, 20)])).toEqual([
      ['ap-southeast-2', 'AUD', 'https://rates-sydney'], ['us-west-2', 'AUD', 'https://rates-oregon'],
    ]);
  },
  'Warm starts': assembly => {
    expect(all(assembly, 'AWS::Lambda::Version').flatMap(({ ProvisionedConcurrencyConfig: config }) => config?.ProvisionedConcurrentExecutions ?? [])).toEqual([5, 5]);
    expect(all(assembly, 'AWS::Lambda::Alias').flatMap(({ ProvisionedConcurrencyConfig: config }) => config ?? [])).toEqual([]);
    expect(made(assembly, 'Orders-Invoice').map(({ SnapStart }) => SnapStart.ApplyOn)).toEqual(['PublishedVersions', 'PublishedVersions']);
  },
  'Options of the bundler': assembly => {
    expect(made(assembly, 'Orders-List')).toHaveLength(2);
  },
  'Python with packages': assembly => {
    expect(made(assembly, 'Orders-List').map(({ Handler, Runtime }) => [Handler, Runtime])).toEqual([['app.handler', 'python3.14'], ['app.handler', 'python3.14']]);
  },
  'An existing role': assembly => {
    const policies = all(assembly, 'AWS::IAM::Policy');
    expect(policies.map(({ Roles }) => Roles)).toEqual(REGIONS.map(() => ['orders-worker']));
    expect(new Set(policies.map(({ PolicyName }) => PolicyName)).size).toBe(REGIONS.length);
    expect(messages(assembly).filter(message => message.includes('unknownRole'))).toEqual([]);
  },
};

/** What the packs find in what the library makes: functions and roles of the team's own are the team's. */
function findings(app: App): string[] {
  const isOwn = (path: string) => /^Team-|\/(Work|WorkRole)(\/|$)/.test(path);
  return [new AwsSolutionsChecks(), new ServerlessChecks()].flatMap(pack => pack.validateScope(app).violations)
    .flatMap(({ ruleName, violatingResources }) => violatingResources.filter(({ constructPath }) => !isOwn(constructPath!)).map(({ constructPath }) => `${ruleName} ${constructPath}`));
}

describe('docs/adopting/functions.md', () => {
  const folder = withSnippets(snippets);
  beforeAll(() => {
    mkdirSync(join(folder(), 'build'));
    writeFileSync(join(folder(), 'build', 'app.py'), '');
  });

  test('has programs that compile', () => {
    expect(compilerErrors(folder(), snippets)).toEqual([]);
  });

  test('has each section in its table, with a program, and with what happens when a region fails', () => {
    expect([...head.matchAll(/\[([^\]]+)\]\(#([\w-]+)\)/g)].map(([, title, anchor]) => [title, anchor])).toEqual(titles.map(title => [title, title.toLowerCase().replace(/ /g, '-')]));
    expect(sections.map(text => [/^```ts\nimport/m.test(text), text.includes('**When a region fails**')])).toEqual(sections.map(() => [true, true]));
    expect(Object.keys(PROMISED)).toEqual(titles);
  });

  test.each(programs.map((program, index) => ({ title: titles[index], program })))('keeps what it says of "$title"', ({ title, program }) => {
    const app = appOf(folder(), program);
    PROMISED[title](app.synth());
    expect(findings(app)).toEqual([]);
  });

  test('installs Python packages beside the code, without a network here', async () => {
    const project = mkdtempSync(join(tmpdir(), 'python-'));
    const [, script] = /^```sh\n(.*?)^```$/ms.exec(TEXT)!;
    const [, file, code] = /^```py\n# (\S+)\n(.*?)^```$/ms.exec(TEXT)!;
    mkdirSync(join(project, 'orders'));
    writeFileSync(join(project, file), code);
    writeFileSync(join(project, 'requirements.txt'), 'little==1.0\n');
    const { command } = await findPython();
    execFileSync(command, ['-c', WHEEL, project]);
    const install = (copy: string) => {
      execFileSync('sh', ['-c', script.replace('python3', command)], { cwd: project, env: { ...process.env, PIP_NO_INDEX: '1', PIP_FIND_LINKS: project, PIP_DISABLE_PIP_VERSION_CHECK: '1' }, stdio: 'pipe' });
      cpSync(join(project, 'build'), join(project, copy), { recursive: true });
      return readdirSync(join(project, copy), { recursive: true, encoding: 'utf8' }).sort();
    };
    const files = install('first');
    expect(files).toEqual(expect.arrayContaining(['app.py', 'little.py']));
    expect(files.filter(name => name.endsWith('.pyc'))).toEqual([]);
    // the same again, byte for byte, or each synthesis would deploy
    expect(install('second')).toEqual(files);
    execFileSync('diff', ['-r', join(project, 'first'), join(project, 'second')]);
    rmSync(project, { recursive: true });
  });
});

/** Makes a wheel of one module. */
const WHEEL = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1] + '/little-1.0-py3-none-any.whl', 'w') as wheel:
    wheel.writestr('little.py', 'ANSWER = 42\\n')
    wheel.writestr('little-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: little\\nVersion: 1.0\\n')
    wheel.writestr('little-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    wheel.writestr('little-1.0.dist-info/RECORD', 'little.py,,\\nlittle-1.0.dist-info/METADATA,,\\nlittle-1.0.dist-info/WHEEL,,\\nlittle-1.0.dist-info/RECORD,,\\n')
`;
