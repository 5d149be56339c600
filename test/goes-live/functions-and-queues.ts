import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Duration, Size } from 'aws-cdk-lib';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { byRegion, OnlyAtSynthesis, Subject, thresholds, With } from './subject';
import { FunctionImage, MultiRegionFunction, MultiRegionQueue, MultiRegionSystem } from '../../src';
import { CODE } from '../support/synth';

const folder = mkdtempSync(join(tmpdir(), 'goes-live-'));

/** The same folder, with other code in it. */
function folderWith(text: string): string {
  writeFileSync(join(folder, 'index.js'), `exports.handler = async () => ${text};`);
  return folder;
}

export const FUNCTIONS_AND_QUEUES: Subject[] = [
  {
    of: 'MultiRegionFunctionProps',
    base: () => ({ codePath: CODE }),
    make: (system, props) => void new MultiRegionFunction(system, 'Handler', props),
    changes: {
      alarmSettings: { errors: { threshold: 7 } },
      architecture: Architecture.X86_64,
      codePath: 'test/support/aws-cli',
      deploymentConfig: LambdaDeploymentConfig.LINEAR_10PERCENT_EVERY_1MINUTE,
      description: 'another one',
      networks: (system: MultiRegionSystem) => byRegion(system, () => ({ subnetIds: ['subnet-a', 'subnet-b'], securityGroupIds: ['sg-a'] })),
      environment: { MODE: 'b' },
      ephemeralStorageSize: Size.gibibytes(1),
      handler: 'other.handler',
      image: new With({ codePath: undefined, image: FunctionImage.fromRepository('handler', { tagOrDigest: 'v1' }) }),
      layerArns: (system: any) => byRegion(system, region => [`arn:aws:lambda:${region}:111122223333:layer:tools:7`]),
      logRetention: RetentionDays.ONE_WEEK,
      maxEventAge: Duration.minutes(7),
      memorySize: 777,
      preTrafficHook: (system: any) => new MultiRegionFunction(system, 'Hook', { codePath: CODE }),
      provisionedConcurrentExecutions: 3,
      regionalEnvironment: (system: any) => byRegion(system, region => ({ ADDRESS: `https://${region}.example.com` })),
      reservedConcurrentExecutions: 3,
      retryAttempts: 1,
      rollbackOnAlarm: false,
      runtime: Runtime.NODEJS_22_X,
      timeout: Duration.seconds(7),
      snapStart: new With({ runtime: Runtime.PYTHON_3_13, snapStart: true }),
      entry: new With({ codePath: undefined, entry: 'example-app/handlers/notify.ts' }),
      bundling: new OnlyAtSynthesis('it changes the code, which is not bundled here'),
    },
  },
  {
    of: 'MultiRegionFunctionProps',
    when: 'whose code changes',
    base: () => ({ codePath: folderWith('1') }),
    make: (system, props) => void new MultiRegionFunction(system, 'Handler', props),
    changes: { codePath: () => folderWith('2') },
  },
  {
    of: 'MultiRegionFunctionProps',
    when: 'with provisioned concurrency',
    base: () => ({ codePath: CODE, provisionedConcurrentExecutions: 2 }),
    make: (system, props) => void new MultiRegionFunction(system, 'Handler', props),
    changes: { provisionedConcurrentExecutions: 3, memorySize: 777 },
  },
  {
    of: 'FunctionImageOptions',
    base: () => ({ tagOrDigest: 'v1' }),
    make: (system, options) => void new MultiRegionFunction(system, 'Handler', { image: FunctionImage.fromRepository('handler', options) }),
    changes: { tagOrDigest: `sha256:${'a'.repeat(64)}`, cmd: ['other.handler'], entrypoint: ['/start'], workingDirectory: '/work' },
  },
  {
    of: 'MultiRegionFunction.addEnvironment',
    base: () => ({ key: 'MODE', value: 'b' }),
    make: (system, { key, value }) => void new MultiRegionFunction(system, 'Handler', { codePath: CODE }).addEnvironment(key, value),
    changes: { key: 'LEVEL', value: 'c' },
  },
  {
    of: 'FunctionAlarmSettings',
    make: (system, alarmSettings) => void new MultiRegionFunction(system, 'Handler', { codePath: CODE, alarmSettings }),
    changes: thresholds('errors', 'latency'),
  },
  {
    of: 'AlarmSettings',
    base: () => ({ evaluationPeriods: 3 }),
    make: (system, errors) => void new MultiRegionFunction(system, 'Handler', { codePath: CODE, alarmSettings: { errors } }),
    changes: { enabled: false, threshold: 7, evaluationPeriods: 5, datapointsToAlarm: 2 },
  },
  {
    of: 'MultiRegionQueueProps',
    make: (system, props) => void new MultiRegionQueue(system, 'Jobs', props),
    changes: {
      alarmSettings: { deadLetters: { threshold: 7 } },
      maxReceiveCount: 7,
      retentionPeriod: Duration.days(2),
      visibilityTimeout: Duration.minutes(7),
    },
  },
  {
    of: 'QueueAlarmSettings',
    make: (system, alarmSettings) => void new MultiRegionQueue(system, 'Jobs', { alarmSettings }),
    changes: thresholds('deadLetters'),
  },
  {
    of: 'QueueConsumerOptions',
    make: (system, options) => new MultiRegionQueue(system, 'Jobs').addConsumer(new MultiRegionFunction(system, 'Worker', { codePath: CODE }), options),
    changes: { batchSize: 7, maxConcurrency: 7 },
  },
];
