import { existsSync, readFileSync } from 'fs';
import { join } from 'path';
import { run } from '../../../cli/program';
import { ArchitectureDiagram, DiagramDetail } from '../../../src';
import { assembly, folder, Resources } from '../../diagram/assembly';

const buses = (count: number): Resources => Object.fromEntries(Array.from({ length: count }, (_, i) => [`Bus${i}`, ['AWS::Events::EventBus', { Name: `bus-${i}` }]] as const));

let app: string;
beforeAll(() => {
  app = assembly({ 'us-west-2': buses(2) });
});

/** What the command does with some arguments. */
async function command(...args: string[]): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const written = { out: '', err: '' };
  const code = await run(args, { out: text => { written.out += text; }, err: text => { written.err += text; } });
  return { code, ...written };
}

describe('cdk-multi-region diagram', () => {
  test('writes the overview to standard output, and nothing else anywhere', async () => {
    expect(await command('diagram', app)).toEqual({ code: 0, out: ArchitectureDiagram.fromAssembly(app).toMermaid(), err: '' });
    expect(await command('diagram', '--detail', 'overview', app)).toEqual(await command('diagram', app));
  });

  test('writes every detail with --detail full', async () => {
    const out = ArchitectureDiagram.fromAssembly(app).toMermaid({ detail: DiagramDetail.FULL });
    expect(await command('diagram', app, '--detail=full')).toEqual({ code: 0, out, err: '' });
  });

  test('makes one picture of several assemblies', async () => {
    const other = assembly({ 'eu-west-1': buses(1) });
    expect(await command('diagram', app, other)).toEqual({ code: 0, out: ArchitectureDiagram.fromAssemblies([app, other]).toMermaid(), err: '' });
  });

  test('shows the regions that are chosen with --region', async () => {
    const two = assembly({ 'us-west-2': buses(1), 'eu-west-1': buses(1), 'sa-east-1': buses(1) });
    const regions = ['us-west-2', 'sa-east-1'];
    expect(await command('diagram', two, '--region', regions[0], '--region', regions[1])).toEqual({
      code: 0, out: ArchitectureDiagram.fromAssembly(two).toMermaid({ regions }), err: '',
    });
    expect(await command('diagram', two, '--region', 'mars-1')).toEqual({
      code: 1, out: '', err: 'regions is ["mars-1"]; allowed: at least one of us-west-2, eu-west-1, sa-east-1\n',
    });
  });

  test('writes to a file with --output, and nothing to standard output', async () => {
    const file = join(folder(), 'architecture.mmd');
    expect(await command('diagram', app, '--output', file)).toEqual({ code: 0, out: '', err: '' });
    expect(readFileSync(file, 'utf8')).toBe(ArchitectureDiagram.fromAssembly(app).toMermaid());
  });

  test('draws cdk.out unless a folder is given', async () => {
    expect(existsSync('cdk.out')).toBe(false);
    expect(await command('diagram')).toEqual({ code: 1, out: '', err: '"cdk.out" does not exist; allowed: a folder that "cdk synth" wrote, such as cdk.out\n' });
  });

  test('ends with 1, and one line that says why, if it cannot draw or write', async () => {
    expect(await command('diagram', '/no/such/folder')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^"\/no\/such\/folder" does not exist; .+\n$/) });
    expect(await command('diagram', app, '--output', '/no/such/folder/file')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^ENOENT.+\/no\/such\/folder\/file'\n$/) });
  });

  test('ends with 2 if it is called with something that it does not know', async () => {
    const { code, out, err } = await command('diagram', '--detail', 'all');
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain("argument 'all' is invalid. Allowed choices are overview, full.");
  });

  test('warns of a picture that Mermaid would refuse, and draws it all the same', async () => {
    const rules = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`Rule${i}`, ['AWS::Events::Rule', { Name: `rule-${i}`, EventBusName: { Ref: 'Bus0' } }]] as const));
    const { code, out, err } = await command('diagram', '--detail', 'full', assembly({ 'us-west-2': { ...buses(1), ...rules } }));
    expect(code).toBe(0);
    expect(out.match(/-->/g)).toHaveLength(501);
    expect(err).toBe(`warning: 501 arrows: Mermaid draws 500 unless its maxEdges is more\nwarning: ${out.length} characters: Mermaid reads 50000 unless its maxTextSize is more\n`);
  });
});
