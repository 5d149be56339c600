import { writeFileSync, mkdtempSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { Duration } from 'aws-cdk-lib';
import { AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Pass, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { keyArns, Subject, thresholds, With } from './subject';
import {
  GlobalEventBus, GlobalTable, MultiRegionFunction, MultiRegionSystem, ReplicatedWorkflow, WorkflowDefinition, WorkflowDeployment, WorkflowOwnership,
} from '../../src';
import { CODE } from '../support/synth';

const FILE = 'test/support/hello.asl.json';
const STEP = join(mkdtempSync(join(tmpdir(), 'goes-live-')), 'step.asl.json');
writeFileSync(STEP, JSON.stringify({ StartAt: 'Step', States: { Step: { Type: 'Task', Resource: '${Step}', Parameters: { table: '${Table}' }, End: true } } }));

const functionOf = (system: MultiRegionSystem, id: string) => new MultiRegionFunction(system, id, { codePath: CODE });
const bound = (...comments: string[]) => WorkflowDefinition.fromBinding({ bind: scope => new Pass(scope, 'Step', { comment: comments.join() }) });
const trigger = (system: MultiRegionSystem) => ({ bus: new GlobalEventBus(system, 'Bus'), eventPattern: { source: ['a'] }, idempotencyKeyPath: '$.detail.orderId' });
const itemsOf = (system: MultiRegionSystem, id: string) => new GlobalTable(system, id, { partitionKey: { name: 'pk', type: AttributeType.STRING } });
const tableTrigger = (system: MultiRegionSystem) => ({ table: itemsOf(system, 'Items'), source: 'a', detailType: 'Sold', timeAttribute: 'at' });

export const WORKFLOWS: Subject[] = [
  {
    of: 'ReplicatedWorkflowProps',
    base: system => ({ definition: bound('A'), trigger: trigger(system) }),
    make: (system, props) => void new ReplicatedWorkflow(system, 'Workflow', props),
    changes: {
      definition: bound('A', 'B'),
      alarmSettings: { failed: { threshold: 7 } },
      deployment: WorkflowDeployment.linear(7, Duration.minutes(7)),
      encryptionKeyArns: keyArns,
      logRetention: RetentionDays.ONE_WEEK,
      ownership: WorkflowOwnership.everyRegion(),
      trigger: undefined,
      type: new With({ type: StateMachineType.EXPRESS, ownership: WorkflowOwnership.originRegion({ takeover: false }) }),
    },
  },
  {
    of: 'ReplicatedWorkflowProps',
    when: 'from a file',
    base: system => ({ definition: WorkflowDefinition.fromFile(FILE, { functions: { Hello: functionOf(system, 'Hello') } }) }),
    make: (system, props) => void new ReplicatedWorkflow(system, 'Workflow', props),
    changes: { definition: (system: MultiRegionSystem) => WorkflowDefinition.fromFile(FILE, { functions: { Hello: functionOf(system, 'Other') } }) },
  },
  {
    of: 'WorkflowDefinitionOptions',
    base: system => ({ functions: { Step: functionOf(system, 'Step') }, substitutions: { Table: 'orders' } }),
    make: (system, options) => void new ReplicatedWorkflow(system, 'Workflow', { definition: WorkflowDefinition.fromFile(STEP, options) }),
    changes: { functions: (system: MultiRegionSystem) => ({ Step: functionOf(system, 'Other') }), substitutions: { Table: 'other' } },
  },
  {
    of: 'WorkflowTrigger',
    base: trigger,
    make: (system, props) => void new ReplicatedWorkflow(system, 'Workflow', { definition: bound('A'), trigger: props }),
    changes: {
      bus: (system: MultiRegionSystem) => new GlobalEventBus(system, 'OtherBus'),
      eventPattern: { source: ['b'] },
      idempotencyKeyPath: '$.detail.id',
      correlationIdPath: '$.detail.correlationId',
      maxConcurrency: 7,
      table: tableTrigger,
    },
  },
  {
    of: 'WorkflowTableTrigger',
    base: tableTrigger,
    make: (system, table) => void new ReplicatedWorkflow(system, 'Workflow', {
      definition: bound('A'), trigger: { ...trigger(system), eventPattern: { detail: { kind: ['order'] } }, table },
    }),
    changes: {
      table: (system: MultiRegionSystem) => itemsOf(system, 'OtherItems'),
      source: 'b',
      detailType: 'Ordered',
      timeAttribute: 'soldAt',
      regionAttribute: 'soldIn',
      itemFilter: { kind: ['order'] },
    },
  },
  {
    of: 'OriginRegionOptions',
    make: (system, options) => void new ReplicatedWorkflow(system, 'Workflow', { definition: bound('A'), trigger: trigger(system), ownership: WorkflowOwnership.originRegion(options) }),
    changes: { takeover: false, takeoverAfter: Duration.minutes(17) },
  },
  {
    of: 'WorkflowAlarmSettings',
    make: (system, alarmSettings) => void new ReplicatedWorkflow(system, 'Workflow', { definition: bound('A'), trigger: trigger(system), alarmSettings }),
    changes: thresholds(
      'aborted', 'deadLetters', 'failed', 'missingKey', 'oldestEvent', 'retriedEvent', 'starterThrottled', 'sweepLateness', 'sweeperMissing', 'takeovers', 'throttled', 'timedOut', 'unresolved',
    ),
  },
];
