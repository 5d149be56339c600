import { Duration } from 'aws-cdk-lib';
import { LambdaDeploymentConfig } from 'aws-cdk-lib/aws-codedeploy';
import { AttributeType, ProjectionType } from 'aws-cdk-lib/aws-dynamodb';
import { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { BEAT_SECONDS, CORRELATION_ID_PATH, LEDGER_TABLE_NAME, MARGIN_SECONDS, SWEEPER_CONCURRENCY, TAKEOVER_AFTER_SECONDS, WORKFLOW_REGIONS } from './constants';
import { LEDGER_ACCESS, OPERATOR_ACCESS } from './ledger-access';
import { LEDGER } from './ledger-schema';
import { LEDGER_TIMING } from './ledger-timing';
import { RegionalStateMachine } from './regional-state-machine';
import { RegionalTakeover } from './regional-takeover';
import { WorkflowAlarmSettings } from './workflow-alarm-settings';
import { DeadLetters } from '../dead-letters/dead-letters';
import { EvacuationSwitch } from '../evacuation-switch/evacuation-switch';
import { GlobalTable } from '../global-table/global-table';
import { IGlobalTable } from '../global-table/i-global-table';
import { TableAccess } from '../global-table/table-grants';
import { MultiRegionFunction } from '../multi-region-function/multi-region-function';
import { AlarmOverrides } from '../system/alarm-set';
import { describe } from '../system/describe';
import { handlerBundle } from '../system/handler-bundle';
import { Layout } from '../system/layout';
import { NameRule } from '../system/names';
import { PerRegion } from '../system/per-region';
import { recordWrites } from '../system/recorded-writes';

export interface TakeoverLedgerProps {
  readonly workflowName: string;
  readonly stateMachines: PerRegion<RegionalStateMachine>;
  /** The function that starts executions of events, and takes part in the protocol. */
  readonly starter: MultiRegionFunction;
  readonly takeoverAfter: Duration;
  readonly encryptionKeyArns?: { [region: string]: string };
  /** The path of the correlation id in an event, for the log. */
  readonly correlationIdPath?: string;
  readonly alarms: AlarmOverrides<keyof WorkflowAlarmSettings>;
}

/**
 * The ledger that lets peers take over: a table of what each region has seen, started and ended, and in each region a sweeper that sends the region's
 * heartbeat every minute and looks after what others left, and a recorder of how executions end.
 *
 * A system of one region has it too. Nothing is taken over there, but a region that joins finds what the first has started and ended, and the stack of the first stays the same but for the list of
 * regions that its handlers are given. It costs a write or two for each event, a run of the sweeper each minute, and some alarms.
 */
export class TakeoverLedger extends Construct {
  private readonly ledger: GlobalTable;
  private readonly layout: Layout;

  constructor(scope: Construct, id: string, private readonly props: TakeoverLedgerProps) {
    super(scope, id);
    this.layout = Layout.of(this);
    this.ledger = new GlobalTable(this, 'Table', {
      partitionKey: { name: LEDGER.PARTITION_KEY, type: AttributeType.STRING },
      sortKey: { name: LEDGER.SORT_KEY, type: AttributeType.STRING },
      timeToLiveAttribute: LEDGER.TTL,
      globalSecondaryIndexes: [{
        indexName: LEDGER.INDEX,
        partitionKey: { name: LEDGER.INDEX_PARTITION_KEY, type: AttributeType.STRING },
        sortKey: { name: LEDGER.INDEX_SORT_KEY, type: AttributeType.NUMBER },
        projectionType: ProjectionType.KEYS_ONLY,
      }],
      encryptionKeyArns: props.encryptionKeyArns,
    });
    this.join(props.starter, LEDGER_ACCESS.starter);
    const sweeper = this.makeSweeper();
    const recorder = this.makeRecorder();
    // theirs are thousands of writes a second, which the audit trail tells from those of people by the names of their roles
    recordWrites(this, { tableName: this.ledger.tableName, ownRoles: [props.starter, sweeper, recorder].map(fn => fn._nameRoles()) });
    const deadLetters = DeadLetters.of(this);
    // shorter than the names of the functions here, which may have as many characters
    const endedRuleName = this.layout.physicalName(NameRule.EVENT_RULE, 'Ended');
    const { workflowName, takeoverAfter, stateMachines, alarms } = props;
    alarms.expectPairs('unresolved');
    this.layout.perRegion(regionalScope => new RegionalTakeover(regionalScope, {
      workflowName,
      takeoverAfter,
      sweeper,
      recorder,
      endedRuleName,
      deadLetters,
      stateMachine: stateMachines.in(regionalScope.region),
      alarms: regionalScope.alarms(alarms),
    }));
  }

  /** The ledger itself. */
  public get table(): IGlobalTable {
    return this.ledger;
  }

  /** Lets an operator's principal read entries and decide about takeovers, in every region. */
  public grantControl(grantee: IGrantable): Grant {
    const { read, write } = OPERATOR_ACCESS;
    return this.ledger._grantEverywhere(grantee, read).combine(this.ledger._grantEverywhere(grantee, write));
  }

  /** Lets a function take part in the protocol: it learns the regions and the times, and may use the ledger. */
  private join(fn: MultiRegionFunction, access: TableAccess): void {
    const environment = {
      [LEDGER_TABLE_NAME]: this.ledger.tableName,
      [TAKEOVER_AFTER_SECONDS]: String(this.props.takeoverAfter.toSeconds()),
      [BEAT_SECONDS]: String(LEDGER_TIMING.heartbeatInterval / 1000),
      [MARGIN_SECONDS]: String(LEDGER_TIMING.margin / 1000),
      [WORKFLOW_REGIONS]: this.layout.system.regions.join(','),
    };
    Object.entries(environment).forEach(([name, value]) => fn.addEnvironment(name, value));
    describe(this, 'scaled-environment', () => ({ function: fn.functionName, variables: [TAKEOVER_AFTER_SECONDS, BEAT_SECONDS, MARGIN_SECONDS] }));
    this.ledger._grant(fn, access);
  }

  private makeSweeper(): MultiRegionFunction {
    const { workflowName, correlationIdPath } = this.props;
    const sweeper = new MultiRegionFunction(this, 'Sweeper', {
      description: `sends the region's heartbeat, and takes over executions of ${workflowName}`,
      codePath: handlerBundle('replicated-workflow/sweeper'),
      timeout: Duration.minutes(1),
      alarmSettings: { latency: { threshold: 45_000 } },
      reservedConcurrentExecutions: this.layout.system._reservedConcurrency.unlessDisabled(SWEEPER_CONCURRENCY),
      // the next run makes up for one that is late or fails: after an hour of throttling, 60 would run at once
      maxEventAge: Duration.millis(LEDGER_TIMING.heartbeatInterval),
      retryAttempts: 0,
      // a canary would run two versions in turn, of which one may be what silences the region
      deploymentConfig: LambdaDeploymentConfig.ALL_AT_ONCE,
    });
    this.join(sweeper, LEDGER_ACCESS.sweeper);
    if (correlationIdPath) sweeper.addEnvironment(CORRELATION_ID_PATH, correlationIdPath);
    EvacuationSwitch.of(this)._grantReadAll(sweeper);
    return sweeper;
  }

  private makeRecorder(): MultiRegionFunction {
    const recorder = new MultiRegionFunction(this, 'Recorder', {
      description: `records how executions of ${this.props.workflowName} end`,
      codePath: handlerBundle('replicated-workflow/recorder'),
      environment: { [LEDGER_TABLE_NAME]: this.ledger.tableName },
    });
    this.ledger._grant(recorder, LEDGER_ACCESS.recorder);
    return recorder;
  }
}
