import { mkdtempSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Duration } from 'aws-cdk-lib';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { byRegion, Subject, thresholds, With } from './subject';
import { MultiRegionFunction, MultiRegionQueue, MultiRegionSystem } from '../../src';
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
      handler: 'other.handler',
      logRetention: RetentionDays.ONE_WEEK,
      maxEventAge: Duration.minutes(7),
      memorySize: 777,
      preTrafficHook: (system: any) => new MultiRegionFunction(system, 'Hook', { codePath: CODE }),
      reservedConcurrentExecutions: 3,
      retryAttempts: 1,
      rollbackOnAlarm: false,
      runtime: Runtime.NODEJS_22_X,
      timeout: Duration.seconds(7),
      entry: new With({ codePath: undefined, entry: 'example-app/handlers/notify.ts' }),
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
