import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { App, Size } from 'aws-cdk-lib';
import { Match } from 'aws-cdk-lib/assertions';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { FunctionBundling, FunctionImage, MultiRegionFunction, MultiRegionFunctionProps, MultiRegionSystem } from '../../src';
import { expectNoFindings } from '../support/findings';
import { CODE, errorOf, expectPropError, regional, regions, resources, testSystem } from '../support/synth';

const DIGEST = `sha256:${'0a'.repeat(32)}`;
const layersIn = (all: string[]) => Object.fromEntries(all.map(region => [region, [`arn:aws:lambda:${region}:111122223333:layer:tools:7`]]));

function make(props: MultiRegionFunctionProps, count = 2): MultiRegionSystem {
  const system = testSystem(count);
  new MultiRegionFunction(system, 'Handler', props);
  return system;
}

function functionIn(system: MultiRegionSystem, region: string): any {
  return resources(regional(system, region), 'AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === 'Orders-Handler').Properties;
}

function versionIn(system: MultiRegionSystem, region: string): [string, any] {
  return Object.entries<any>(regional(system, region).toJSON().Resources).find(([id, { Type }]) => Type === 'AWS::Lambda::Version' && id.startsWith('Handler'))!;
}

describe('MultiRegionFunction', () => {
  test('has the layers, and the variables of its own, of each region', () => {
    const system = testSystem(3);
    new MultiRegionFunction(system, 'Handler', {
      codePath: CODE,
      environment: { MODE: 'fast' },
      regionalEnvironment: Object.fromEntries(system.regions.map(region => [region, { ADDRESS: `https://${region}.example.com` }])),
      layerArns: { ...layersIn(system.regions), 'sa-east-1': [] },
      ephemeralStorageSize: Size.gibibytes(2),
    });
    for (const region of system.regions) {
      expect(functionIn(system, region)).toMatchObject({
        Layers: [`arn:aws:lambda:${region}:111122223333:layer:tools:7`],
        Environment: { Variables: { MODE: 'fast', ADDRESS: `https://${region}.example.com` } },
        EphemeralStorage: { Size: 2048 },
      });
    }
    expectNoFindings(system);
  });

  test('runs a container image of the region\'s own repository, by digest or by tag', () => {
    const system = make({ image: FunctionImage.fromRepository('team/handler', { tagOrDigest: DIGEST, cmd: ['app.handler'], workingDirectory: '/work' }) });
    for (const region of system.regions) {
      const fn = functionIn(system, region);
      expect(fn).toMatchObject({ PackageType: 'Image', ImageConfig: { Command: ['app.handler'], WorkingDirectory: '/work' }, Architectures: ['arm64'] });
      expect([fn.Handler, fn.Runtime]).toEqual([undefined, undefined]);
      expect(fn.Code.ImageUri['Fn::Join'][1]).toEqual([{ Ref: 'AWS::AccountId' }, `.dkr.ecr.${region}.`, { Ref: 'AWS::URLSuffix' }, `/team/handler@${DIGEST}`]);
    }
    expectNoFindings(system);
    const tagged = make({ image: FunctionImage.fromRepository('handler', { tagOrDigest: 'v1' }) });
    expect(JSON.stringify(functionIn(tagged, 'us-west-2').Code)).toContain('/handler:v1');
  });

  test('starts versions from snapshots', () => {
    const system = make({ codePath: CODE, runtime: Runtime.PYTHON_3_13, snapStart: true });
    expect(functionIn(system, 'us-west-2').SnapStart).toEqual({ ApplyOn: 'PublishedVersions' });
  });

  test('has provisioned concurrency on the version, which goes when another one has the traffic, and not on the alias, whose weights it would be in the way of', () => {
    const system = make({ codePath: CODE, provisionedConcurrentExecutions: 5, reservedConcurrentExecutions: 10 });
    const template = regional(system, 'us-west-2');
    const [, version] = versionIn(system, 'us-west-2');
    expect(version).toMatchObject({ DeletionPolicy: 'Delete', Properties: { ProvisionedConcurrencyConfig: { ProvisionedConcurrentExecutions: 5 } } });
    template.hasResource('AWS::Lambda::Alias', { Properties: { Name: 'live', ProvisionedConcurrencyConfig: Match.absent(), RoutingConfig: Match.absent() }, UpdatePolicy: { CodeDeployLambdaAliasUpdate: Match.anyValue() } });
    expectNoFindings(system);
    // what is without it keeps its versions
    expect(versionIn(make({ codePath: CODE }), 'us-west-2')[1].DeletionPolicy).not.toBe('Delete');
  });

  test('publishes a new version when the number changes: CloudFormation changes it on none', () => {
    const [five, six] = [5, 6].map(provisionedConcurrentExecutions => make({ codePath: CODE, provisionedConcurrentExecutions }));
    expect(versionIn(five, 'us-west-2')[0]).not.toBe(versionIn(six, 'us-west-2')[0]);
    expect([five, six].map(system => functionIn(system, 'us-west-2').Environment.Variables)).toEqual([{ PROVISIONED_CONCURRENCY: '5' }, { PROVISIONED_CONCURRENCY: '6' }]);
  });
});

describe('MultiRegionFunction refuses', () => {
  const image = FunctionImage.fromRepository('handler', { tagOrDigest: 'v1' });
  const snap = { runtime: Runtime.JAVA_21, snapStart: true };
  const layers = layersIn(['ap-southeast-2', 'us-west-2']);
  test.each<[string, any, string, string, string]>([
    ['little storage', { ephemeralStorageSize: Size.mebibytes(511) }, 'ephemeralStorageSize', '511', 'from 512 to 10240'],
    ['much storage', { ephemeralStorageSize: Size.gibibytes(11) }, 'ephemeralStorageSize', '11264', 'from 512 to 10240'],
    ['storage as a number', { ephemeralStorageSize: 1024 }, 'ephemeralStorageSize', '1024', 'a Size'],
    ['parts of a MiB', { ephemeralStorageSize: Size.kibibytes(1_000_001) }, 'ephemeralStorageSize', '976.', 'a whole number'],
    ['snapshots of Node.js', { snapStart: true }, 'snapStart', 'true', 'Python from 3.12'],
    ['snapshots of an old Python', { runtime: Runtime.PYTHON_3_11, snapStart: true }, 'snapStart', 'true', 'python3.11'],
    ['snapshots with much storage', { ...snap, ephemeralStorageSize: Size.mebibytes(513) }, 'snapStart', 'true', '512 MiB'],
    ['snapshots with provisioned concurrency', { ...snap, provisionedConcurrentExecutions: 1 }, 'snapStart', 'true', 'one of snapStart and provisionedConcurrentExecutions'],
    ['no provisioned concurrency', { provisionedConcurrentExecutions: 0 }, 'provisionedConcurrentExecutions', '0', 'a whole number of at least 1'],
    ['more provisioned than two versions have reserved', { provisionedConcurrentExecutions: 6, reservedConcurrentExecutions: 11 }, 'provisionedConcurrentExecutions', '6', 'at most half of reservedConcurrentExecutions, which is 11'],
    ['its own variable of yours', { provisionedConcurrentExecutions: 1, environment: { PROVISIONED_CONCURRENCY: 'x' } }, 'environment', '"PROVISIONED_CONCURRENCY"', 'other names'],
    ['layers of some regions', { layerArns: { 'us-west-2': [] } }, 'layerArns', '["us-west-2"]', 'missing: ap-southeast-2'],
    ['six layers', { layerArns: { ...layers, 'us-west-2': Array(6).fill(layers['us-west-2'][0]) } }, 'layerArns.us-west-2', 'layer:tools:7', 'at most 5'],
    ['a layer of another region', { layerArns: { ...layers, 'us-west-2': layers['ap-southeast-2'] } }, 'layerArns.us-west-2', 'arn:aws:lambda:ap-southeast-2', 'a layer\'s version in us-west-2'],
    ['a layer without a version', { layerArns: { ...layers, 'us-west-2': ['arn:aws:lambda:us-west-2:111122223333:layer:tools'] } }, 'layerArns.us-west-2', 'layer:tools"', 'such as arn:aws:lambda:us-west-2'],
    ['variables of some regions', { regionalEnvironment: { 'us-west-2': { AB: '1' } } }, 'regionalEnvironment', '["us-west-2"]', 'missing: ap-southeast-2'],
    ['other variables in some regions', { regionalEnvironment: { 'us-west-2': { AB: '1' }, 'ap-southeast-2': { CD: '1' } } }, 'regionalEnvironment.ap-southeast-2', '["CD"]', 'missing: AB'],
    ['a variable twice', { environment: { AB: '1' }, regionalEnvironment: { 'us-west-2': { AB: '1' }, 'ap-southeast-2': { AB: '1' } } }, 'regionalEnvironment', '"AB"', 'names that environment does not have'],
    ['a regional variable that is reserved', { regionalEnvironment: { 'us-west-2': { AWS_REGION: '1' }, 'ap-southeast-2': { AWS_REGION: '1' } } }, 'regionalEnvironment.ap-southeast-2', '"AWS_REGION"', 'Lambda sets itself'],
    ['bundling of what is not bundled', { bundling: {} }, 'bundling', '…', 'nothing without an entry'],
    ['an image and code', { image }, 'entry, codePath and image', '["codePath","image"]', 'exactly one'],
    ['an image by its URI', { codePath: undefined, image: '111122223333.dkr.ecr.us-west-2.amazonaws.com/x:y' }, 'image', 'dkr.ecr', 'FunctionImage.fromRepository'],
    ['a command with a word twice', { codePath: undefined, image: FunctionImage.fromRepository('handler', { tagOrDigest: 'v1', cmd: ['run', '-v', '-v'] }) }, 'image: cmd', '["run","-v","-v"]', 'each text once'],
    ['a handler with an image', { codePath: undefined, image, handler: 'app.handler' }, 'handler', '"app.handler"', 'nothing with an image'],
    ['a runtime with an image', { codePath: undefined, image, runtime: Runtime.JAVA_21 }, 'runtime', '"java21"', 'nothing with an image'],
    ['layers with an image', { codePath: undefined, image, layerArns: layers }, 'layerArns', 'layer:tools', 'nothing with an image'],
    ['snapshots with an image', { codePath: undefined, image, snapStart: true }, 'snapStart', 'true', 'nothing with an image'],
    ['a repository by its URI', { codePath: undefined, image: FunctionImage.fromRepository('111122223333.dkr.ecr.us-west-2.amazonaws.com/x:y', { tagOrDigest: 'v1' }) }, 'image: repositoryName', 'dkr.ecr', 'not its URI'],
    ['a repository of one letter', { codePath: undefined, image: FunctionImage.fromRepository('x', { tagOrDigest: 'v1' }) }, 'image: repositoryName', '"x"', 'of 2 to 256'],
    ['half of a digest', { codePath: undefined, image: FunctionImage.fromRepository('xy', { tagOrDigest: 'sha256:0a' }) }, 'image: tagOrDigest', '"sha256:0a"', 'a digest'],
    ['a long directory', { codePath: undefined, image: FunctionImage.fromRepository('xy', { tagOrDigest: 'v1', workingDirectory: 'x'.repeat(1001) }) }, 'image: workingDirectory', 'xxx', 'at most 1000'],
    ['a long command', { codePath: undefined, image: FunctionImage.fromRepository('xy', { tagOrDigest: 'v1', cmd: Array(1501).fill('x') }) }, 'image: cmd', '"x"', 'at most 1500'],
  ])('%s', (_, props, prop, value, allowed) => {
    expectPropError(() => make({ codePath: CODE, ...props }), prop, value, allowed, 'Orders/Handler');
  });
});

describe('the bundle of an entry', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundling-'));
  writeFileSync(join(folder, 'query.sql'), 'SELECT 1');
  const entry = join(folder, 'handler.ts');
  writeFileSync(entry, `import query from './query.sql';
    import { elsewhere } from 'in-a-layer';
    declare const STAGE: string;
    // a comment
    export const handler = async () => [query, STAGE, elsewhere];`);
  const valid: FunctionBundling = { loader: { '.sql': 'text' }, define: { STAGE: '"production"' }, externalModules: ['in-a-layer'] };

  /** The files of each function's code. */
  function bundle(...all: FunctionBundling[]): Record<string, string>[] {
    const app = new App();
    const system = new MultiRegionSystem(app, 'Orders', regions(1));
    all.forEach((bundling, index) => new MultiRegionFunction(system, `Handler${index}`, { entry, bundling }));
    const { directory } = app.synth();
    return all.map((_, index) => {
      const fn = resources(regional(system, 'ap-southeast-2'), 'AWS::Lambda::Function').find(({ Properties }) => Properties.FunctionName === `Orders-Handler${index}`);
      const asset = join(directory, `asset.${fn.Properties.Code.S3Key.split('.')[0]}`);
      expect(existsSync(asset)).toBe(true);
      return Object.fromEntries(readdirSync(asset).map(file => [file, readFileSync(join(asset, file), 'utf8')]));
    });
  }

  test('is made as is said, of one entry for two functions in two ways', () => {
    const [small, readable] = bundle(valid, { ...valid, minify: false, sourceMap: false });
    expect(Object.keys(small).sort()).toEqual(['index.js', 'index.js.map']);
    expect(Object.keys(readable)).toEqual(['index.js']);
    for (const { 'index.js': code } of [small, readable]) {
      expect(['SELECT 1', '"production"', 'require("in-a-layer")'].filter(part => !code.includes(part))).toEqual([]);
    }
    expect(readable['index.js'].split('\n').length).toBeGreaterThan(small['index.js'].split('\n').length + 5);
  });

  test.each<[string, FunctionBundling, RegExp]>([
    ['a loader that there is not', { ...valid, loader: { '.sql': 'sql' } }, /bundling is \{.*"\.sql":"sql".*allowed: what esbuild takes, and .*[Ii]nvalid.*\[Orders\/Handler0\]$/s],
    ['no expression', { ...valid, define: { STAGE: 'a b' } }, /allowed: what esbuild .*\[Orders\/Handler0\]$/s],
    ['the file\'s own names', { ...valid, define: { 'import.meta.url': '"x"' } }, /bundling.define is "import.meta.url"; allowed: other names/],
    ['a file without a loader', { ...valid, loader: {} }, /entry is .*query.sql.*\[Orders\/Handler0\]$/s],
  ])('is refused of %s', (_, bundling, message) => {
    expect(errorOf(() => bundle(bundling))).toMatch(message);
  });
});
