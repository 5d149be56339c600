/** A team with a repository of its own: an application that is small enough to be built and deployed again and again, and its pipeline. */
import { mkdirSync, writeFileSync } from 'fs';
import { join, resolve } from 'path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { PIPELINE_REGION } from './estate';
import { MultiRegionPipeline, MultiRegionSystem, PipelineSource } from '../../../src';
import { Deployed } from '../../local-pipeline/runner';

/** How long each region bakes. */
const BAKE = Duration.minutes(5);

export interface Commit {
  /** What the function of the application answers. */
  readonly version: string;
  /** The regions, the primary one first. */
  readonly regions: string[];
  readonly retiring?: string[];
}

/** A table, a bus, the evacuation switch, and a function: each wave has something in it. */
const APP = `
const { App } = require('aws-cdk-lib');
const { EvacuationSwitch, GlobalEventBus, MultiRegionFunction, MultiRegionSystem } = require('cdk-multi-region');
const { LambdaDeploymentConfig } = require('aws-cdk-lib/aws-codedeploy');
const { regions: [primaryRegion, ...secondaryRegions], retiring } = require('./regions.json');

const app = new App();
const orders = new MultiRegionSystem(app, 'Orders', { primaryRegion, secondaryRegions, retiringRegions: retiring });
EvacuationSwitch.of(orders);
new GlobalEventBus(orders, 'Bus');
new MultiRegionFunction(orders, 'Serve', { codePath: 'handler', deploymentConfig: LambdaDeploymentConfig.ALL_AT_ONCE });
`;

/** Fails when its customers say that its version does. */
const handler = (version: string) => `exports.handler = async ({ failing = [] }) => {
  if (failing.includes('${version}')) throw new Error('this version cannot do that');
  return '${version}';
};
`;

/** The packages of this repository, as ones that the team has in its own: installed at once, from no registry. */
const PACKAGES: Record<string, { readonly from: string; readonly files: Record<string, string> }> = {
  'aws-cdk-lib': { from: 'node_modules/aws-cdk-lib', files: { 'index.js': '', 'aws-codedeploy/index.js': '/aws-codedeploy' } },
  'cdk-multi-region': { from: '.', files: { 'index.js': '/lib/index.js' } },
  'aws-cdk': { from: 'node_modules/aws-cdk', files: { 'bin/cdk': '/bin/cdk' } },
};

/** The team's repository on one machine. */
export class Team {
  constructor(readonly checkout: string) {
    Object.entries(PACKAGES).forEach(([name, { from, files }]) => {
      write(join(checkout, 'packages', name), {
        'package.json': JSON.stringify({ name, version: '1.0.0', ...name === 'aws-cdk' && { bin: { cdk: 'bin/cdk' } } }),
        ...Object.fromEntries(Object.entries(files).map(([file, target]) => [
          file, `${file === 'bin/cdk' ? '#!/usr/bin/env node\n' : ''}module.exports = require('${resolve(from)}${target}');\n`,
        ])),
      });
    });
    const names = Object.keys(PACKAGES);
    const devDependencies = Object.fromEntries(names.map(name => [name, `file:packages/${name}`]));
    write(checkout, {
      'app.js': APP,
      'cdk.json': JSON.stringify({ app: 'node app.js' }),
      'package.json': JSON.stringify({ name: 'orders', version: '1.0.0', scripts: { test: 'echo tested' }, devDependencies }),
      'package-lock.json': JSON.stringify({
        name: 'orders',
        version: '1.0.0',
        lockfileVersion: 3,
        requires: true,
        packages: {
          '': { name: 'orders', version: '1.0.0', devDependencies },
          ...Object.fromEntries(names.flatMap(name => [
            [`node_modules/${name}`, { resolved: `packages/${name}`, link: true }],
            [`packages/${name}`, { version: '1.0.0', dev: true, ...name === 'aws-cdk' && { bin: { cdk: 'bin/cdk' } } }],
          ])),
        },
      }),
    });
  }

  public commit({ version, regions, retiring = [] }: Commit): void {
    write(this.checkout, { 'regions.json': JSON.stringify({ regions, retiring }), 'handler/index.js': handler(version) });
  }
}

/** Synthesizes the team's pipeline: what it deploys by hand. */
export function pipelineFor(folder: string, regions: string[]): Deployed {
  const [primaryRegion, ...secondaryRegions] = regions;
  const system = new MultiRegionSystem(new App({ autoSynth: false }), 'Orders', { primaryRegion, secondaryRegions });
  const app = new App({ outdir: folder });
  const stack = new Stack(app, 'OrdersPipeline', { env: { region: PIPELINE_REGION } });
  new MultiRegionPipeline(stack, 'Pipeline', {
    source: PipelineSource.gitHub('example-org/order-service', { connectionArn: `arn:aws:codeconnections:${PIPELINE_REGION}:111122223333:connection/1b2c3d4e` }),
    stages: [{ system, bake: { duration: BAKE } }],
  });
  return { template: app.synth().getStackByName('OrdersPipeline').template, assembly: folder };
}

function write(folder: string, files: Record<string, string>): void {
  for (const [file, content] of Object.entries(files)) {
    mkdirSync(join(folder, file, '..'), { recursive: true });
    writeFileSync(join(folder, file), content, { mode: file.startsWith('bin/') ? 0o755 : 0o644 });
  }
}

