import * as fs from 'fs';
import { tmpdir } from 'os';
import { basename, dirname, join } from 'path';
import { App, Stack, Stage, Validations } from 'aws-cdk-lib';
import { CfnPolicy } from 'aws-cdk-lib/aws-iam';
import { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { parseCsv } from './csv';
import { CompliancePack, ComplianceReport, ComplianceReportProps, MultiRegionSystem, SystemUnit } from '../../src';
import { errorOf, expectPropError, regions, testApp } from '../support/synth';

const folder = fs.mkdtempSync(join(tmpdir(), 'compliance-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));
afterEach(() => jest.restoreAllMocks());

const ALL = Object.values(CompliancePack);

/** An app whose one queue breaks rules. */
function badQueue(scope: Construct, id = 'Bad'): CfnQueue {
  return new CfnQueue(new Stack(scope, id, { env: { region: 'eu-west-1' } }), 'Queue');
}

function report(scope: Construct, props: Partial<ComplianceReportProps> = {}): ComplianceReport {
  return new ComplianceReport(scope, 'Compliance', { packs: [CompliancePack.AWS_SOLUTIONS], ...props });
}

function read({ htmlPath, csvPath }: ComplianceReport) {
  return { html: fs.readFileSync(htmlPath, 'utf8'), csv: parseCsv(fs.readFileSync(csvPath, 'utf8')) };
}

describe('ComplianceReport', () => {
  test('tells of a resource that breaks a rule: the rule, its level, the resource, its stack and its region', () => {
    const app = testApp();
    badQueue(app);
    const written = report(app);
    app.synth();
    const { html, csv } = read(written);
    expect(csv).toContainEqual(expect.objectContaining({
      'Pack': 'AWS Solutions', 'Rule': 'AwsSolutions-SQS4', 'Level': 'error', 'Status': 'open', 'Resource': 'Bad/Queue', 'Resource type': 'AWS::SQS::Queue', 'Stack': 'Bad', 'Region': 'eu-west-1', 'Reason': '',
    }));
    expect(html).toContain('<h4 class="open"><code>AwsSolutions-SQS4</code> <span class="level">error, 1 resource</span></h4>');
    expect(html).toContain('<code>Bad/Queue</code> (Bad, eu-west-1)');
  });

  test('tells what is acknowledged, with the reason that is nearest to the resource', () => {
    const app = testApp();
    const queue = badQueue(app);
    Validations.of(app).acknowledge({ id: 'AwsSolutions-SQS4', reason: 'far away' });
    Validations.of(queue).acknowledge({ id: 'AwsSolutions-SQS4', reason: 'a queue of nothing' });
    const written = report(app);
    app.synth();
    const { html, csv } = read(written);
    expect(csv).toContainEqual(expect.objectContaining({ Rule: 'AwsSolutions-SQS4', Status: 'acknowledged', Reason: 'a queue of nothing' }));
    expect(csv.filter(({ Rule: rule, Status: status }) => rule === 'AwsSolutions-SQS4' && status === 'open')).toEqual([]);
    expect(html).toContain('<strong>Reason:</strong> a queue of nothing');
    expect(html).not.toContain('far away');
  });

  test('tells the findings of one resource apart, when a rule has several', () => {
    const app = testApp();
    const statement = (Action: string) => ({ Effect: 'Allow', Action, Resource: ['arn:aws:s3:::one/*', 'arn:aws:s3:::two/*'] });
    const policy = new CfnPolicy(new Stack(app, 'S'), 'Policy', {
      policyName: 'p', roles: ['r'], policyDocument: { Version: '2012-10-17', Statement: [statement('s3:GetObject'), statement('s3:PutObject')] },
    });
    Validations.of(policy).acknowledge({ id: 'AwsSolutions-IAM5[Resource::arn:aws:s3:::one/*]', reason: 'ours' });
    const written = report(app);
    app.synth();
    expect(read(written).csv.filter(({ Rule: rule }) => rule.startsWith('AwsSolutions-IAM5')).map(({ Rule: rule, Status: status, Reason: reason }) => [rule, status, reason])).toEqual([
      ['AwsSolutions-IAM5[Resource::arn:aws:s3:::one/*]', 'acknowledged', 'ours'],
      ['AwsSolutions-IAM5[Resource::arn:aws:s3:::two/*]', 'open', ''],
    ]);
  });

  test('counts rules and findings of each pack', () => {
    const app = testApp();
    Validations.of(badQueue(app)).acknowledge({ id: 'AwsSolutions-SQS4', reason: 'a queue of nothing' });
    const written = report(app, { packs: ALL });
    app.synth();
    const { html, csv } = read(written);
    const rows = [...html.matchAll(/<tr><td>([^<]+)<\/td>((?:<td class="number[^"]*">\d+<\/td>){5})<\/tr>/g)]
      .map(([, title, cells]) => [title, ...[...cells.matchAll(/>(\d+)</g)].map(([, cell]) => Number(cell))] as const);
    expect(rows.map(([title]) => title)).toEqual(['AWS Solutions', 'Serverless', 'NIST 800-53 revision 5', 'HIPAA Security', 'PCI DSS 3.2.1']);
    for (const [title, checked, applicable, compliant, open, acknowledged] of rows) {
      const lines = csv.filter(({ Pack: pack }) => pack === title);
      expect(checked).toBeGreaterThan(10);
      expect(new Set(lines.map(({ Rule: rule }) => rule)).size).toBe(applicable);
      expect(lines.filter(({ Status: status }) => status === 'open')).toHaveLength(open);
      expect(lines.filter(({ Status: status }) => status === 'acknowledged')).toHaveLength(acknowledged);
      expect(compliant).toBeLessThanOrEqual(applicable);
    }
    expect(rows[0].slice(2)).toEqual([3, 1, 1, 1]);
  });

  test('escapes what it shows in HTML, and quotes it as RFC 4180 has it', () => {
    const app = testApp();
    const reason = '<script>alert("1")</script> & \'two\',\r\nlines';
    Validations.of(badQueue(app)).acknowledge({ id: 'AwsSolutions-SQS4', reason });
    const written = report(app, { date: '<b>today</b>' });
    app.synth();
    const { html, csv } = read(written);
    expect(html).not.toMatch(/<script|<b>/);
    expect(html).toContain('&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;two&#39;');
    expect(html).toContain('&lt;b&gt;today&lt;/b&gt;');
    expect(csv.find(({ Rule: rule }) => rule === 'AwsSolutions-SQS4')).toMatchObject({ Reason: reason });
    expect(fs.readFileSync(written.csvPath, 'utf8')).toContain('"<script>alert(""1"")</script> & \'two\',\r\nlines"');
  });

  test('refers to nothing outside of its page', () => {
    const app = testApp();
    badQueue(app);
    const written = report(app);
    app.synth();
    expect(read(written).html).not.toMatch(/<(link|img|script|iframe)|@import|url\(|https?:/);
  });

  test('is the same, byte by byte, for the same app', () => {
    const [one, other] = [1, 2].map(() => {
      const app = testApp();
      badQueue(app);
      const written = report(app, { packs: ALL });
      app.synth();
      return [written.htmlPath, written.csvPath].map(path => fs.readFileSync(path, 'utf8'));
    });
    expect(one).toEqual(other);
    expect(one.join()).not.toMatch(/\b20\d\d-\d\d-\d\d\b/);
  });

  test('of an empty system says that there is nothing', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Orders', regions(2));
    const written = report(system, { failOnOpenFindings: true });
    app.synth();
    const { html, csv } = read(written);
    expect(csv).toEqual([]);
    expect(html).toContain('<h1>Compliance of Orders</h1>');
    expect(html).toContain('<p class="none">None.</p>');
  });

  test('of a system is about all its stacks, those of its units included', () => {
    const app = testApp();
    const system = new MultiRegionSystem(app, 'Orders', regions(2));
    const unit = new SystemUnit(system, 'Billing');
    const hosts = [system._stacks, unit._stacks];
    const stacks = [system.globalStack, ...hosts.flatMap(host => system.regions.flatMap(region => [host.stackIn(region), host.meshIn(region)]))];
    stacks.forEach(stack => new CfnQueue(stack, 'Queue'));
    const written = report(system);
    app.synth();
    const open = read(written).csv.filter(({ Rule: rule, Status: status }) => rule === 'AwsSolutions-SQS4' && status === 'open');
    expect(open.map(({ Stack: stack, Region: region }) => `${stack} ${region}`).sort()).toEqual(stacks.map(({ stackName, region }) => `${stackName} ${region}`).sort());
  });

  test('is about its scope only', () => {
    const app = testApp();
    badQueue(app, 'Elsewhere');
    const stage = new Stage(app, 'Prod');
    badQueue(stage);
    const system = new MultiRegionSystem(stage, 'Orders', regions(1));
    const [ofSystem, ofStage, ofApp] = [system, stage, app].map(scope => report(scope));
    app.synth();
    const places = (written: ComplianceReport) => [...new Set(read(written).csv.map(({ Resource: resource }) => resource))].sort();
    expect(places(ofSystem)).toEqual([]);
    expect(places(ofStage)).toEqual(['Prod/Bad/Queue']);
    expect(places(ofApp)).toEqual(['Elsewhere/Queue', 'Prod/Bad/Queue']);
  });

  test('is in the cloud assembly, beside other reports, and can be written again', () => {
    const outdir = join(folder, 'cdk.out');
    for (const reason of ['first', 'second']) {
      const app = testApp({ outdir });
      Validations.of(badQueue(app)).acknowledge({ id: 'AwsSolutions-SQS4', reason });
      const written = new ComplianceReport(new Construct(app, 'Reports'), 'All', { packs: ALL });
      report(app);
      app.synth();
      expect(dirname(written.htmlPath)).toBe(join(outdir, 'compliance'));
    }
    expect(fs.readdirSync(join(outdir, 'compliance')).sort()).toEqual(['Compliance.csv', 'Compliance.html', 'Reports-All.csv', 'Reports-All.html']);
    expect(fs.readFileSync(join(outdir, 'compliance', 'Compliance.html'), 'utf8')).toContain('second');
  });

  test('with a directory is there, in folders that it makes', () => {
    const app = testApp();
    const written = report(app, { directory: join(folder, 'for', 'auditors') });
    app.synth();
    expect(fs.existsSync(written.htmlPath)).toBe(true);
    expect(basename(written.csvPath)).toBe('Compliance.csv');
  });

  test('fails the synthesis on open findings when asked to, after it is written', () => {
    const app = testApp();
    badQueue(app);
    const written = report(app, { failOnOpenFindings: true });
    expect(errorOf(() => app.synth())).toMatch(/AwsSolutions-SQS4: .+ \[Bad\/Queue\]/);
    expect(read(written).csv).not.toEqual([]);
  });

  test('names the first open findings in the error, and where the others are', () => {
    const app = testApp();
    [...Array(12).keys()].forEach(i => badQueue(app, `Bad${i}`));
    const { htmlPath } = report(app, { failOnOpenFindings: true });
    expect(errorOf(() => app.synth())).toContain(`and 4 more: see ${htmlPath}`);
  });

  test('does not fail the synthesis when all findings are acknowledged', () => {
    const app = testApp();
    Validations.of(badQueue(app)).acknowledge({ id: 'AwsSolutions-SQS3', reason: 'no' }, { id: 'AwsSolutions-SQS4', reason: 'no' });
    report(app, { failOnOpenFindings: true });
    expect(() => app.synth()).not.toThrow();
  });

  test('fails the synthesis when its folder cannot be made', () => {
    const file = join(folder, 'a-file');
    fs.writeFileSync(file, '');
    const app = testApp();
    report(app, { directory: join(file, 'below') });
    expectPropError(() => app.synth(), 'directory', join(file, 'below'), 'a folder that can be written (ENOTDIR', 'Compliance');
  });

  test('leaves no half report on a full disk', () => {
    const app = testApp();
    const { htmlPath, csvPath } = report(app, { directory: join(folder, 'full') });
    // the limit of the file's size stands for the disk's
    const write = fs.writeFileSync;
    jest.spyOn(jest.requireActual('fs'), 'writeFileSync').mockImplementation((path: any, data: any, options: any) => {
      if (!String(path).endsWith('.part')) return write(path, data, options);
      write(path, String(data).slice(0, 10));
      throw new Error('ENOSPC: no space left on device, write');
    });
    expectPropError(() => app.synth(), 'directory', 'full', 'a folder that can be written (ENOSPC: no space left on device, write)', 'Compliance');
    expect([htmlPath, csvPath].filter(path => fs.existsSync(path))).toEqual([]);
  });

  test.each([
    ['no pack', [], '[]'],
    ['nothing for packs', undefined, 'undefined'],
    ['an unknown pack', ['GDPR'], 'GDPR'],
    ['a pack twice', [CompliancePack.SERVERLESS, CompliancePack.SERVERLESS], 'SERVERLESS'],
  ])('throws if there is %s', (_, packs, value) => {
    expectPropError(() => report(testApp(), { packs: packs as CompliancePack[] }), 'packs', value, 'at least one of AWS_SOLUTIONS, SERVERLESS', 'Compliance');
  });

  test('throws if the directory is empty', () => {
    expectPropError(() => report(testApp(), { directory: '' }), 'directory', '""', 'the path of a folder', 'Compliance');
  });

  test.each<[string, () => object, RegExp]>([
    ['without cdk-nag', () => { throw new Error('Cannot find module \'cdk-nag\''); }, /could not be loaded \(Cannot find module 'cdk-nag'\): npm install --save-dev cdk-nag@3; .* \[Compliance\]/],
    ['with cdk-nag 2', () => ({ AwsSolutionsChecks: class { public visit() {} } }), /cdk-nag.* is another version: npm install --save-dev cdk-nag@3; .* \[Compliance\]/],
  ])('%s says how to get it', (_, nag, message) => {
    jest.isolateModules(() => {
      jest.doMock('cdk-nag', nag);
      const { ComplianceReport: Isolated } = jest.requireActual<typeof import('../../src')>('../../src');
      const { App: IsolatedApp } = jest.requireActual<{ App: typeof App }>('aws-cdk-lib');
      const app = new IsolatedApp();
      new Isolated(app, 'Compliance', { packs: [CompliancePack.SERVERLESS] });
      expect(errorOf(() => app.synth())).toMatch(message);
      jest.dontMock('cdk-nag');
    });
  });
});
