import { spawn, spawnSync } from 'child_process';
import { once } from 'events';
import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { assembly, folder, Resources } from './assembly';
import { ArchitectureDiagram, DiagramDetail } from '../../src';
import { run } from '../../src/diagram/command';

const buses = (count: number): Resources => Object.fromEntries(Array.from({ length: count }, (_, i) => [`Bus${i}`, ['AWS::Events::EventBus', { Name: `bus-${i}` }]] as const));

let app: string;
beforeAll(() => {
  app = assembly({ 'us-west-2': buses(2) });
});

/** What the command does with some arguments. */
function command(...args: string[]): { readonly code: number; readonly out: string; readonly err: string } {
  const written = { out: '', err: '' };
  const code = run(args, { out: text => { written.out += text; }, err: text => { written.err += text; } });
  return { code, ...written };
}

describe('cdk-multi-region diagram', () => {
  test('writes the overview to standard output, and nothing else anywhere', () => {
    expect(command('diagram', app)).toEqual({ code: 0, out: ArchitectureDiagram.fromAssembly(app).toMermaid(), err: '' });
    expect(command('diagram', '--detail', 'overview', app)).toEqual(command('diagram', app));
  });

  test('writes every detail with --detail full', () => {
    const out = ArchitectureDiagram.fromAssembly(app).toMermaid({ detail: DiagramDetail.FULL });
    expect(command('diagram', app, '--detail=full')).toEqual({ code: 0, out, err: '' });
  });

  test('makes one picture of several assemblies', () => {
    const other = assembly({ 'eu-west-1': buses(1) });
    expect(command('diagram', app, other)).toEqual({ code: 0, out: ArchitectureDiagram.fromAssemblies([app, other]).toMermaid(), err: '' });
  });

  test('shows the regions that are chosen with --region', () => {
    const two = assembly({ 'us-west-2': buses(1), 'eu-west-1': buses(1), 'sa-east-1': buses(1) });
    const regions = ['us-west-2', 'sa-east-1'];
    expect(command('diagram', two, '--region', regions[0], '--region', regions[1])).toEqual({
      code: 0, out: ArchitectureDiagram.fromAssembly(two).toMermaid({ regions }), err: '',
    });
    expect(command('diagram', two, '--region', 'mars-1')).toEqual({
      code: 1, out: '', err: 'regions is ["mars-1"]; allowed: at least one of us-west-2, eu-west-1, sa-east-1\n',
    });
  });

  test('writes to a file with --output, and nothing to standard output', () => {
    const file = join(folder(), 'architecture.mmd');
    expect(command('diagram', app, '--output', file)).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(file, 'utf8')).toBe(ArchitectureDiagram.fromAssembly(app).toMermaid());
  });

  test('draws cdk.out unless a folder is given', () => {
    expect(existsSync('cdk.out')).toBe(false);
    expect(command('diagram')).toEqual({ code: 1, out: '', err: '"cdk.out" does not exist; allowed: a folder that "cdk synth" wrote, such as cdk.out\n' });
  });

  test('ends with 1, and one line that says why, if it cannot draw or write', () => {
    expect(command('diagram', '/no/such/folder')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^"\/no\/such\/folder" does not exist; .+\n$/) });
    expect(command('diagram', app, '--output', '/no/such/folder/file')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^ENOENT.+\/no\/such\/folder\/file'\n$/) });
  });

  test.each([
    [[], 'command is ""; allowed: diagram'],
    [['draw'], 'command is "draw"; allowed: diagram'],
    [['diagram', '--detail', 'all'], '--detail is "all"; allowed: overview, full'],
    [['diagram', '--colour'], "Unknown option '--colour'"],
    [['diagram', '--output'], "Option '--output <value>' argument missing"],
  ])('ends with 2 and the usage if it is called as %j', (args, message) => {
    const { code, out, err } = command(...args);
    expect([code, out]).toEqual([2, '']);
    expect(err.startsWith(message)).toBe(true);
    expect(err).toContain('\nUsage: cdk-multi-region diagram');
  });

  test('explains itself with --help, whatever else is given', () => {
    for (const args of [['--help'], ['diagram', '--help'], ['diagram', '/no/such/folder', '--help']]) {
      expect(command(...args)).toMatchObject({ code: 0, out: expect.stringMatching(/^Usage: cdk-multi-region diagram/), err: '' });
    }
  });

  test('tells the package\'s version with --version', () => {
    expect(command('--version')).toEqual({ code: 0, out: `${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`, err: '' });
  });

  test('warns of a picture that Mermaid would refuse, and draws it all the same', () => {
    const rules = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`Rule${i}`, ['AWS::Events::Rule', { Name: `rule-${i}`, EventBusName: { Ref: 'Bus0' } }]] as const));
    const { code, out, err } = command('diagram', '--detail', 'full', assembly({ 'us-west-2': { ...buses(1), ...rules } }));
    expect(code).toBe(0);
    expect(out.match(/-->/g)).toHaveLength(501);
    expect(err).toBe(`warning: 501 arrows: Mermaid draws 500 unless its maxEdges is more\nwarning: ${out.length} characters: Mermaid reads 50000 unless its maxTextSize is more\n`);
  });
});

describe('the program', () => {
  const program = ['--import', 'tsx', 'src/diagram/bin.ts'];
  const env = { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.dev.json' };

  test('passes on arguments, output and exit code', () => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...program, 'diagram', app], { encoding: 'utf8', env });
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: ArchitectureDiagram.fromAssembly(app).toMermaid(), stderr: '' });
    expect(spawnSync(process.execPath, [...program, 'diagram', '--detail', 'x'], { env }).status).toBe(2);
  }, 60_000);

  test('is silent when nobody reads what it writes', async () => {
    const child = spawn(process.execPath, [...program, 'diagram', app], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let err = '';
    child.stderr.on('data', data => { err += data; });
    child.stdout.destroy();
    const [code] = await once(child, 'close');
    expect([code, err]).toEqual([0, '']);
  }, 60_000);
});
